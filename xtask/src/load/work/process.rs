//! What the system says of this process.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::verdict::Obstacle;

/// The bytes of memory that it has now.
pub(super) fn resident() -> Result<f64, Obstacle> {
    status("VmRSS:")
}

/// The most bytes of memory that it had since it began, or since `forget_peak`.
pub(super) fn peak() -> Result<f64, Obstacle> {
    status("VmHWM:")
}

/// Has the peak begin anew at what is held now. Returns what that is.
pub(super) fn forget_peak() -> Result<f64, Obstacle> {
    fs::write("/proc/self/clear_refs", "5")?;
    peak()
}

/// How many files it has open, the look at them left out.
pub(super) fn open_files() -> Result<usize, Obstacle> {
    Ok(fs::read_dir("/proc/self/fd")?.count().saturating_sub(1))
}

/// Lets it open so many files.
///
/// # Errors
/// The hard limit is lower.
pub(super) fn allow_files(files: usize) -> Result<(), Obstacle> {
    let files = u64::try_from(files)?;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return Ok(());
    }
    if let Some(hard) = limit.maximum.filter(|hard| *hard < files) {
        return Err(format!(
            "{files} files must be open at once, and the hard limit is {hard}: raise it (`ulimit -Hn`), or ask for fewer \
             streams with `--streams`"
        )
        .into());
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum: limit.maximum })?;
    Ok(())
}

fn status(field: &str) -> Result<f64, Obstacle> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes: f64 = line
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("the system does not say how much memory a process has")?
        .parse()?;
    Ok(kibibytes * 1024.0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_peak_stays_until_it_is_forgotten() {
        let before = forget_peak().unwrap();
        drop(std::hint::black_box(vec![1_u8; 64 << 20]));
        assert!(peak().unwrap() - before > 60e6);
        assert!(forget_peak().unwrap() - before < 30e6);
    }

    #[test]
    fn a_file_that_is_opened_counts() {
        let before = open_files().unwrap();
        let files: Vec<_> = (0..20).map(|_| fs::File::open("/proc/self/status").unwrap()).collect();
        assert!(open_files().unwrap() >= before.saturating_add(10), "other tests open and close some too");
        drop(files);
    }

    #[test]
    fn more_files_than_the_hard_limit_are_refused_with_both_numbers() {
        let Some(hard) = getrlimit(Resource::Nofile).maximum else { return };
        let wanted = usize::try_from(hard).unwrap().saturating_add(1);
        let told = allow_files(wanted).unwrap_err().to_string();
        assert!(told.contains(&hard.to_string()) && told.contains(&wanted.to_string()), "{told}");
    }
}
