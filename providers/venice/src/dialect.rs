use steer_openai_compatible::Dialect;

/// The dialect of Venice, after <https://docs.venice.ai/getting-started/quick-start>.
pub const DIALECT: Dialect = Dialect::compatible();
