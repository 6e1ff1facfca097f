use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::group::Group;
use super::health::{free_port, is_ready};
use super::install;
use super::interrupt::Interrupt;
use super::servers::{Server, Servers};
use crate::verdict::Obstacle;

/// The name that requests give the model.
pub(super) const MODEL: &str = "smollm2";

/// The key that the servers of models ask for. They listen on the loopback interface alone, so it protects nothing.
const KEY: &str = "key-of-the-real-servers";

/// How long a server may take to come up; a busy machine reads the model slowly.
const LIMIT: Duration = Duration::from_secs(120);

/// `Running` holds servers that run, and stops those that it started when it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    servers: Servers,
    started: Vec<Group>,
    dir: PathBuf,
}

impl Running {
    /// The servers of a folder that run already, or else new ones.
    ///
    /// # Errors
    /// They do not come up.
    pub(super) fn find_or_start(
        root: &Path,
        dir: &Path,
        interrupt: &Interrupt,
        out: &mut dyn Write,
    ) -> Result<Self, Obstacle> {
        match Servers::running(dir) {
            Some(servers) => Ok(Self { servers, started: Vec::new(), dir: dir.to_owned() }),
            None => Self::start(root, dir, interrupt, out),
        }
    }

    /// Starts all servers and waits until they are ready.
    ///
    /// # Errors
    /// They run already, are not installed, or do not come up; what they said is printed.
    pub(super) fn start(
        root: &Path,
        dir: &Path,
        interrupt: &Interrupt,
        out: &mut dyn Write,
    ) -> Result<Self, Obstacle> {
        install::require(dir)?;
        if Servers::running(dir).is_some() {
            return Err("the servers run already; stop them with `cargo xtask real-servers stop`".into());
        }
        // One of them may have outlived the others.
        Servers::stop(dir)?;
        let assets = root.join("xtask/assets");
        let bounded = interrupt.within(LIMIT);
        let (llama_port, aimock_port) = (free_port()?, free_port()?);
        let llama = bring_up("llama", llama(dir, &assets, llama_port), llama_port, dir, &bounded, out)?;
        let aimock = bring_up("aimock", aimock(dir, &assets, aimock_port), aimock_port, dir, &bounded, out)?;
        let (oauth_port, oauth) = start_oauth(root, dir, interrupt, out)?;
        let server = |port, group: &Group| Server { port, key: KEY.to_owned(), pid: group.pid() };
        let servers = Servers {
            llama: server(llama_port, &llama),
            aimock: server(aimock_port, &aimock),
            oauth: server(oauth_port, &oauth),
        };
        servers.write(dir)?;
        Ok(Self { servers, started: vec![llama, aimock, oauth], dir: dir.to_owned() })
    }

    /// The servers.
    pub(super) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// Lets the servers run on.
    pub(super) fn leave(mut self) {
        self.started.drain(..).for_each(Group::leave);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.started.is_empty() {
            self.started.clear();
            Servers::forget(&self.dir);
        }
    }
}

/// Starts the authorization server alone and waits until it is ready.
///
/// # Errors
/// It does not come up; what it said is printed.
pub(super) fn start_oauth(
    root: &Path,
    dir: &Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<(u16, Group), Obstacle> {
    let port = free_port()?;
    let mut command = Command::new("node");
    command.arg(root.join("xtask/assets/oauth_server.mjs")).arg(install::oauth(dir)).arg(port.to_string());
    Ok((port, bring_up("oauth", command, port, dir, &interrupt.within(LIMIT), out)?))
}

fn llama(dir: &Path, assets: &Path, port: u16) -> Command {
    let mut command = Command::new(install::python(dir));
    command.arg(assets.join("llama_server.py"));
    command.arg("--model").arg(install::weights(dir)).arg("--template").arg(assets.join("chatml.jinja"));
    command.args(["--alias", MODEL, "--port", &port.to_string(), "--key", KEY]);
    command
}

fn aimock(dir: &Path, assets: &Path, port: u16) -> Command {
    let mut command = Command::new("node");
    command.arg(install::aimock(dir)).arg("-f").arg(assets.join("aimock.json"));
    command.args(["--validate-on-load", "--strict", "-h", "127.0.0.1", "-p", &port.to_string()]);
    command.env("AIMOCK_API_KEYS", KEY);
    command
}

fn bring_up(
    name: &str,
    command: Command,
    port: u16,
    dir: &Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Group, Obstacle> {
    let start = Instant::now();
    let log = dir.join(format!("{name}.log"));
    let mut group = Group::spawn(command, &log)?;
    let ready = interrupt.wait(&format!("the start of {name}"), || match group.ended()? {
        Some(status) => Err(format!("{name} ended before it was ready: {status}").into()),
        None => Ok(is_ready(port).then_some(())),
    });
    if let Err(error) = ready {
        out.write_all(&fs::read(&log)?)?;
        return Err(error);
    }
    writeln!(out, "ok      {name} on http://127.0.0.1:{port} ({:.1} s)", start.elapsed().as_secs_f64())?;
    Ok(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_at_once_is_an_error_with_what_it_said() {
        let dir = std::env::temp_dir().join(format!("xtask-launch-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such model; exit 4"]);
        let mut said = Vec::new();
        let interrupt = Interrupt::watch().unwrap();
        let error =
            bring_up("kettle", command, free_port().unwrap(), &dir, &interrupt, &mut said).unwrap_err();
        fs::remove_dir_all(&dir).unwrap();
        assert!(error.to_string().starts_with("kettle ended before it was ready"), "{error}");
        assert_eq!(String::from_utf8(said).unwrap(), "no such model\n");
    }
}
