use steer_openai_compatible::Dialect;

/// The dialect of Groq, after <https://console.groq.com/docs/openai>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://console.groq.com/docs/openai>: each of them is refused.
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    // <https://console.groq.com/docs/service-tiers>
    dialect.service_tier = true;
    // <https://docs.getbifrost.ai/providers/supported-providers/groq>
    dialect.embeddings = None;
    dialect
};
