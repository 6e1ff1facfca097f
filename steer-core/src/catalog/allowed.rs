use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind as IoErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::ApiError;

/// `AllowedCatalogs` are the catalogs of projects that a user trusts: each file by its path and what was in it when the
/// user allowed it. A file that has changed since is to be allowed again.
///
/// They are kept in one private file, a line `SHA-256␠␠PATH` for each, as `sha256sum --check` reads it.
#[derive(Clone, Debug)]
pub struct AllowedCatalogs {
    file: PathBuf,
    sums: BTreeMap<String, String>,
}

impl AllowedCatalogs {
    /// The file's name in the folder of the user's settings.
    pub const FILE: &str = "allowed-catalogs";

    /// Reads what is allowed from a folder; nothing is where there is no such file.
    ///
    /// # Errors
    /// The file cannot be read, is not of this form, or other users may write it.
    pub fn load(folder: &Path) -> Result<Self, ApiError> {
        let file = folder.join(Self::FILE);
        let wrong = |what: String| ApiError::configuration(format!("`{}` {what}", file.display()));
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == IoErrorKind::NotFound => {
                return Ok(Self { file, sums: BTreeMap::new() });
            }
            Err(error) => return Err(wrong(format!("cannot be read: {error}")).with_source(error)),
        };
        if let Some(why) = written_by_others(&file) {
            return Err(wrong(why));
        }
        let mut sums = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (sum, path) = line.split_once("  ").filter(|(sum, _)| sum.len() == 64).ok_or_else(|| {
                let number = number.saturating_add(1);
                wrong(format!(
                    "has no sum and path in line {number}; remove the line and allow the file again"
                ))
            })?;
            sums.insert(path.to_owned(), sum.to_owned());
        }
        Ok(Self { file, sums })
    }

    /// Whether the file, with this content, is allowed.
    pub fn contains(&self, path: &Path, content: &[u8]) -> bool {
        let Ok(path) = key(path) else { return false };
        self.sums.get(&path).is_some_and(|known| *known == sum(content))
    }

    /// Allows a file as it is now, and keeps that. Returns the file's whole path.
    ///
    /// # Errors
    /// The file cannot be read, or the list cannot be written; then it is as it was.
    pub fn allow(&mut self, path: &Path) -> Result<PathBuf, ApiError> {
        let unreadable = |error: std::io::Error| {
            ApiError::configuration(format!("the catalog `{}` cannot be read: {error}", path.display()))
                .with_source(error)
        };
        let whole = fs::canonicalize(path).map_err(unreadable)?;
        let content = fs::read(&whole).map_err(unreadable)?;
        let mut sums = self.sums.clone();
        sums.insert(key(&whole)?, sum(&content));
        let lines: String = sums.iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect();
        write_private(&self.file, lines.as_bytes()).map_err(|error| {
            ApiError::configuration(format!("`{}` cannot be written: {error}", self.file.display()))
                .with_source(error)
        })?;
        self.sums = sums;
        Ok(whole)
    }
}

/// The file's whole path, as the list has it.
fn key(path: &Path) -> Result<String, ApiError> {
    let refused = || ApiError::configuration(format!("the path `{}` cannot be kept", path.display()));
    let whole = fs::canonicalize(path).map_err(|error| refused().with_source(error))?;
    let text = whole.to_str().filter(|text| !text.contains(['\n', '\r']));
    text.map(str::to_owned).ok_or_else(refused)
}

fn sum(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file that only its owner reads, whole or not at all.
fn write_private(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    let mut open = fs::OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        make.mode(0o700);
        open.mode(0o600);
    }
    make.create(folder)?;
    let beside = folder.join(format!(".{}.{}", AllowedCatalogs::FILE, std::process::id()));
    let written = (|| {
        let mut new = open.open(&beside)?;
        new.write_all(content)?;
        new.sync_all()?;
        fs::rename(&beside, file)
    })();
    if written.is_err() {
        // What is half written helps no one; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(unix)]
fn written_by_others(file: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(file).ok()?.permissions().mode();
    (mode & 0o022 != 0)
        .then(|| "may be written by others; take that right from them: `chmod go-w` and its path".to_owned())
}

#[cfg(not(unix))]
fn written_by_others(_: &Path) -> Option<String> {
    None
}
