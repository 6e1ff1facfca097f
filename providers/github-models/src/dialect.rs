use steer_openai_compatible::Dialect;

/// What GitHub Models takes: <https://docs.github.com/en/rest/models/inference>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.top_k = false;
    dialect.parallel_switch = false;
    dialect.files = false;
    dialect.models = None;
    dialect
};
