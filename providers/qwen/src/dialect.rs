use steer_openai_compatible::{Dialect, ThinkingSetting};

/// What Qwen (Alibaba Cloud) takes: <https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://www.alibabacloud.com/help/en/model-studio/deep-thinking>
    dialect.thinking = ThinkingSetting::Flag;
    dialect.logit_bias = false;
    dialect.files = false;
    dialect.models = None;
    dialect
};
