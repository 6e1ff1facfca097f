use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use steer_core::auth::{Credential, CredentialKind, CredentialStore, OAuthToken, StoreLock};
use steer_core::{ApiError, ProviderId};

/// `FolderStore` keeps one login in a file that processes share; its lock is another file, which is there while it is
/// held.
#[derive(Debug)]
pub(crate) struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("login.json")
    }
}

static WRITTEN: AtomicU64 = AtomicU64::new(0);

impl CredentialStore for FolderStore {
    fn name(&self) -> String {
        self.file().display().to_string()
    }

    fn get(&self, _: &ProviderId, _: CredentialKind) -> Result<Option<Credential>, ApiError> {
        let entry: Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
        let mut token = OAuthToken::new(entry["access"].as_str().unwrap());
        token.refresh = entry["refresh"].as_str().map(Into::into);
        token.obtained_at = time(&entry["obtained"]);
        token.expires_at = time(&entry["expires"]);
        Ok(Some(Credential::OAuth2(token)))
    }

    fn set(&self, _: &ProviderId, credential: &Credential) -> Result<(), ApiError> {
        let Credential::OAuth2(token) = credential else { panic!("no token") };
        let entry = json!({
            "access": token.access.expose(),
            "refresh": token.refresh.as_ref().map(|secret| secret.expose()),
            "obtained": token.obtained_at.map(nanos),
            "expires": token.expires_at.map(nanos),
        });
        let number = WRITTEN.fetch_add(1, Ordering::SeqCst);
        let new = self.folder.join(format!("{}-{number}.new", std::process::id()));
        fs::write(&new, entry.to_string()).unwrap();
        fs::rename(new, self.file()).unwrap();
        Ok(())
    }

    fn remove(&self, _: &ProviderId, _: CredentialKind) -> Result<bool, ApiError> {
        panic!("nobody logs out here");
    }

    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError> {
        Ok(vec![(ProviderId::from("acme"), CredentialKind::OAuth2)])
    }

    fn lock(&self, _: &ProviderId, _: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError> {
        let file = self.folder.join("lock");
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&file) {
                Ok(_) => return Ok(Box::new(Held(file))),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn version(&self) -> u64 {
        let metadata = fs::metadata(self.file()).unwrap();
        let mut hasher = DefaultHasher::new();
        metadata.modified().unwrap().hash(&mut hasher);
        metadata.len().hash(&mut hasher);
        #[cfg(unix)]
        std::os::unix::fs::MetadataExt::ino(&metadata).hash(&mut hasher);
        hasher.finish()
    }
}

#[derive(Debug)]
struct Held(PathBuf);

impl StoreLock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

fn nanos(time: SystemTime) -> String {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos().to_string()
}

fn time(value: &Value) -> Option<SystemTime> {
    let nanos: u64 = value.as_str()?.parse().unwrap();
    Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos))
}
