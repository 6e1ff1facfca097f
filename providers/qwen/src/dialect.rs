use steer_openai_compatible::{Dialect, ThinkingSetting};

/// The dialect of Qwen (Alibaba Cloud), after <https://www.cnblogs.com/liuscraft/p/21705488>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.thinking = ThinkingSetting::Flag;
    dialect
};
