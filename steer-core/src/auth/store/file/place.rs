use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::super::lock::Held;
use super::super::{mark, private};
use super::FileStore;
use crate::error::ApiError;

/// The longest wait for those who write before us. Each takes as long as the disk does.
const WAIT: Duration = Duration::from_secs(30);

/// `Place` is where the file lies, and what lies beside it: a lock, and the next file while it is written.
#[derive(Clone)]
pub(super) struct Place {
    folder: PathBuf,
    file: PathBuf,
}

impl Place {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { file: folder.join("credentials.json"), folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The file's text; `None` where there is no file.
    pub(super) fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, ApiError> {
        if !private::check_folder(&self.folder)? {
            return Ok(None);
        }
        let Some((file, metadata)) = private::open(&self.file)? else { return Ok(None) };
        // One byte more than it has, so that the end is seen without growing: a vector that grows leaves secrets behind.
        let size = usize::try_from(metadata.len().min(FileStore::LIMIT)).unwrap_or_default();
        let mut text = Zeroizing::new(Vec::with_capacity(size.saturating_add(64)));
        let mut bounded = file.take(FileStore::LIMIT.saturating_add(1));
        bounded
            .read_to_end(&mut text)
            .map_err(|error| private::cannot("the file", &self.file, "be read", error))?;
        if bounded.limit() == 0 {
            return Err(ApiError::configuration(format!(
                "{} has more than {} bytes, which no file of credentials has; move it away",
                self.file.display(),
                FileStore::LIMIT
            )));
        }
        Ok(Some(text))
    }

    /// Waits until nobody else writes, and lets nobody else until the value is dropped.
    pub(super) fn write(&self) -> Result<Writing<'_>, ApiError> {
        private::make_folder(&self.folder)?;
        let held = Held::wait(&self.beside("lock"), WAIT)?;
        Ok(Writing { place: self, _held: held })
    }

    /// Tells one file from the next by its metadata.
    pub(super) fn version(&self) -> u64 {
        mark::version(&self.file)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("credentials.json.{ending}"))
    }
}

/// `Writing` is the right to write.
pub(super) struct Writing<'a> {
    place: &'a Place,
    _held: Held,
}

impl Writing<'_> {
    /// Puts a new file in the place of the old one. At every moment one of them is there, whole.
    pub(super) fn replace(&self, text: &[u8]) -> Result<(), ApiError> {
        let path = &self.place.file;
        // What is there under this name was left by a writer that was killed: we hold the lock.
        let next = self.place.beside("next");
        let mut file = private::create(&next)?;
        let written = self.fill(&mut file, text).and_then(|()| fs::rename(&next, path));
        if let Err(error) = written {
            // It holds secrets, and is of no use; that it stays costs less than the first error.
            let _ = fs::remove_file(&next);
            return Err(private::cannot("the file", path, "be written", error));
        }
        private::sync_folder(&self.place.folder)
            .map_err(|error| private::cannot("the folder", &self.place.folder, "be synchronised", error))
    }

    /// Renames the file, which is damaged, so that nothing overwrites it, and says where it is now.
    pub(super) fn set_aside(&self) -> ApiError {
        let path = &self.place.file;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let aside = self.place.beside(&format!("corrupt-{}", now.as_nanos()));
        let moved = match fs::symlink_metadata(&aside) {
            Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(path, &aside),
            Err(error) => Err(error),
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        };
        match moved.and_then(|()| private::sync_folder(&self.place.folder)) {
            Ok(()) => ApiError::configuration(format!(
                "{} was damaged and is no JSON of ours; it was set aside as {}, and a new file begins: take over by hand \
                 what can be read, or log in again",
                path.display(),
                aside.display()
            )),
            Err(error) => {
                private::cannot("the file", path, "be read, as it is damaged, nor be set aside", error)
            }
        }
    }

    fn fill(&self, file: &mut File, text: &[u8]) -> std::io::Result<()> {
        file.write_all(text)?;
        mark::newer_than(file, &self.place.file)?;
        file.sync_all()
    }
}
