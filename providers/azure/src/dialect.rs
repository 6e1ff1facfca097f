use steer_openai_compatible::Dialect;

/// What Azure OpenAI takes: <https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::original();
    // What is filtered, and where the answer is stored, are matters of the resource.
    dialect.service_tier = false;
    dialect
};
