use steer_openai_compatible::{Dialect, Formats, ThinkingReplay, ThinkingSetting};

/// The dialect of DeepSeek, after <https://api-docs.deepseek.com/guides/thinking_mode>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://api-docs.deepseek.com/guides/thinking_mode>: a model that thinks wants its thinking back.
    dialect.thinking = ThinkingSetting::SwitchEffort;
    dialect.thinking_replay = ThinkingReplay::EveryTurn("reasoning_content");
    // <https://docs.camel-ai.org/reference/camel.configs.deepseek_config>
    dialect.formats = Formats::Object;
    dialect.stop_sequences = 16;
    // The service refuses a part of a message that is not `text`.
    dialect.images = false;
    dialect.audio = false;
    dialect.files = false;
    dialect
};
