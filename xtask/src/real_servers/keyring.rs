use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::gated;
use super::group::Group;
use super::interrupt::Interrupt;
use crate::verdict::{Obstacle, Verdict};

/// The programs that are needed, and the Debian packages that have them.
const NEEDED: [(&str, &str); 4] = [
    ("dbus-run-session", "dbus-daemon"),
    ("dbus-send", "dbus-bin"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("secret-tool", "libsecret-tools"),
];

/// The test program; its tests stand in a module for each state of the keyring.
const PROGRAM: &str = "real_keyring";

const STATES: [&str; 2] = ["open", "locked"];

/// The most time that installing the packages may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Installs what is missing, with `apt-get` where the machine has it.
///
/// # Errors
/// It cannot be installed; the error says what to do.
pub(super) fn install(dir: &Path, interrupt: &Interrupt, out: &mut dyn Write) -> Result<(), Obstacle> {
    let missing = missing(&std::env::var_os("PATH").unwrap_or_default());
    if missing.is_empty() {
        writeln!(out, "ok      a keyring is installed already")?;
        return Ok(());
    }
    let packages = missing.join(" ");
    let advice = format!("install these packages (their names in Debian): {packages}");
    let log = dir.join("install-keyring.log");
    let mut command = Command::new("sh");
    command.args(["-c", "apt-get update -qq && apt-get install -y -qq --no-install-recommends \"$@\"", "sh"]);
    command.args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    let ended = Group::spawn(command, &log)
        .and_then(|mut group| group.wait("the installation", &interrupt.within(LIMIT)))
        .map_err(|error| format!("a keyring could not be installed: {error}; {advice}"))?;
    if !ended.success() {
        out.write_all(&fs::read(&log)?)?;
        return Err(format!("a keyring could not be installed; {advice}").into());
    }
    writeln!(out, "ok      {packages}")?;
    Ok(())
}

/// Runs the tests in a session of their own, once for each state of the keyring.
///
/// # Errors
/// A session cannot be started, or the time is over.
pub(super) fn test(
    root: &Path,
    dir: &Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Verdict, Obstacle> {
    let mut all = true;
    for state in STATES {
        let home = Home::new(dir.join(format!("keyring-{state}")))?;
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh"]).arg(root.join("xtask/assets/keyring.sh")).arg(state);
        command.arg(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(gated::arguments(PROGRAM)).arg(format!("{state}::")).current_dir(root);
        home.tell(&mut command);
        all &= gated::judged(command, &format!("{PROGRAM}, {state}"), dir, interrupt, out)?;
    }
    Ok(Verdict::of(all))
}

/// A person's folders, empty when they are made and gone with this value.
struct Home(PathBuf);

impl Home {
    fn new(path: PathBuf) -> Result<Self, Obstacle> {
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        for folder in ["data", "run"] {
            fs::create_dir_all(path.join(folder))?;
            #[cfg(unix)]
            fs::set_permissions(path.join(folder), std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        }
        Ok(Self(path))
    }

    /// No keyring of the person who runs this is reached, and no window asks them anything.
    fn tell(&self, command: &mut Command) {
        command
            .env("XDG_DATA_HOME", self.0.join("data"))
            .env("XDG_RUNTIME_DIR", self.0.join("run"))
            .env("STEER_REAL_KEYRING", self.0.join("steer"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .env_remove("RUST_BACKTRACE");
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What stays is removed by the next run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The packages whose programs are in no folder of the search path.
fn missing(path: &std::ffi::OsStr) -> Vec<&'static str> {
    let there = |program: &str| std::env::split_paths(path).any(|folder| folder.join(program).is_file());
    NEEDED.into_iter().filter(|(program, _)| !there(program)).map(|(_, package)| package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_no_folder_of_the_path_is_missing() {
        let dir = std::env::temp_dir().join(format!("xtask-keyring-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        assert_eq!(missing(dir.as_os_str()), ["dbus-daemon", "dbus-bin", "gnome-keyring", "libsecret-tools"]);
        fs::write(dir.join("secret-tool"), "").unwrap();
        assert_eq!(missing(dir.as_os_str()), ["dbus-daemon", "dbus-bin", "gnome-keyring"]);
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_home_is_empty_when_it_is_made_and_gone_afterwards() {
        let path = std::env::temp_dir().join(format!("xtask-home-{}", std::process::id()));
        fs::create_dir_all(path.join("data")).unwrap();
        fs::write(path.join("data/left"), "").unwrap();
        let home = Home::new(path.clone()).unwrap();
        assert!(path.join("run").is_dir() && !path.join("data/left").exists());
        drop(home);
        assert!(!path.exists());
    }
}
