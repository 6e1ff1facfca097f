use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::{AuthPlugin, ResolvedAuth};
use crate::catalog::ProviderConfig;
use crate::model::ProviderId;
use crate::provider::Provider;

/// How long an environment variable is taken to hold what it held.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// `Cache` keeps the providers that were built. No lock is held over an await.
#[derive(Debug, Default)]
pub(super) struct Cache(RwLock<BTreeMap<ProviderId, Vec<Arc<Built>>>>);

/// `Built` is a provider, and what it was built with.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) config: ProviderConfig,
    pub(super) auth: ResolvedAuth,
    /// The plugin of the login: the one behind it, or one that may not use the model, so that a key does.
    pub(super) plugin: Option<Arc<dyn AuthPlugin>>,
    /// What the store was when the credential was looked for.
    pub(super) version: u64,
    /// Whether it stands in place of what would be built, whatever the wire format and the credential.
    pub(super) given: bool,
    began: Instant,
    /// When its credential was last compared with the environment's, in milliseconds since it was built.
    looked: AtomicU64,
}

impl Cache {
    /// The provider of an id that speaks a wire format, unless `fits` says that it will not do.
    pub(super) fn get(
        &self,
        id: &ProviderId,
        format: &str,
        fits: impl Fn(&Built) -> bool,
    ) -> Option<Arc<Built>> {
        let slots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let speaks = |built: &&Arc<Built>| built.given || built.config.api_format == format;
        slots.get(id)?.iter().filter(speaks).find(|built| fits(built)).map(Arc::clone)
    }

    /// Keeps a provider in place of the one of the same kind.
    pub(super) fn put(&self, id: &ProviderId, built: &Arc<Built>) {
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = slots.entry(id.clone()).or_default();
        kept.retain(|other| !other.is_replaced_by(built));
        kept.insert(0, Arc::clone(built));
    }

    /// Lets go of this very provider: one that was built since is kept, however late a call learns that this one was
    /// refused.
    pub(super) fn forget(&self, id: &ProviderId, built: &Arc<Built>) {
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = slots.get_mut(id) {
            kept.retain(|other| !Arc::ptr_eq(other, built));
        }
    }
}

impl Built {
    pub(super) fn new(
        provider: Arc<dyn Provider>,
        config: ProviderConfig,
        auth: ResolvedAuth,
        plugin: Option<Arc<dyn AuthPlugin>>,
        version: u64,
    ) -> Self {
        Self {
            provider,
            config,
            auth,
            plugin,
            version,
            given: false,
            began: Instant::now(),
            looked: AtomicU64::new(0),
        }
    }

    /// A provider that stands in place of what would be built.
    pub(super) fn given(id: &ProviderId, provider: Arc<dyn Provider>) -> Self {
        let config = ProviderConfig::new(id.clone(), id.as_str(), "", "");
        Self { given: true, ..Self::new(provider, config, ResolvedAuth::None, None, 0) }
    }

    /// Whether a login stands behind it.
    pub(super) fn is_login(&self) -> bool {
        matches!(self.auth, ResolvedAuth::Plugin { .. })
    }

    /// Whether it is time to look at the environment again; whoever is told so does it.
    pub(super) fn is_due(&self) -> bool {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let looked = self.looked.load(Ordering::Relaxed);
        let period = u64::try_from(LOOK_AGAIN.as_millis()).unwrap_or(u64::MAX);
        now.saturating_sub(looked) >= period
            && self.looked.compare_exchange(looked, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// One provider is kept for each wire format and each kind of credential.
    fn is_replaced_by(&self, other: &Self) -> bool {
        self.config.api_format == other.config.api_format && self.is_login() == other.is_login()
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::error::ApiError;
    use crate::protocol::Call;
    use crate::stream::CompletionStream;

    #[derive(Debug)]
    struct Nobody;

    #[async_trait]
    impl Provider for Nobody {
        fn name(&self) -> &str {
            "nobody"
        }

        async fn stream_complete(&self, _: Call) -> Result<CompletionStream, ApiError> {
            Err(ApiError::unsupported("nobody answers"))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_environment_is_looked_at_again_by_one_call_of_each_second() {
        let built = Built::given(&"acme".into(), Arc::new(Nobody));
        for _ in 0..3 {
            assert!(!built.is_due());
            tokio::time::advance(LOOK_AGAIN).await;
            assert!(built.is_due(), "a second later");
            assert!(!built.is_due(), "somebody looks already");
        }
    }
}
