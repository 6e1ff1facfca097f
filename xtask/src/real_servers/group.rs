use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::interrupt::Interrupt;
use crate::verdict::Obstacle;

/// How long a group may take to end by itself before it is ended.
const GRACE: Duration = Duration::from_secs(5);

/// `Group` is a program and everything it starts, which ends together with this value unless it is let go.
///
/// The program does not get the terminal's Ctrl-C: the task gets it, and ends its groups.
#[derive(Debug)]
pub(super) struct Group {
    child: Option<Child>,
    pid: u32,
}

impl Group {
    /// Starts a program in a group of its own; what it says goes into a file.
    ///
    /// # Errors
    /// The program is not there; the error names it.
    pub(super) fn spawn(mut command: Command, log: &Path) -> Result<Self, Obstacle> {
        let said = fs::File::create(log)?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command
            .spawn()
            .map_err(|error| format!("`{}` cannot be started: {error}", command.get_program().display()))?;
        Ok(Self { pid: child.id(), child: Some(child) })
    }

    /// The number of the program, which is that of its group too.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// How the program ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>, Obstacle> {
        Ok(match &mut self.child {
            Some(child) => child.try_wait()?,
            None => None,
        })
    }

    /// Waits for the program's end, however it ends.
    ///
    /// # Errors
    /// The wait was interrupted or took too long; the group is ended with this value.
    pub(super) fn wait(&mut self, what: &str, interrupt: &Interrupt) -> Result<ExitStatus, Obstacle> {
        interrupt.wait(what, || self.ended())
    }

    /// Lets the group live on.
    pub(super) fn leave(mut self) {
        self.child = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(child) = &mut self.child else { return };
        // The number of a group that has ended may be another's by now.
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        signal(self.pid, "TERM");
        let start = Instant::now();
        while matches!(child.try_wait(), Ok(None)) && start.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(20));
        }
        // What is left of the group when its first program has ended; nothing, as a rule.
        signal(self.pid, "KILL");
        // On systems without groups, and for the system's own books.
        let _ended_already = child.kill();
        let _ended_already = child.wait();
    }
}

/// Ends a group that an earlier task started, if the program is still the one that has `mark` in its command line.
/// Says whether it was there.
pub(super) fn end(pid: u32, mark: &str) -> bool {
    if !is(pid, mark) {
        return false;
    }
    signal(pid, "TERM");
    let start = Instant::now();
    while is(pid, mark) && start.elapsed() < GRACE {
        std::thread::sleep(Duration::from_millis(20));
    }
    if is(pid, mark) {
        signal(pid, "KILL");
    }
    true
}

/// Whether a process of this number runs a command with `mark` in it. Numbers are used again by systems, so that the
/// number alone would say nothing.
pub(super) fn is(pid: u32, mark: &str) -> bool {
    let listed = fs::read(format!("/proc/{pid}/cmdline")).or_else(|_| {
        let asked = Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output();
        asked.map(|output| output.stdout)
    });
    listed.is_ok_and(|line| String::from_utf8_lossy(&line).contains(mark))
}

/// Sends a signal to a group; the shell does, since that takes no unsafe code. A group that has ended is no error.
fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"-$2\"", "sh", name, &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    drop(sent);
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "only tests call it")]
mod tests {
    use super::*;

    /// A shell that starts another, which says its number and sleeps.
    fn sleeper(name: &str) -> (Group, u32, std::path::PathBuf) {
        let log = std::env::temp_dir().join(format!("xtask-group-{}-{name}", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "sh -c 'echo $$; sleep 60; :' sleeper; :", "sleeper"]);
        let group = Group::spawn(command, &log).unwrap();
        let interrupt = Interrupt::watch().unwrap().within(Duration::from_secs(10));
        let inner = interrupt.wait("the sleeper", || Ok(fs::read_to_string(&log)?.trim().parse().ok()));
        (group, inner.unwrap(), log)
    }

    #[test]
    fn what_a_program_started_ends_with_it() {
        let (group, inner, log) = sleeper("drop");
        assert!(is(inner, "sleeper"));
        drop(group);
        fs::remove_file(log).unwrap();
        let gone = Interrupt::watch().unwrap().within(Duration::from_secs(10));
        gone.wait("the end", || Ok((!is(inner, "sleeper")).then_some(()))).unwrap();
    }

    #[test]
    fn a_group_that_was_let_go_ends_by_its_number_only_if_the_command_is_the_same() {
        let (group, inner, log) = sleeper("leave");
        let pid = group.pid();
        group.leave();
        fs::remove_file(log).unwrap();
        assert!(!end(pid, "another program"));
        assert!(is(inner, "sleeper"), "a number alone ends nothing");
        assert!(end(pid, "sleeper"));
        let gone = Interrupt::watch().unwrap().within(Duration::from_secs(10));
        gone.wait("the end", || Ok((!is(inner, "sleeper")).then_some(()))).unwrap();
    }
}
