#![doc = include_str!("../README.md")]

mod dialect;

pub use dialect::DIALECT;

steer_openai_compatible::vendor!("llamacpp", DIALECT);
