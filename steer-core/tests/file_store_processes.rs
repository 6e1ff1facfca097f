//! The file of credentials under many processes, and under processes that are killed.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test ends where something is not as it must be"
)]

mod store_support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Child;
use std::time::{Duration, SystemTime};
use std::{fs, thread};

use steer_core::ProviderId;
use steer_core::auth::{Credential, CredentialKind, CredentialStore, FileStore};
use store_support::{Folder, given, key, process, token};

const KEY: CredentialKind = CredentialKind::ApiKey;
const TOKEN: CredentialKind = CredentialKind::OAuth2;

const KILLS: u32 = 200;
const PROCESSES: u32 = 8;
const THREADS: u32 = 8;
const ROUNDS: u32 = 4;

/// A process that ends with this value.
struct Other(Child);

impl Other {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The value of a number; long enough that a write takes a while.
fn value(number: u64) -> Credential {
    token(&format!("{number}-{}", "x".repeat(20_000)))
}

fn number(credential: &Credential) -> u64 {
    let Credential::OAuth2(token) = credential else { panic!("another kind") };
    let (number, rest) = token.access.expose().split_once('-').unwrap();
    assert_eq!(rest.len(), 20_000, "a value is whole");
    number.parse().unwrap()
}

/// A moment within a write; writes take a few milliseconds.
fn some_microseconds() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Duration::from_micros(u64::from(now.subsec_nanos()) / 7 % 12_000)
}

#[test]
fn a_writer_that_is_killed_at_any_moment_leaves_the_old_or_the_new_value() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    store.set(&"bystander".into(), &key("stays")).unwrap();
    store.set(&"acme".into(), &value(0)).unwrap();
    let (mut old, mut new) = (0, 0);
    for _ in 0..KILLS {
        let mut writer = Other(process("writes_until_it_is_killed", &folder.store()).spawn().unwrap());
        let mut said = BufReader::new(writer.0.stdout.take().unwrap());
        let mut all = String::new();
        while !all.contains("begins") {
            assert_ne!(said.read_line(&mut all).unwrap(), 0, "the writer ended: {all}");
        }
        thread::sleep(some_microseconds());
        writer.kill();
        said.read_to_string(&mut all).unwrap();
        let last =
            |word: &str| all.lines().rev().find_map(|line| line.strip_prefix(word)?.parse::<u64>().ok());
        let begun = last("begins ").unwrap();
        let found = number(&store.get(&"acme".into(), TOKEN).unwrap().unwrap());
        // What was reported is there; what was begun may be.
        match last("wrote ") {
            Some(wrote) if wrote == begun => assert_eq!(found, begun, "{all}"),
            _ if found == begun => new += 1,
            _ => {
                assert_eq!(found, begun - 1, "{all}");
                old += 1;
            }
        }
        assert_eq!(store.get(&"bystander".into(), KEY).unwrap(), Some(key("stays")));
    }
    assert!(old > 0, "no kill came before the new value was there: {old} old, {new} new");
    store.set(&"acme".into(), &value(0)).unwrap();
    let mut left: Vec<_> = fs::read_dir(folder.store())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["credentials.json", "credentials.json.lock"], "nothing is left of the killed");
}

#[test]
#[ignore = "a process that another test starts"]
fn writes_until_it_is_killed() {
    let store = FileStore::at(given());
    let acme = ProviderId::from("acme");
    let mut out = std::io::stdout();
    loop {
        let next = number(&store.get(&acme, TOKEN).unwrap().unwrap()) + 1;
        writeln!(out, "\nbegins {next}").unwrap();
        store.set(&acme, &value(next)).unwrap();
        writeln!(out, "wrote {next}").unwrap();
    }
}

#[test]
fn many_processes_and_threads_that_write_lose_nothing_of_each_others() {
    let folder = Folder::new();
    let mut writers: Vec<Other> = (0..PROCESSES)
        .map(|number| {
            let mut command = process("writes_entries_of_its_own", &folder.store());
            Other(command.env("STEER_TEST_PROCESS", number.to_string()).spawn().unwrap())
        })
        .collect();
    for writer in &mut writers {
        let mut said = String::new();
        writer.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(writer.0.wait().unwrap().success(), "{said}");
    }
    let store = FileStore::at(folder.store());
    assert_eq!(store.list().unwrap().len(), (PROCESSES * THREADS) as usize);
    for process in 0..PROCESSES {
        for thread in 0..THREADS {
            let id = format!("p{process}-t{thread}");
            let last = key(&format!("{id}-{}", ROUNDS - 1));
            assert_eq!(store.get(&id.as_str().into(), KEY).unwrap(), Some(last));
        }
    }
}

#[test]
#[ignore = "a process that another test starts"]
fn writes_entries_of_its_own() {
    let store = FileStore::at(given());
    let process = std::env::var("STEER_TEST_PROCESS").unwrap();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (store, process) = (&store, &process);
            scope.spawn(move || {
                let id = format!("p{process}-t{number}");
                for round in 0..ROUNDS {
                    let new = key(&format!("{id}-{round}"));
                    store.set(&id.as_str().into(), &new).unwrap();
                    assert_eq!(store.get(&id.as_str().into(), KEY).unwrap(), Some(new));
                }
            });
        }
    });
}

#[test]
fn the_lock_of_a_process_that_was_killed_is_free() {
    let folder = Folder::new();
    let mut holder = Other(process("holds_an_entry", &folder.store()).spawn().unwrap());
    let mut said = BufReader::new(holder.0.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("held") {
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "the holder ended: {line}");
    }
    let store = FileStore::at(folder.store()).hold(Duration::from_millis(50));
    store.lock(&"acme".into(), TOKEN).unwrap_err();
    holder.kill();
    drop(store.lock(&"acme".into(), TOKEN).unwrap());
}

#[test]
#[ignore = "a process that another test starts"]
fn holds_an_entry() {
    let store = FileStore::at(given());
    let held = store.lock(&"acme".into(), TOKEN).unwrap();
    println!("\nheld");
    thread::sleep(Duration::from_secs(60));
    drop(held);
}
