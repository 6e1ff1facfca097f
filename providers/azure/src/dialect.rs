use steer_openai_compatible::Dialect;

/// The dialect of Azure OpenAI, after <https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle>.
pub const DIALECT: Dialect = Dialect::original();
