//! Folders that are removed after a test, and this test program run again as another process.
#![allow(dead_code, reason = "each of the test programs that share this uses its part of it")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use steer_core::Credential;
use steer_core::auth::OAuthToken;

/// A secret that must not be seen anywhere.
pub(crate) const CANARY: &str = "sk-CANARY-4711";

/// The variable by which another process learns of the folder it works in; without it, nobody is another process.
pub(crate) const FOLDER: &str = "STEER_TEST_FOLDER";

/// A folder of a test's own; the store's folder in it is not there yet.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("steer-store-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.0.join("steer")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays costs the next test nothing.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One ignored test of this program as a process of its own.
pub(crate) fn process(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env(FOLDER, folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// The folder that another process was given.
pub(crate) fn given() -> PathBuf {
    std::env::var_os(FOLDER).expect("only another test starts this one").into()
}

pub(crate) fn key(text: &str) -> Credential {
    Credential::api_key(text).unwrap()
}

pub(crate) fn token(access: &str) -> Credential {
    Credential::OAuth2(OAuthToken::new(access))
}
