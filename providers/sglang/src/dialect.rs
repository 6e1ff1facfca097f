use steer_openai_compatible::Dialect;

/// What SGLang takes: <https://docs.sglang.io/basic_usage/openai_api_completions.html>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.files = false;
    dialect
};
