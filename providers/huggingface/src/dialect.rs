use steer_openai_compatible::Dialect;

/// The dialect of Hugging Face, after <https://symfony.com/doc/current/ai/components/platform/huggingface.html>.
pub const DIALECT: Dialect = Dialect::compatible();
