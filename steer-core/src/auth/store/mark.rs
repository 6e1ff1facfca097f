//! Versions of files, as their metadata tells them.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A number that is another one after the file was written or replaced; 0 where there is none.
pub(super) fn version(path: &Path) -> u64 {
    let Ok(metadata) = fs::metadata(path) else { return 0 };
    let mut hasher = DefaultHasher::new();
    (metadata.modified().ok(), metadata.len()).hash(&mut hasher);
    #[cfg(unix)]
    std::os::unix::fs::MetadataExt::ino(&metadata).hash(&mut hasher);
    hasher.finish()
}

/// Gives a file the present time, or one after that of the other. The clocks of file systems are coarse, and numbers of
/// files are used again: two writes in a row could look the same else.
pub(super) fn newer_than(file: &File, other: &Path) -> std::io::Result<()> {
    let now = SystemTime::now();
    let before = fs::metadata(other).and_then(|metadata| metadata.modified()).ok();
    let next = before.and_then(|before| before.checked_add(Duration::from_micros(1)));
    file.set_modified(next.map_or(now, |next| now.max(next)))
}
