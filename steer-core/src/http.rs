//! The one driver: the only place that moves bytes and the only place that waits.
//! It knows no vendor and no JSON.

mod address;
#[cfg(feature = "reqwest")]
mod addresses;
mod answer;
mod attempt;
mod authorization;
mod beside;
mod budget;
mod clock;
mod concurrency;
mod endpoint;
mod joined;
mod limits;
mod pacer;
mod provider;
mod reader;
#[cfg(feature = "reqwest")]
mod reqwest_clients;
#[cfg(feature = "reqwest")]
mod reqwest_setup;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod restart;
mod retry;
mod retry_after;
mod secrets;
mod sending;
mod timeouts;
mod transport;
mod watch;

pub use address::BaseUrl;
pub(crate) use address::is_loopback;
pub use budget::RetryBudget;
pub(crate) use clock::Clock;
pub(crate) use concurrency::{Admission, ConcurrencyLimit};
pub use limits::Limits;
pub use pacer::RatePacer;
pub use provider::HttpProvider;
#[cfg(feature = "reqwest")]
pub use reqwest_setup::ReqwestTransportBuilder;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub(crate) use retry::repeat;
pub use retry::{RetryDecision, RetryPolicy, StartOver};
pub use retry_after::retry_after;
pub use timeouts::Timeouts;
pub use transport::{Transport, TransportBody, TransportError, TransportErrorKind};

/// What requests say of who sends them.
pub const USER_AGENT: &str = concat!("steer/", env!("CARGO_PKG_VERSION"));
