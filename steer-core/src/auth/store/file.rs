mod document;
mod place;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::lock::EntryLocks;
use super::{CredentialStore, StoreLock, private, wire};
use crate::auth::{Credential, CredentialKind, Environment};
use crate::error::ApiError;
use crate::model::ProviderId;
use document::{Document, Unreadable, entry};
use place::{Place, Writing};

/// `FileStore` keeps credentials in a file of JSON that only the process's user can read.
///
/// The file has mode 0600 and lies in a folder of mode 0700; a file or folder that others can enter, that belongs to
/// another user or that is a symbolic link is refused with an error that says what to do. (On Windows, which has no such
/// modes, the folder of the person's own settings protects it.) A write is on the disk, whole, before it is reported, and
/// what was there is there until then, also when the process is killed. Threads and processes write one after the other
/// and lose nothing of each other's. A file that is no JSON is set aside under another name, and the error says where; an
/// entry that is broken is an error of its own and stays as it is, and so does what a later version wrote beside.
#[derive(Clone)]
pub struct FileStore {
    place: Place,
    locks: EntryLocks,
    hold: Duration,
}

impl FileStore {
    /// How long [`lock`](CredentialStore::lock) waits for another process unless the program says otherwise: longer
    /// than a renewal holds it.
    pub const HOLD: Duration = Duration::from_secs(90);

    /// The most bytes that the file may have.
    pub const LIMIT: u64 = 4 * 1024 * 1024;

    /// The file `credentials.json` in the folder of the person's own settings.
    ///
    /// # Errors
    /// No variable says where that is; see [`Environment::config_folder`].
    pub fn open(environment: &Environment) -> Result<Self, ApiError> {
        Ok(Self::at(environment.config_folder()?))
    }

    /// The file `credentials.json` in this folder; it and the folder are made when the first entry is written.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { locks: EntryLocks::new(folder.join("locks")), place: Place::new(folder), hold: Self::HOLD }
    }

    /// Sets how long [`lock`](CredentialStore::lock) waits for another thread or process.
    pub fn hold(self, limit: Duration) -> Self {
        Self { hold: limit, ..self }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.place.file()
    }

    /// Does something with what the file holds now. A file that is damaged is set aside.
    fn read<T>(&self, read: impl FnOnce(&Document<'_>) -> Result<T, ApiError>) -> Result<T, ApiError> {
        let text = self.place.read()?.unwrap_or_default();
        match Document::read(&text) {
            Ok(document) => read(&document),
            Err(Unreadable::Newer) => Err(self.newer()),
            // Another process may have set it aside since, and written a new one.
            Err(Unreadable::Corrupt) => {
                let writing = self.place.write()?;
                read(&self.document(&writing, &self.place.read()?.unwrap_or_default())?)
            }
        }
    }

    /// Takes the text apart while nobody else writes.
    fn document<'a>(
        &self,
        writing: &Writing<'_>,
        text: &'a Zeroizing<Vec<u8>>,
    ) -> Result<Document<'a>, ApiError> {
        Document::read(text).map_err(|why| match why {
            Unreadable::Newer => self.newer(),
            Unreadable::Corrupt => writing.set_aside(),
        })
    }

    fn newer(&self) -> ApiError {
        ApiError::configuration(format!(
            "{} was written by a later version of this program; update the program",
            self.path().display()
        ))
    }
}

impl CredentialStore for FileStore {
    fn name(&self) -> String {
        format!("the file {}", self.path().display())
    }

    fn get(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Option<Credential>, ApiError> {
        self.read(|document| {
            let Some(text) = document.get(&entry(provider, kind)) else { return Ok(None) };
            wire::read(kind, text).map(Some).map_err(|why| {
                ApiError::configuration(format!(
                    "the entry {} in {} is broken: {why}; log in again, or remove it",
                    entry(provider, kind).escape_debug(),
                    self.path().display()
                ))
                .with_provider(provider)
            })
        })
    }

    fn set(&self, provider: &ProviderId, credential: &Credential) -> Result<(), ApiError> {
        let name = entry(provider, credential.kind());
        let writing = self.place.write()?;
        let before = self.place.read()?.unwrap_or_default();
        let mut document = self.document(&writing, &before)?;
        let new = wire::write(credential, document.get(&name))?;
        let value = serde_json::from_slice(&new)
            .map_err(|_| ApiError::configuration("the credential has no JSON form"))?;
        document.set(&name, value);
        writing.replace(&document.write()?)
    }

    fn remove(&self, provider: &ProviderId, kind: CredentialKind) -> Result<bool, ApiError> {
        let name = entry(provider, kind);
        if self.place.read()?.is_none() {
            return Ok(false);
        }
        let writing = self.place.write()?;
        let before = self.place.read()?.unwrap_or_default();
        let mut document = self.document(&writing, &before)?;
        let was = document.remove(&name);
        if was {
            writing.replace(&document.write()?)?;
        }
        Ok(was)
    }

    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError> {
        self.read(|document| Ok(document.list()))
    }

    fn lock(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError> {
        private::make_folder(self.place.folder())?;
        self.locks.hold(provider, kind, self.hold)
    }

    fn version(&self) -> u64 {
        self.place.version()
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileStore").field(&self.path()).finish()
    }
}
