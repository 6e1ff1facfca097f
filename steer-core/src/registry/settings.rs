use std::sync::Arc;

use http::{HeaderName, HeaderValue};

use crate::auth::{AuthDirective, Credential};
use crate::catalog::ProviderConfig;
use crate::http::{Limits, RatePacer, RetryBudget, RetryPolicy, Timeouts, Transport};

/// `ProviderSettings` is all that a provider is built from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderSettings {
    /// The provider's entry in the catalogs, its base address already replaced by the program's where it gave one.
    pub config: ProviderConfig,
    /// The credential; `None` where the provider needs none.
    pub credential: Option<Credential>,
    /// What a login's plugin wants of every request, in place of a credential.
    pub directive: Option<AuthDirective>,
    /// What moves bytes.
    pub transport: Arc<dyn Transport>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Whether requests that a caller cannot say it for are tried again when they fail.
    pub retry: RetryPolicy,
    /// What pays for attempts after the first one; `None` pays for all that the policy allows.
    pub retry_budget: Option<RetryBudget>,
    /// What waits before a request would be refused.
    pub pacer: Option<RatePacer>,
    /// Size limits.
    pub limits: Limits,
    /// Whether plain HTTP is allowed to other machines.
    pub allow_http: bool,
    /// Headers of every request; the last of a name wins over the wire format's.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl ProviderSettings {
    /// Settings with the default limits; a request is sent once.
    pub fn new(config: ProviderConfig, transport: Arc<dyn Transport>) -> Self {
        Self {
            config,
            credential: None,
            directive: None,
            transport,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::once(),
            retry_budget: Some(RetryBudget::default()),
            pacer: None,
            limits: Limits::default(),
            allow_http: false,
            headers: Vec::new(),
        }
    }

    /// Adds the credential.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }
}
