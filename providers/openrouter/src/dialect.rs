use steer_openai_compatible::{Dialect, ThinkingReplay, ThinkingSetting};

/// What OpenRouter's Chat Completions takes: <https://openrouter.ai/docs/api/reference/parameters>. What a model does not
/// take, OpenRouter leaves out by itself.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://openrouter.ai/docs/use-cases/reasoning-tokens>
    dialect.thinking = ThinkingSetting::Object;
    dialect.thinking_replay = ThinkingReplay::Details;
    // <https://openrouter.ai/docs/features/prompt-caching>
    dialect.cache_points = true;
    dialect
};
