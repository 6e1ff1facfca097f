//! Where credentials are kept between runs of a program.

mod choice;
mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod lock;
mod mark;
mod memory;
mod private;
mod wire;

use std::fmt::Debug;

use super::{Credential, CredentialKind};
use crate::error::ApiError;
use crate::model::ProviderId;
pub use choice::DefaultStore;
pub use file::FileStore;
#[cfg(feature = "keyring")]
pub use keyring::KeyringStore;
pub use memory::MemoryStore;

/// `CredentialStore` keeps credentials: at most one of each kind for a provider.
///
/// Its methods may wait for a disk or for a desktop's service, so asynchronous code calls them where waiting is
/// allowed, such as in `tokio::task::spawn_blocking`. One entry that cannot be read never costs another.
pub trait CredentialStore: Debug + Send + Sync + 'static {
    /// The store's name for people, such as `the file /home/ada/.config/…`.
    fn name(&self) -> String;

    /// Reads an entry; `None` where there is none.
    ///
    /// # Errors
    /// The store does not answer, or the entry is broken (`Configuration`).
    fn get(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Option<Credential>, ApiError>;

    /// Writes an entry in place of the one that was there.
    ///
    /// # Errors
    /// The store does not answer or cannot be written; then what was there is still there.
    fn set(&self, provider: &ProviderId, credential: &Credential) -> Result<(), ApiError>;

    /// Removes an entry; says whether there was one.
    ///
    /// # Errors
    /// The store does not answer or cannot be written; then what was there is still there.
    fn remove(&self, provider: &ProviderId, kind: CredentialKind) -> Result<bool, ApiError>;

    /// What there is, by provider, without the credentials themselves.
    ///
    /// # Errors
    /// The store does not answer or cannot be read.
    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError>;

    /// Waits until no other thread or process holds this entry, and holds it until the lock is dropped, so that one
    /// of many renews a token. Reading and writing do not ask for it.
    ///
    /// # Errors
    /// The store cannot hold entries, or the wait was longer than the store allows.
    fn lock(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError>;

    /// A number that is another one after every change that can be noticed without reading the entries. It is asked
    /// for often, and costs next to nothing.
    fn version(&self) -> u64;
}

/// `StoreLock` holds an entry of a [`CredentialStore`] until it is dropped.
pub trait StoreLock: Debug + Send + 'static {}
