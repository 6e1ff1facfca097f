//! Locks across threads and processes. The kernel lets go of them when their holder ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{StoreLock, private};
use crate::auth::CredentialKind;
use crate::error::{ApiError, ErrorKind};
use crate::model::ProviderId;

/// The longest pause between two looks at a lock that another holds.
const PAUSE: Duration = Duration::from_millis(20);

/// The most characters of a provider's id that can be locked; file names are bounded.
const LONGEST: usize = 64;

/// `EntryLocks` are files in a private folder, one for each entry that was ever locked. They stay there: a file that is
/// removed while another opens it would be two locks.
#[derive(Clone, Debug)]
pub(super) struct EntryLocks {
    folder: PathBuf,
}

impl EntryLocks {
    /// Locks in a folder, which is made when it is needed.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Waits until no other thread or process holds the entry.
    ///
    /// # Errors
    /// The folder cannot be used, or the wait was longer than the limit.
    pub(super) fn hold(
        &self,
        provider: &ProviderId,
        kind: CredentialKind,
        limit: Duration,
    ) -> Result<Box<dyn StoreLock>, ApiError> {
        private::make_folder(&self.folder)?;
        let path = self.folder.join(file_name(provider, kind)?);
        Ok(Box::new(Held::wait(&path, limit)?))
    }
}

/// `Held` is a lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    _file: File,
}

impl StoreLock for Held {}

impl Held {
    /// Waits for the lock on a file, which is made where there is none.
    ///
    /// # Errors
    /// The file cannot be made or locked, or the wait was longer than the limit.
    pub(super) fn wait(path: &Path, limit: Duration) -> Result<Self, ApiError> {
        let file = private::open_mark(path)?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= limit => return Err(busy(path, limit)),
                Err(TryLockError::WouldBlock) => thread::sleep(pause),
                Err(TryLockError::Error(error)) => {
                    return Err(private::cannot("the file", path, "be locked", error));
                }
            }
            pause = pause.saturating_mul(2).min(PAUSE);
        }
    }
}

fn busy(path: &Path, limit: Duration) -> ApiError {
    ApiError::new(
        ErrorKind::Timeout,
        format!(
            "another process has held the lock {} for longer than {limit:?}; try again, or end that process",
            path.display()
        ),
    )
}

/// A name that is another one for each entry, on systems too that do not tell capital letters apart.
fn file_name(provider: &ProviderId, kind: CredentialKind) -> Result<String, ApiError> {
    let id = provider.as_str();
    if id.is_empty() || id.len() > LONGEST {
        return Err(ApiError::configuration(format!(
            "a provider's id must have 1 to {LONGEST} bytes to be locked, and this one has {}",
            id.len()
        )));
    }
    let mut name = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    Ok(format!("{name}.{kind}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str) -> String {
        file_name(&id.into(), CredentialKind::OAuth2).unwrap()
    }

    #[test]
    fn every_id_has_a_lock_of_its_own_within_the_folder() {
        assert_eq!(named("acme-1"), "acme-1.oauth2.lock");
        assert_eq!(named("../Acme"), "%2e%2e%2f%41cme.oauth2.lock");
        assert_ne!(named("a/b"), named("a%2fb"));
        assert!(file_name(&"".into(), CredentialKind::ApiKey).is_err());
        assert!(file_name(&"a".repeat(65).as_str().into(), CredentialKind::ApiKey).is_err());
        assert!(named(&"/".repeat(64)).len() < 255);
    }
}
