#![doc = include_str!("../README.md")]

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "exchange")]
pub mod exchange;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "transport")]
pub mod transport;
#[cfg(all(feature = "conformance", feature = "exchange"))]
pub mod vendor;
