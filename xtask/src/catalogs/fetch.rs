use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::verdict::Obstacle;

/// The pinned version: <https://pypi.org/project/genai-prices/>, under the MIT licence.
pub(super) const VERSION: &str = "0.2.3";

/// The day on which the pinned version was read: its newest one then.
pub(super) const READ_ON: &str = "2026-11-25";

/// `Package` is the price list as Python, and its version.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) version: String,
    pub(super) text: String,
}

/// Reads the price list of a version, a wheel or a `data.py`; a version is downloaded into `folder` where it is not
/// there yet.
pub(super) fn data(given: &str, folder: &Path) -> Result<Package, Obstacle> {
    let path = Path::new(given);
    let is_version = given.starts_with(|first: char| first.is_ascii_digit()) && !path.exists();
    if is_version {
        let wheel = folder.join(format!("genai_prices-{given}-py3-none-any.whl"));
        if !wheel.exists() {
            download(given, folder)?;
        }
        return unpacked(&wheel);
    }
    if path.extension().is_some_and(|extension| extension == "whl") {
        return unpacked(path);
    }
    let text = fs::read_to_string(path).map_err(|error| format!("`{given}` cannot be read: {error}"))?;
    Ok(Package { version: VERSION.to_owned(), text })
}

fn download(version: &str, folder: &Path) -> Result<(), Obstacle> {
    let ended = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .arg("--disable-pip-version-check")
        .arg("--dest")
        .arg(folder)
        .arg(format!("genai-prices=={version}"))
        .status()?;
    let advice = "Python 3 with `pip` is needed, and a registry that has the package; or name its wheel with `--genai-prices FILE`";
    if ended.success() {
        Ok(())
    } else {
        Err(format!("genai-prices {version} cannot be downloaded; {advice}").into())
    }
}

fn unpacked(wheel: &Path) -> Result<Package, Obstacle> {
    let name = wheel.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let version = name.split('-').nth(1).filter(|version| !version.is_empty());
    let version = version.ok_or_else(|| format!("`{name}` has no version in its name"))?.to_owned();
    let output = Command::new("python3")
        .args(["-c", "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('genai_prices/data.py'))"])
        .arg(wheel)
        .output()?;
    if !output.status.success() {
        let path: PathBuf = wheel.into();
        return Err(
            format!("{} is no wheel of genai-prices, or `python3` cannot read it", path.display()).into()
        );
    }
    Ok(Package { version, text: String::from_utf8(output.stdout)? })
}
