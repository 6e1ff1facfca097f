use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderMap;

use super::Secret;
use crate::error::ApiError;

/// `AuthDirective` is how a login is used: what its plugin wants of every request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthDirective {
    /// What authorizes each request.
    pub authorizer: Arc<dyn Authorizer>,
    /// Parameters for the query of every address.
    pub query: Vec<(String, String)>,
    /// The address to send to in place of the catalog's.
    pub base_url: Option<String>,
    /// What is done when the vendor refuses the login.
    pub on_refusal: OnRefusal,
}

impl AuthDirective {
    /// A directive that sets headers, and renews them once when the vendor refuses them.
    pub fn new(authorizer: Arc<dyn Authorizer>) -> Self {
        Self { authorizer, query: Vec::new(), base_url: None, on_refusal: OnRefusal::RenewOnce }
    }
}

/// `Authorizer` makes the headers that authorize requests. It is asked before each attempt, so that a renewed token
/// is used at once.
#[async_trait]
pub trait Authorizer: Debug + Send + Sync + 'static {
    /// The headers of a request that is sent now, marked as sensitive; a token that is about to end is renewed first.
    ///
    /// # Errors
    /// The login has ended for good (`AuthenticationFailed`), or what renews it could not be reached (`Network`,
    /// `Timeout`, `ServerError`): then the login is kept.
    async fn authorization(&self) -> Result<Authorization, ApiError>;

    /// Learns that the vendor refused what [`authorization`](Self::authorization) returned, and renews it, unless
    /// another task has done so since.
    ///
    /// # Errors
    /// As above.
    async fn renew(&self, refused: &Authorization) -> Result<(), ApiError>;
}

/// `Authorization` is what one request carries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Authorization {
    /// The headers, marked as sensitive.
    pub headers: HeaderMap,
    /// The secrets in them, so that an error that repeats one can be cleaned of it.
    pub secrets: Vec<Secret>,
}

impl Authorization {
    /// Takes headers and the secrets in them.
    pub fn new(headers: HeaderMap, secrets: Vec<Secret>) -> Self {
        Self { headers, secrets }
    }
}

/// `OnRefusal` is what is done when the vendor refuses a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRefusal {
    /// It is renewed and the request is sent once more.
    RenewOnce,
    /// The error says that a person must log in again.
    LogIn,
    /// Nothing.
    Nothing,
}
