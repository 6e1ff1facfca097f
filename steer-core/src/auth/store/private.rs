//! Files and folders that nobody else can read or plant: refused where they are a symbolic link, another's, or open to
//! others.
//!
//! On Windows, what protects them is the folder of the person's own settings; there, only symbolic links are refused.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::ApiError;

/// Makes a folder, and those above it, that only the process's user can enter.
pub(super) fn make_folder(path: &Path) -> Result<(), ApiError> {
    if check_folder(path)? {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| cannot("the folder", path, "be made", error))?;
    check_folder(path).map(drop)
}

/// Whether there is a folder; refuses one that is not private.
pub(super) fn check_folder(path: &Path) -> Result<bool, ApiError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(cannot("the folder", path, "be looked at", error)),
    };
    if metadata.is_symlink() {
        return Err(refused(path, "is a symbolic link; name the folder itself in STEER_CONFIG_DIR"));
    }
    if !metadata.is_dir() {
        return Err(refused(path, "is no folder; move it away"));
    }
    check_owner(path, &metadata, "700")?;
    Ok(true)
}

/// Opens a file to read it; `None` where there is none. Refuses one that is not private.
pub(super) fn open(path: &Path) -> Result<Option<(File, Metadata)>, ApiError> {
    let mut options = OpenOptions::new();
    options.read(true);
    let file = match follow_no_link(&mut options).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_open(path, error)),
    };
    let metadata = file.metadata().map_err(|error| cannot("the file", path, "be looked at", error))?;
    if cfg!(not(unix)) && is_link(path) {
        return Err(link(path));
    }
    if !metadata.is_file() {
        return Err(refused(path, "is no file; move it away"));
    }
    check_owner(path, &metadata, "600")?;
    Ok(Some((file, metadata)))
}

/// Opens a file that only carries a lock or a time, and makes it where there is none.
pub(super) fn open_mark(path: &Path) -> Result<File, ApiError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    private_mode(&mut options);
    follow_no_link(&mut options).open(path).map_err(|error| cannot_open(path, error))
}

/// Makes a new file. What lies there under its name, be it a link, is removed and not written through.
pub(super) fn create(path: &Path) -> Result<File, ApiError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(cannot("the file", path, "be removed", error));
        }
        _ => {}
    }
    create_alone(path)
}

/// Makes a new file where there is none. What somebody puts there after the look is not written through.
fn create_alone(path: &Path) -> Result<File, ApiError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private_mode(&mut options);
    options.open(path).map_err(|error| cannot("the file", path, "be made", error))
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and its names are written through.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// An error of the system's about a file or folder.
pub(super) fn cannot(what: &str, path: &Path, be: &str, error: io::Error) -> ApiError {
    ApiError::configuration(format!("{what} {} cannot {be}: {error}", path.display())).with_source(error)
}

fn cannot_open(path: &Path, error: io::Error) -> ApiError {
    if is_link(path) { link(path) } else { cannot("the file", path, "be opened", error) }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

fn link(path: &Path) -> ApiError {
    refused(path, "is a symbolic link, which could lead anywhere; put the file itself there")
}

fn refused(path: &Path, why: &str) -> ApiError {
    ApiError::configuration(format!("{} {why}", path.display()))
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &Metadata, mode: &str) -> Result<(), ApiError> {
    use std::os::unix::fs::MetadataExt;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(
            path,
            "belongs to another user; run this as that user, or name another folder in STEER_CONFIG_DIR",
        ));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(refused(
            path,
            &format!("is open to other users; run `chmod {mode} '{}'`", path.display()),
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata, _: &str) -> Result<(), ApiError> {
    Ok(())
}

#[cfg(unix)]
fn follow_no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    // A pipe of this name must not make the process wait either.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn follow_no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn private_mode(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn private_mode(_: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::create_alone;

    #[test]
    fn what_was_planted_at_the_last_moment_is_not_written_through() {
        let folder = std::env::temp_dir().join(format!("steer-private-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (planted, target) = (folder.join("planted"), folder.join("target"));
        fs::write(&target, "theirs").unwrap();
        fs::write(&planted, "planted").unwrap();
        assert!(create_alone(&planted).is_err());
        assert_eq!(fs::read_to_string(&planted).unwrap(), "planted");
        #[cfg(unix)]
        {
            let link = folder.join("link");
            std::os::unix::fs::symlink(&target, &link).unwrap();
            assert!(create_alone(&link).is_err());
            assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
