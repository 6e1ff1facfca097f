#![doc = include_str!("../README.md")]

mod dialect;
#[cfg(feature = "login")]
mod login;

pub use steer_openai_compatible::{API, Chat};

pub use dialect::DIALECT;
#[cfg(feature = "login")]
pub use login::{LOGIN, OpenRouterLogin};

steer_openai_compatible::vendor!("openrouter", DIALECT);

#[cfg(all(feature = "login", feature = "register"))]
steer_core::register_auth_plugin!(LOGIN);
