//! The system's own keyring, as the crates that speak to it show it. Everything here waits.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::error::ApiError;

/// What our items have in common.
const SERVICE: &str = "steer";

/// Names that no entry has: their kinds are none.
const NOT_THERE: &str = "probe/not-there";
const PROBE: &str = "probe/written";

/// `Items` are ours in the keyring, over one connection.
pub(super) struct Items(Arc<CredentialStore>);

/// `Trouble` is why the keyring did not do it. It holds no secret: the errors that hold one are put into other words.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no keyring, or it failed.
    Failed(String),
    /// It is locked, and nobody unlocked it.
    Locked(String),
    /// An item takes no more bytes than this.
    TooLong(u32),
}

impl Items {
    /// Finds the keyring.
    pub(super) fn connect() -> Result<Self, Trouble> {
        Ok(Self(store()?))
    }

    /// Asks for what is not there: whoever answers that is a keyring, and nobody needs to unlock anything.
    pub(super) fn probe(&self) -> Result<(), Trouble> {
        self.read(NOT_THERE).map(drop)
    }

    /// Finds an item that is not locked, or writes one that holds nothing and removes it.
    pub(super) fn probe_unattended(&self) -> Result<(), Trouble> {
        if self.list()?.is_empty() {
            self.write(PROBE, b"{}")?;
            self.remove(PROBE)?;
        }
        Ok(())
    }

    /// The text of an item; `None` where there is none.
    pub(super) fn read(&self, item: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Trouble> {
        match self.entry(item)?.get_secret() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes an item in place of the one that was there.
    pub(super) fn write(&self, item: &str, text: &[u8]) -> Result<(), Trouble> {
        match self.entry(item)?.set_secret(text) {
            // Another program put one beside ours: the first is ours from now on.
            Err(Error::Ambiguous(all)) => {
                let mut all = all.into_iter();
                let first = all.next().map_or(Ok(()), |first| first.set_secret(text));
                first.and_then(|()| all.try_for_each(|other| other.delete_credential()))
            }
            written => written,
        }
        .map_err(Trouble::from)
    }

    /// Removes an item; says whether there was one.
    pub(super) fn remove(&self, item: &str) -> Result<bool, Trouble> {
        match self.entry(item)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(Error::Ambiguous(all)) => {
                all.iter().try_for_each(Entry::delete_credential)?;
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The names of the items.
    pub(super) fn list(&self) -> Result<Vec<String>, Trouble> {
        // Windows searches by a pattern for names, and the others by what the items have in common.
        let ours = if cfg!(windows) { HashMap::new() } else { HashMap::from([("service", SERVICE)]) };
        let found = self.0.search(&ours)?;
        let names = found.iter().filter_map(Entry::get_specifiers);
        Ok(names.filter(|(service, _)| service == SERVICE).map(|(_, item)| item).collect())
    }

    fn entry(&self, item: &str) -> Result<Entry, Trouble> {
        Ok(self.0.build(SERVICE, item, None)?)
    }
}

#[cfg(target_os = "macos")]
fn store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "openbsd"))]
fn store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(not(any(
    target_os = "macos",
    windows,
    target_os = "linux",
    target_os = "freebsd",
    target_os = "openbsd"
)))]
fn store() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NotSupportedByStore("this system has no keyring that is known here".to_owned()))
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::PlatformFailure(why) => Self::Failed(why.to_string()),
            Error::NoStorageAccess(why) => Self::Locked(why.to_string()),
            Error::TooLong(_, limit) => Self::TooLong(limit),
            Error::Ambiguous(_) => Self::Failed("it holds more than one item of this name".to_owned()),
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
                Self::Failed("it holds something that it cannot read itself".to_owned())
            }
            Error::NoEntry => Self::Failed("the item is gone".to_owned()),
            Error::NotSupportedByStore(why) => Self::Failed(why),
            _ => Self::Failed("it refuses the request".to_owned()),
        }
    }
}

impl From<Trouble> for ApiError {
    fn from(trouble: Trouble) -> Self {
        let file = "keep credentials in a file: STEER_CREDENTIAL_STORE=file";
        Self::configuration(match trouble {
            Trouble::Failed(why) => {
                format!("the system's keyring cannot be used: {why}; look after it, or {file}")
            }
            Trouble::Locked(why) => format!("the system's keyring is locked: {why}; unlock it, or {file}"),
            Trouble::TooLong(limit) => {
                format!(
                    "the system's keyring takes at most {limit} bytes, and the credential has more; {file}"
                )
            }
        })
    }
}
