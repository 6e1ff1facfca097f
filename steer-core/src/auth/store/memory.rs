use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{CredentialStore, StoreLock};
use crate::auth::{Credential, CredentialKind};
use crate::error::ApiError;
use crate::model::ProviderId;

/// `MemoryStore` keeps credentials until the program ends. Clones share what they keep.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

#[derive(Default)]
struct Shared {
    entries: Mutex<BTreeMap<Key, Credential>>,
    held: Mutex<BTreeSet<Key>>,
    released: Condvar,
    version: AtomicU64,
}

type Key = (ProviderId, CredentialKind);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl CredentialStore for MemoryStore {
    fn name(&self) -> String {
        "the program's memory".to_owned()
    }

    fn get(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Option<Credential>, ApiError> {
        Ok(whole(&self.0.entries).get(&(provider.clone(), kind)).cloned())
    }

    fn set(&self, provider: &ProviderId, credential: &Credential) -> Result<(), ApiError> {
        whole(&self.0.entries).insert((provider.clone(), credential.kind()), credential.clone());
        self.0.version.fetch_add(1, Ordering::Release);
        Ok(())
    }

    fn remove(&self, provider: &ProviderId, kind: CredentialKind) -> Result<bool, ApiError> {
        let was = whole(&self.0.entries).remove(&(provider.clone(), kind)).is_some();
        self.0.version.fetch_add(1, Ordering::Release);
        Ok(was)
    }

    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError> {
        Ok(whole(&self.0.entries).keys().cloned().collect())
    }

    fn lock(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError> {
        let key = (provider.clone(), kind);
        let mut held = whole(&self.0.held);
        while held.contains(&key) {
            held = self.0.released.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        held.insert(key.clone());
        Ok(Box::new(Held { shared: Arc::clone(&self.0), key }))
    }

    fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("entries", &whole(&self.0.entries).len()).finish()
    }
}

struct Held {
    shared: Arc<Shared>,
    key: Key,
}

impl StoreLock for Held {}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.key).finish()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        whole(&self.shared.held).remove(&self.key);
        self.shared.released.notify_all();
    }
}

/// No operation leaves the maps half changed, so a thread that panicked elsewhere costs the others nothing.
fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;

    fn key(text: &str) -> Credential {
        Credential::api_key(text).unwrap()
    }

    #[test]
    fn entries_are_kept_per_provider_and_kind() {
        let store = MemoryStore::new();
        let (acme, other) = (ProviderId::from("acme"), ProviderId::from("other"));
        let before = store.version();
        store.set(&acme, &key("one")).unwrap();
        store.set(&other, &key("two")).unwrap();
        assert_ne!(store.version(), before);
        assert_eq!(store.get(&acme, CredentialKind::ApiKey).unwrap(), Some(key("one")));
        assert_eq!(store.get(&acme, CredentialKind::OAuth2).unwrap(), None);
        assert!(store.remove(&acme, CredentialKind::ApiKey).unwrap());
        assert!(!store.remove(&acme, CredentialKind::ApiKey).unwrap());
        assert_eq!(store.list().unwrap(), [(other, CredentialKind::ApiKey)]);
    }

    #[test]
    fn one_thread_at_a_time_holds_an_entry() {
        let store = MemoryStore::new();
        let inside = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let held = store.lock(&"acme".into(), CredentialKind::OAuth2).unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two threads hold the entry");
                    thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    drop(held);
                });
            }
        });
        let held = store.lock(&"acme".into(), CredentialKind::ApiKey).unwrap();
        drop(store.lock(&"acme".into(), CredentialKind::OAuth2).unwrap());
        drop(held);
    }
}
