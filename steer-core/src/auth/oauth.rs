//! OAuth 2.0: logins in a browser, by a pasted code and by a code for another device, and the renewal of tokens.
//!
//! What a provider's authorization server is called and asks for is data, [`OAuthConfig`]; nothing here knows a
//! vendor. Everything that goes out goes through the client's [`Transport`](crate::http::Transport).

mod config;
mod url;

#[cfg(feature = "oauth")]
mod answer;
#[cfg(feature = "oauth")]
mod browser;
#[cfg(feature = "oauth")]
mod callback;
#[cfg(feature = "oauth")]
mod client;
#[cfg(feature = "oauth")]
mod device;
#[cfg(feature = "oauth")]
mod exchange;
#[cfg(feature = "oauth")]
mod form;
#[cfg(feature = "oauth")]
mod grant;
#[cfg(feature = "oauth")]
mod listener;
#[cfg(feature = "oauth")]
mod page;
#[cfg(feature = "oauth")]
mod paste;
#[cfg(feature = "oauth")]
mod pkce;
#[cfg(feature = "oauth")]
mod plugin;
#[cfg(feature = "oauth")]
mod refusal;
#[cfg(feature = "oauth")]
mod renewer;

pub use config::{ClientAuthentication, OAuthConfig, RedirectConfig, RedirectHost};
pub use url::OAuthUrl;

#[cfg(feature = "oauth")]
pub use self::{
    browser::BrowserLogin,
    callback::{Callback, Verdict},
    exchange::{Exchange, ExchangeAnswer},
    grant::{CodeGrant, CodeRequest, StatePlace},
    paste::PasteLogin,
    pkce::Pkce,
    plugin::{OAUTH_PLUGIN, OAuthPlugin},
};
