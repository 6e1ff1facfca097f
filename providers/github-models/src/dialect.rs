use steer_openai_compatible::Dialect;

/// The dialect of GitHub Models, after <https://docs.github.com/en/rest/models/inference>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://github.blog/changelog/2025-05-15-github-models-api-now-available>: it has another address.
    dialect.models = None;
    dialect
};
