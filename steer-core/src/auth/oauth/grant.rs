use std::fmt::Debug;

use async_trait::async_trait;

use super::pkce::{Pkce, random};
use super::{RedirectConfig, callback::Callback};
use crate::auth::{Credential, Secret};
use crate::error::ApiError;

/// `CodeGrant` is a login that ends in a code which is redeemed: what the browser opens, and what the code is worth.
///
/// [`BrowserLogin`](super::BrowserLogin) and [`PasteLogin`](super::PasteLogin) make a
/// [`LoginFlow`](crate::auth::LoginFlow) of it.
#[async_trait]
pub trait CodeGrant: Debug + Send + Sync + 'static {
    /// The address that a person opens.
    ///
    /// # Errors
    /// It cannot be made.
    fn address(&self, request: &CodeRequest) -> Result<String, ApiError>;

    /// Redeems the code.
    ///
    /// # Errors
    /// The server refused it, or could not be reached.
    async fn redeem(&self, request: &CodeRequest, code: &Secret) -> Result<Credential, ApiError>;

    /// Where the state travels.
    fn state_place(&self) -> StatePlace {
        StatePlace::Query
    }
}

/// `StatePlace` is where the state travels, which ties an answer to the login that asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatePlace {
    /// In a parameter of its own, which the server gives back.
    #[default]
    Query,
    /// In the path of the address that the browser comes back to, for servers that give no parameter back.
    Path,
}

/// `CodeRequest` is one login's secrets, and where its browser comes back to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeRequest {
    /// Where the browser comes back to.
    pub redirect_uri: String,
    /// What ties the answer to this login: 256 random bits of its own, and never the verifier.
    pub state: Secret,
    /// What ties the redemption to this login.
    pub pkce: Pkce,
}

impl CodeRequest {
    /// A new login, and what reads its answer.
    pub(super) fn new(
        config: &RedirectConfig,
        port: Option<u16>,
        place: StatePlace,
    ) -> Result<(Self, Callback), ApiError> {
        let state = random()?;
        let callback = Callback::new(config, port, state.clone(), place)?;
        Ok((Self { redirect_uri: callback.uri(), state, pkce: Pkce::generate()? }, callback))
    }
}
