mod native;
mod worker;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use zeroize::Zeroizing;

use super::lock::{EntryLocks, Held};
use super::{CredentialStore, FileStore, StoreLock, mark, private, wire};
use crate::auth::{Credential, CredentialKind, Environment};
use crate::error::ApiError;
use crate::model::ProviderId;
use native::Items;
use worker::Worker;

/// `KeyringStore` keeps credentials in the system's keyring, one item for each: the Secret Service of the desktop on
/// Linux, the keychain on macOS, the Credential Manager on Windows (whose items hold 2,560 bytes, which is less than some
/// tokens have).
///
/// The keyring is asked from a thread of its own, so that no asynchronous runtime is disturbed, and the answer is waited
/// for no longer than a minute, in which a person can unlock it. A keyring has no locks; those of
/// [`lock`](CredentialStore::lock) are files in a private folder.
pub struct KeyringStore {
    worker: Worker,
    folder: PathBuf,
    locks: EntryLocks,
    attended: bool,
    written: AtomicU64,
}

impl KeyringStore {
    /// How long a person may take to unlock the keyring.
    pub const WAIT: Duration = Duration::from_secs(60);

    /// The system's keyring. It is reached when it is needed.
    ///
    /// # Errors
    /// No variable says where the folder for the locks is; see [`Environment::config_folder`].
    pub fn open(environment: &Environment) -> Result<Self, ApiError> {
        let folder = environment.config_folder()?;
        Ok(Self {
            worker: Worker::default(),
            locks: EntryLocks::new(folder.join("locks")),
            folder,
            attended: attended(environment),
            written: AtomicU64::new(0),
        })
    }

    /// Asks the keyring whether it can be used, without waiting longer than the limit. Where a person sits at a desktop
    /// who can unlock it, it is enough that it answers, and nobody is asked to unlock it; where nobody does, such as on a
    /// server, it must be unlocked already.
    ///
    /// # Errors
    /// There is none, it does not answer in time, or it is locked for good.
    pub fn probe(&self, limit: Duration) -> Result<(), ApiError> {
        self.worker.run(limit, if self.attended { Items::probe } else { Items::probe_unattended })
    }

    /// Keeps two processes from changing the same entry at once, and tells others of the change.
    fn changing<T>(&self, change: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
        private::make_folder(&self.folder)?;
        let held = Held::wait(&self.folder.join("keyring.lock"), Self::WAIT)?;
        let changed = change();
        self.written.fetch_add(1, Ordering::Release);
        // The entry is written; that others notice it later is no reason to say that it is not.
        let _ = private::open_mark(&self.mark()).map(|file| mark::newer_than(&file, &self.mark()));
        drop(held);
        changed
    }

    fn mark(&self) -> PathBuf {
        self.folder.join("keyring.version")
    }

    fn read(&self, item: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ApiError> {
        let item = item.to_owned();
        self.worker.run(Self::WAIT, move |items| items.read(&item))
    }
}

impl CredentialStore for KeyringStore {
    fn name(&self) -> String {
        "the system's keyring".to_owned()
    }

    fn get(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Option<Credential>, ApiError> {
        let item = item(provider, kind);
        let Some(text) = self.read(&item)? else { return Ok(None) };
        let read = std::str::from_utf8(&text).map_err(|_| "it is no text");
        read.and_then(|text| wire::read(kind, text)).map(Some).map_err(|why| {
            ApiError::configuration(format!(
                "the entry {} in the system's keyring is broken: {why}; log in again, or remove it",
                item.escape_debug()
            ))
            .with_provider(provider)
        })
    }

    fn set(&self, provider: &ProviderId, credential: &Credential) -> Result<(), ApiError> {
        let item = item(provider, credential.kind());
        self.changing(|| {
            let before = self.read(&item)?;
            let before = before.as_ref().and_then(|text| std::str::from_utf8(text).ok());
            let text = wire::write(credential, before)?;
            self.worker.run(Self::WAIT, move |items| items.write(&item, &text))
        })
    }

    fn remove(&self, provider: &ProviderId, kind: CredentialKind) -> Result<bool, ApiError> {
        let item = item(provider, kind);
        self.changing(|| self.worker.run(Self::WAIT, move |items| items.remove(&item)))
    }

    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError> {
        let names = self.worker.run(Self::WAIT, Items::list)?;
        let mut list: Vec<_> = names.iter().filter_map(|name| entry(name)).collect();
        list.sort_unstable();
        list.dedup();
        Ok(list)
    }

    fn lock(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError> {
        private::make_folder(&self.folder)?;
        self.locks.hold(provider, kind, FileStore::HOLD)
    }

    fn version(&self) -> u64 {
        mark::version(&self.mark()).wrapping_add(self.written.load(Ordering::Acquire))
    }
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringStore").finish_non_exhaustive()
    }
}

/// Whether a window can ask a person to unlock the keyring. Other systems ask by themselves.
fn attended(environment: &Environment) -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| environment.get(name).is_some())
}

fn item(provider: &ProviderId, kind: CredentialKind) -> String {
    format!("{provider}/{kind}")
}

fn entry(item: &str) -> Option<(ProviderId, CredentialKind)> {
    let (provider, kind) = item.rsplit_once('/')?;
    Some((ProviderId::from(provider), kind.parse().ok()?))
}
