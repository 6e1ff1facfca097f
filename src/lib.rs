#![doc = include_str!("../README.md")]

pub use steer_core::*;

#[cfg(feature = "anthropic")]
pub use steer_anthropic as anthropic;
#[cfg(not(feature = "anthropic"))]
steer_core::hint_provider!(LinkHint::new("anthropic", "enable the feature `anthropic` of the crate `steer`"));
