//! Any bytes as the file of stored credentials.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use steer_core::auth::{CredentialKind, FileStore};
use steer_core::{ApiError, Credential, CredentialStore, ProviderId};

use crate::cut::Cut;

/// What the seeds hold as secrets, so that inputs made of them do.
const CANARY: &str = "CANARY";

const KINDS: [CredentialKind; 2] = [CredentialKind::ApiKey, CredentialKind::OAuth2];

/// Reading the file never panics; nothing that is told of it, or printed of what it holds, shows what stands there; a
/// damaged file is set aside as it is; what another entry takes leaves the rest as it was.
pub(crate) fn run(input: &[u8]) {
    let bytes = Cut::of(input).bytes;
    let folder = Folder::with(bytes);
    let store = FileStore::at(&folder.0);
    let acme = ProviderId::from("acme");
    // The names of entries are no secrets.
    let Some(before) = told(store.list()) else { return check_kept(&folder, bytes) };
    assert_eq!(fs::read(store.path()).expect("reading leaves it there"), bytes);
    let held = KINDS.map(|kind| shown(store.get(&acme, kind)));

    let other = ProviderId::from("other");
    let key = Credential::api_key("sk-other").expect("it is a key");
    if shown(store.set(&other, &key)).is_none() {
        return;
    }
    assert_eq!(shown(store.get(&other, CredentialKind::ApiKey)), Some(Some(key)));
    assert_eq!(KINDS.map(|kind| shown(store.get(&acme, kind))), held, "another entry changes none");
    assert_eq!(shown(store.remove(&other, CredentialKind::ApiKey)), Some(true));
    let mut expected = before;
    expected.retain(|entry| *entry != (other.clone(), CredentialKind::ApiKey));
    assert_eq!(told(store.list()), Some(expected));
    let written = fs::metadata(store.path()).expect("it was written").len();
    let most = 64 + 8 * u64::try_from(bytes.len()).expect("it is small");
    assert!(written <= most, "{} bytes became {written}", bytes.len());
}

/// The value, or nothing where it is an error; neither shows a secret.
fn shown<T: std::fmt::Debug>(result: Result<T, ApiError>) -> Option<T> {
    let value = told(result);
    assert!(!format!("{value:?}").contains(CANARY), "{value:?}");
    value
}

/// The value, or nothing where it is an error that shows no secret.
fn told<T>(result: Result<T, ApiError>) -> Option<T> {
    result
        .map_err(|error| {
            assert!(!error.message().contains(char::is_control), "{error:?}");
            assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
        })
        .ok()
}

/// What could not be read lies there or beside, byte for byte.
fn check_kept(folder: &Folder, bytes: &[u8]) {
    let files = fs::read_dir(&folder.0)
        .expect("the folder is there")
        .filter_map(|entry| fs::read(entry.ok()?.path()).ok());
    assert!(files.into_iter().any(|kept| kept == bytes), "the damaged file is lost");
}

/// `Folder` holds one file of credentials, in memory where the system has such a place, and is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn with(bytes: &[u8]) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let memory = PathBuf::from("/dev/shm");
        let above = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Self(above.join(format!("steer-fuzzed-{}-{number}", std::process::id())));
        let mut builder = DirBuilder::new();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        builder.create(&folder.0).expect("the folder can be made");
        let file = options.open(folder.0.join("credentials.json"));
        file.expect("the file can be made").write_all(bytes).expect("it can be written");
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
