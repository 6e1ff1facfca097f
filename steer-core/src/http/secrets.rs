use smallvec::SmallVec;

use crate::auth::{Authorization, Credential, Secret};
use crate::error::ApiError;

/// `Secrets` is what a request carried that must not stand in what is told of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets(SmallVec<[Secret; 2]>);

impl Secrets {
    pub(super) fn of(credential: Option<&Credential>, authorization: Option<&Authorization>) -> Self {
        let secrets = authorization.map(|authorization| authorization.secrets.as_slice()).unwrap_or_default();
        Self(credential.map(Credential::secret).into_iter().chain(secrets).cloned().collect())
    }

    /// The error without the secrets, which some servers repeat in what they say of them.
    pub(super) fn scrub(&self, error: ApiError) -> ApiError {
        self.0.iter().fold(error, |error, secret| error.without(secret.expose()))
    }
}
