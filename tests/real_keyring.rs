//! The system's keyring, for real. `cargo xtask real-servers keyring` starts keyrings that hold nothing of anyone's, and
//! runs `open` with one and `locked` with another that nobody can unlock.
#![cfg(all(feature = "keyring", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test ends where something is not as it must be"
)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use steer::auth::{
    Credential, CredentialKind, CredentialStore, DefaultStore, Environment, KeyringStore, OAuthToken,
};

const KEY: CredentialKind = CredentialKind::ApiKey;
const TOKEN: CredentialKind = CredentialKind::OAuth2;

/// A folder for the locks, and whether the keyring is one of ours: a person's own is not for tests.
fn environment() -> Environment {
    let folder = std::env::var("STEER_REAL_KEYRING").expect("run `cargo xtask real-servers keyring`");
    assert!(PathBuf::from(&folder).is_absolute());
    Environment::of([("STEER_CONFIG_DIR", folder)])
}

fn store() -> KeyringStore {
    KeyringStore::open(&environment()).unwrap()
}

fn key(text: &str) -> Credential {
    Credential::api_key(text).unwrap()
}

/// Another program that speaks to the keyring.
fn secret_tool(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("secret-tool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("secret-tool is installed");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

mod open {
    use super::*;

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn entries_are_items_of_their_own_that_other_programs_see_too() {
        let (store, other) = (store(), store());
        let before = (store.version(), other.version());
        let mut token = OAuthToken::new("access");
        token.refresh = Some("refresh".into());
        let token = Credential::OAuth2(token);
        store.set(&"acme".into(), &key("sk-one")).unwrap();
        store.set(&"acme".into(), &token).unwrap();
        store.set(&"acme".into(), &key("sk-two")).unwrap();
        assert!(store.version() != before.0 && other.version() != before.1, "a change is noticed everywhere");
        assert_eq!(other.get(&"acme".into(), KEY).unwrap(), Some(key("sk-two")));
        assert_eq!(other.get(&"acme".into(), TOKEN).unwrap(), Some(token));
        let seen = secret_tool(&["lookup", "service", "steer", "username", "acme/api-key"], "");
        assert_eq!(seen, r#"{"key":"sk-two"}"#);
        let ours = |store: &KeyringStore| {
            let list = store.list().unwrap();
            list.into_iter().filter(|(provider, _)| provider.as_str() == "acme").collect::<Vec<_>>()
        };
        assert_eq!(ours(&other), [("acme".into(), KEY), ("acme".into(), TOKEN)]);
        assert!(store.remove(&"acme".into(), KEY).unwrap());
        assert!(!store.remove(&"acme".into(), KEY).unwrap());
        assert_eq!(ours(&other), [("acme".into(), TOKEN)]);
        assert_eq!(other.get(&"acme".into(), KEY).unwrap(), None);
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn a_broken_item_costs_no_other_and_says_nothing_of_what_it_holds() {
        let store = store();
        store.set(&"good".into(), &key("sk-one")).unwrap();
        let plant = ["store", "--label=broken", "service", "steer", "username", "bad/api-key"];
        secret_tool(&plant, r#"{"key": ["CANARY"]}"#);
        let error = store.get(&"bad".into(), KEY).unwrap_err();
        assert!(
            error.message().contains("the entry bad/api-key in the system's keyring is broken"),
            "{error}"
        );
        assert!(!format!("{error:?} {store:?}").contains("CANARY"));
        assert_eq!(store.get(&"good".into(), KEY).unwrap(), Some(key("sk-one")));
        let list = store.list().unwrap();
        assert!(list.contains(&("bad".into(), KEY)) && list.contains(&("good".into(), KEY)));
        store.set(&"bad".into(), &key("sk-two")).unwrap();
        assert_eq!(store.get(&"bad".into(), KEY).unwrap(), Some(key("sk-two")));
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn what_a_later_version_wrote_beside_is_kept() {
        let store = store();
        let plant = ["store", "--label=later", "service", "steer", "username", "later/api-key"];
        secret_tool(&plant, r#"{"key": "sk-old", "account": {"id": 7.50}}"#);
        store.set(&"later".into(), &key("sk-new")).unwrap();
        let seen = secret_tool(&["lookup", "service", "steer", "username", "later/api-key"], "");
        assert_eq!(seen, r#"{"key":"sk-new","account":{"id": 7.50}}"#);
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn the_keyring_is_asked_within_every_kind_of_runtime_without_a_panic() {
        let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let many =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let store = store();
        for (number, runtime) in [one, many].into_iter().enumerate() {
            let id = format!("runtime-{number}");
            runtime.block_on(async {
                store.set(&id.as_str().into(), &key("sk-one")).unwrap();
                assert_eq!(store.get(&id.as_str().into(), KEY).unwrap(), Some(key("sk-one")));
                drop(store.lock(&id.as_str().into(), KEY).unwrap());
                store.probe(DefaultStore::PROBE).unwrap();
            });
        }
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn many_threads_write_and_lose_nothing() {
        let store = store();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    let id = format!("thread-{number}");
                    for round in 0..3 {
                        store.set(&id.as_str().into(), &key(&format!("sk-{number}-{round}"))).unwrap();
                    }
                });
            }
        });
        for number in 0..8 {
            let id = format!("thread-{number}");
            assert_eq!(store.get(&id.as_str().into(), KEY).unwrap(), Some(key(&format!("sk-{number}-2"))));
        }
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn a_keyring_that_answers_is_chosen_and_says_so() {
        let begun = Instant::now();
        let chosen = DefaultStore::choose(&environment()).unwrap();
        assert_eq!(chosen.store.name(), "the system's keyring");
        assert_eq!(chosen.notice, "credentials are kept in the system's keyring (it answers)");
        assert!(begun.elapsed() < DefaultStore::PROBE + Duration::from_millis(250));
    }

    #[cfg(feature = "cli")]
    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn the_program_logs_in_tells_of_it_and_logs_out_with_the_keyring() {
        use cli_program::{CANARY, run, run_with_input};
        let steer = |arguments: &[&str]| {
            let mut command = cli_program::steer(arguments);
            command.env_remove("STEER_CREDENTIAL_STORE");
            command.env("STEER_CONFIG_DIR", std::env::var_os("STEER_REAL_KEYRING").unwrap());
            command.env("DBUS_SESSION_BUS_ADDRESS", std::env::var_os("DBUS_SESSION_BUS_ADDRESS").unwrap());
            command
        };
        let login = run_with_input(steer(&["auth", "login", "xai"]), CANARY);
        assert_eq!(
            (login.code, &*login.err),
            (0, "credentials are kept in the system's keyring (it answers)\n")
        );
        let seen = secret_tool(&["lookup", "service", "steer", "username", "xai/api-key"], "");
        assert_eq!(seen, format!(r#"{{"key":"{CANARY}"}}"#));
        let status = run(steer(&["auth", "status", "xai"]));
        assert!(status.out.contains("api-key  the system's keyring"), "{}", status.out);
        let logout = run(steer(&["auth", "logout", "xai"]));
        assert_eq!(logout.err, "xai: removed api-key in the system's keyring\n");
        assert!(run(steer(&["auth", "status", "xai"])).out.contains("none; `steer auth login xai`"));
    }
}

#[cfg(feature = "cli")]
#[path = "cli_program/mod.rs"]
mod cli_program;

mod locked {
    use super::*;

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn a_keyring_that_nobody_can_unlock_is_an_error_and_not_a_wait() {
        let begun = Instant::now();
        let error = store().set(&"acme".into(), &key("sk-CANARY")).unwrap_err();
        assert!(
            error.message().contains("locked") && error.message().contains("STEER_CREDENTIAL_STORE=file"),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("CANARY"));
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn the_file_stands_in_where_nobody_can_unlock_the_keyring() {
        let chosen = DefaultStore::choose(&environment()).unwrap();
        assert!(chosen.store.name().starts_with("the file "), "{chosen:?}");
        assert!(chosen.notice.contains("the system's keyring is locked"), "{}", chosen.notice);
        chosen.store.set(&"acme".into(), &key("sk-one")).unwrap();
        assert_eq!(chosen.store.get(&"acme".into(), KEY).unwrap(), Some(key("sk-one")));
    }

    #[test]
    #[ignore = "needs a keyring of its own: cargo xtask real-servers keyring"]
    fn at_a_desktop_a_locked_keyring_is_chosen_since_its_person_can_unlock_it() {
        let folder = std::env::var("STEER_REAL_KEYRING").unwrap();
        let desktop = Environment::of([("STEER_CONFIG_DIR", folder.as_str()), ("DISPLAY", ":0")]);
        let chosen = DefaultStore::choose(&desktop).unwrap();
        assert_eq!(chosen.store.name(), "the system's keyring");
    }
}
