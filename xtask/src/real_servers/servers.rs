use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::group;
use super::health::is_ready;
use crate::verdict::Obstacle;

/// `Servers` is what the file `servers.json` says: which servers were started, and where they listen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Servers {
    /// llama.cpp with a real model.
    pub(super) llama: Server,
    /// Fixed answers, and a journal of what was sent.
    pub(super) aimock: Server,
    /// Logins whose tokens live shortly.
    pub(super) oauth: Server,
}

/// `Server` is one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Server {
    /// Its port of the loopback interface.
    pub(super) port: u16,
    /// The key that it asks for; it protects nothing.
    pub(super) key: String,
    /// The number of its process and of that process's group.
    pub(super) pid: u32,
}

impl Server {
    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn runs(&self, dir: &Path) -> bool {
        group::is(self.pid, &dir.to_string_lossy()) && is_ready(self.port)
    }
}

impl Servers {
    /// The servers of a folder, if all run.
    pub(super) fn running(dir: &Path) -> Option<Self> {
        let servers = Self::read(dir).ok().flatten()?;
        [&servers.llama, &servers.aimock, &servers.oauth]
            .iter()
            .all(|server| server.runs(dir))
            .then_some(servers)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(&self, dir: &Path) -> Result<(), Obstacle> {
        Ok(fs::write(file(dir), serde_json::to_vec_pretty(self)?)?)
    }

    /// Stops what the file names and removes it. Says whether anything ran.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub(super) fn stop(dir: &Path) -> Result<bool, Obstacle> {
        let Some(servers) = Self::read(dir)? else { return Ok(false) };
        let mark = dir.to_string_lossy();
        let ended =
            [servers.llama.pid, servers.aimock.pid, servers.oauth.pid].map(|pid| group::end(pid, &mark));
        fs::remove_file(file(dir))?;
        Ok(ended.contains(&true))
    }

    /// Removes the file, once what it names has ended.
    pub(super) fn forget(dir: &Path) {
        // A file that stays names processes that are not there, which the next task sees.
        let _gone_or_harmless = fs::remove_file(file(dir));
    }

    fn read(dir: &Path) -> Result<Option<Self>, Obstacle> {
        match fs::read(file(dir)) {
            Ok(text) => Ok(Some(
                serde_json::from_slice(&text)
                    .map_err(|error| format!("{}: {error}; remove it", file(dir).display()))?,
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("servers.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_file_has_nothing_to_stop_and_the_file_is_removed_with_the_servers() {
        let dir = std::env::temp_dir().join(format!("xtask-servers-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        assert!(!Servers::stop(&dir).unwrap());
        let server = Server { port: 1, key: "key".to_owned(), pid: u32::MAX };
        let servers = Servers { llama: server.clone(), aimock: server.clone(), oauth: server };
        servers.write(&dir).unwrap();
        assert_eq!(Servers::read(&dir).unwrap(), Some(servers));
        assert_eq!(Servers::running(&dir), None, "their processes are not there");
        assert!(!Servers::stop(&dir).unwrap());
        assert!(!file(&dir).exists());
        fs::write(file(&dir), "{").unwrap();
        assert!(Servers::stop(&dir).unwrap_err().to_string().contains("remove it"));
        fs::remove_dir_all(&dir).unwrap();
    }
}
