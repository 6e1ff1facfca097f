use steer_openai_compatible::{Dialect, ToolIds};

/// The dialect of Mistral, after <https://docs.rs/crate/mistral-openapi-client/latest/source/docs/CompletionArgs.md>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.force_word = "any";
    dialect.tool_ids = ToolIds::Alphanumeric(9);
    dialect.user_after_results = false;
    // It tells its usage unasked, and has a member of its own for a seed, `random_seed`.
    dialect.stream_usage = false;
    dialect.seed = false;
    dialect
};
