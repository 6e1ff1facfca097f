use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};

use serde::de::DeserializeOwned;

use crate::verdict::Obstacle;

/// `Serving` is a server in a process of its own, until it is dropped.
#[derive(Debug)]
pub(super) struct Serving {
    process: Child,
    pub(super) url: String,
}

impl Serving {
    /// Starts one that so many connections may be made to.
    pub(super) fn start(address: Ipv4Addr, connections: usize) -> Result<Self, Obstacle> {
        let mut process = own()?
            .arg("serve")
            .arg(address.to_string())
            .arg(connections.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(told) = process.stdout.take() {
            BufReader::new(told).read_line(&mut url)?;
        }
        match url.trim_end() {
            "" => Err("the server did not start".into()),
            url => Ok(Self { url: url.to_owned(), process }),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The end of its standard input ends it.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Runs this program in another role and reads what it measured.
pub(super) fn run<T: DeserializeOwned>(arguments: &[&str]) -> Result<T, Obstacle> {
    let output = own()?.args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{arguments:?} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn own() -> Result<Command, Obstacle> {
    Ok(Command::new(std::env::current_exe()?))
}
