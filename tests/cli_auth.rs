//! `steer auth`.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cli_program::{CANARY, Run, run, run_with_input};
use serde_json::{Value, json};
use steer::auth::{CredentialKind, CredentialStore, FileStore};

/// A folder of settings that is not there yet, and is gone with this value.
struct Settings(PathBuf);

impl Settings {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("steer-auth-{}-{number}", std::process::id())))
    }

    fn steer(&self, arguments: &[&str]) -> Command {
        let mut command = cli_program::steer(&[&["auth"], arguments].concat());
        command.env("STEER_CONFIG_DIR", &self.0);
        command
    }

    fn log_in(&self, provider: &str) -> Run {
        run_with_input(self.steer(&["login", provider]), &format!(" {CANARY}\n"))
    }

    fn file(&self) -> PathBuf {
        self.0.join("credentials.json")
    }

    /// The status of one provider.
    fn status(&self, provider: &str, variables: &[(&str, &str)]) -> Value {
        let mut command = self.steer(&["status", provider, "--json"]);
        command.envs(variables.iter().copied());
        let run = run(command);
        assert_eq!(run.code, 0, "{}", run.err);
        let rows: Vec<Value> = serde_json::from_str(&run.out).unwrap();
        assert_eq!(rows.len(), 1);
        rows[0].clone()
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_key_from_standard_input_is_kept_and_shown_nowhere() {
    let settings = Settings::new();
    let login = settings.log_in("anthropic");
    assert_eq!((login.code, login.out.as_str()), (0, ""), "{}", login.err);
    let file = settings.file().display().to_string();
    assert_eq!(
        login.err,
        format!("credentials are kept in the file {file} (STEER_CREDENTIAL_STORE names it)\n")
    );
    let kept: Value = serde_json::from_slice(&fs::read(settings.file()).unwrap()).unwrap();
    assert_eq!(kept, json!({"version": 1, "entries": {"anthropic/api-key": {"key": CANARY}}}));
    let status = settings.status("anthropic", &[]);
    let expected = json!({"provider": "anthropic", "credential": "store", "kind": "api-key", "variable": null,
        "stored": ["api-key"], "store": format!("the file {file}"), "problems": []});
    assert_eq!(status, expected);
    let people = run(settings.steer(&["status"]));
    let line = |id: &str| people.out.lines().find(|line| line.starts_with(id)).unwrap().to_owned();
    assert!(line("anthropic ").contains("api-key") && line("anthropic ").ends_with(&file), "{}", people.out);
    assert!(
        line("openai ").ends_with("none; `steer auth login openai`, or set OPENAI_API_KEY"),
        "{}",
        people.out
    );
}

#[test]
fn a_login_tells_a_program_what_was_kept_and_where() {
    let settings = Settings::new();
    let login = run_with_input(settings.steer(&["login", "openai", "--method", "api-key", "--json"]), CANARY);
    let told: Value = serde_json::from_str(&login.out).unwrap();
    let store = format!("the file {}", settings.file().display());
    assert_eq!(told, json!({"provider": "openai", "kind": "api-key", "store": store}));
    let failed = run_with_input(settings.steer(&["login", "openai", "--json"]), "two words");
    let told: Value = serde_json::from_str(&failed.out).unwrap();
    assert_eq!((failed.code, &told["error"]["kind"]), (4, &json!("configuration")));
}

#[test]
fn what_cannot_be_a_key_is_refused_and_keeps_the_one_before() {
    let settings = Settings::new();
    settings.log_in("anthropic");
    let before = fs::read(settings.file()).unwrap();
    for (wrong, code) in [("", 4), (" \n", 4), ("sk-CANARY\nsk-CANARY", 4), ("sk-CANARY-\u{e9}", 4)] {
        let login = run_with_input(settings.steer(&["login", "anthropic"]), wrong);
        assert_eq!(login.code, code, "{wrong:?}: {}", login.err);
    }
    assert_eq!(fs::read(settings.file()).unwrap(), before);
    let unknown = run_with_input(settings.steer(&["login", "nowhere"]), CANARY);
    assert_eq!(unknown.code, 4);
    let unnamed = run_with_input(settings.steer(&["login"]), CANARY);
    assert_eq!(unnamed.code, 2);
    assert!(unnamed.err.contains("name the provider; there are anthropic, "), "{}", unnamed.err);
    let method = run_with_input(settings.steer(&["login", "anthropic", "--method", "magic"]), CANARY);
    assert_eq!(method.code, 2);
    assert!(method.err.contains("offers no login `magic`; there are "), "{}", method.err);
}

#[test]
fn a_key_is_never_an_argument() {
    let run = run(Settings::new().steer(&["login", "anthropic", "sk-on-the-command-line"]));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("unexpected argument"), "{}", run.err);
}

#[test]
fn a_key_in_the_environment_comes_before_the_one_that_is_kept() {
    let settings = Settings::new();
    let mut command = settings.steer(&["login", "anthropic"]);
    command.env("CLAUDE_API_KEY", CANARY);
    let login = run_with_input(command, CANARY);
    assert!(
        login.err.contains("CLAUDE_API_KEY is set, and comes before the key that is kept"),
        "{}",
        login.err
    );
    let status = settings.status("anthropic", &[("CLAUDE_API_KEY", CANARY)]);
    assert_eq!(
        (&status["credential"], &status["variable"], &status["stored"]),
        (&json!("environment"), &json!("CLAUDE_API_KEY"), &json!(["api-key"]))
    );
    let status = settings.status("anthropic", &[("ANTHROPIC_API_KEY", "sk-CANARY and more")]);
    assert_eq!(status["credential"], "unusable");
    assert!(status["problems"][0].as_str().unwrap().contains("environment variable ANTHROPIC_API_KEY"));
    let status = settings.status("anthropic", &[("ANTHROPIC_API_KEY", "  ")]);
    assert_eq!(status["credential"], "store", "a blank variable hides nothing");
}

#[test]
fn a_login_comes_first_and_its_token_is_shown_nowhere() {
    let settings = Settings::new();
    settings.log_in("anthropic");
    let text = fs::read_to_string(settings.file()).unwrap();
    let token =
        format!(r#""entries": {{"anthropic/oauth2": {{"access": "{CANARY}", "refresh": "{CANARY}"}},"#);
    fs::write(settings.file(), text.replace("\"entries\": {", &token)).unwrap();
    let status = settings.status("anthropic", &[("ANTHROPIC_API_KEY", CANARY)]);
    assert_eq!((&status["credential"], &status["kind"]), (&json!("store"), &json!("oauth2")));
    assert_eq!(status["stored"], json!(["api-key", "oauth2"]));
}

#[test]
fn a_logout_removes_what_it_says_and_nothing_else() {
    let settings = Settings::new();
    settings.log_in("anthropic");
    settings.log_in("openai");
    let several = run(settings.steer(&["logout"]));
    assert_eq!(several.code, 2);
    assert!(
        several.err.contains("name the provider, or say `--all`; there are anthropic, openai"),
        "{}",
        several.err
    );
    let other = run(settings.steer(&["logout", "anthropic", "--kind", "oauth2"]));
    assert!(other.err.starts_with("anthropic: nothing was kept in the file "), "{}", other.err);
    assert_eq!(settings.status("anthropic", &[])["credential"], "store");
    let run_json = run(settings.steer(&["logout", "anthropic", "--json"]));
    let told: Value = serde_json::from_str(&run_json.out).unwrap();
    let store = format!("the file {}", settings.file().display());
    assert_eq!(told, json!([{"provider": "anthropic", "removed": ["api-key"], "store": store}]));
    assert_eq!(settings.status("anthropic", &[])["credential"], "missing");
    assert_eq!(settings.status("openai", &[])["credential"], "store");
    let last = run(settings.steer(&["logout"]));
    assert!(last.err.starts_with("openai: removed api-key in the file "), "{}", last.err);
    assert!(run(settings.steer(&["logout", "--all"])).err.starts_with("nothing was kept in the file "));
    assert!(!fs::read_to_string(settings.file()).unwrap().contains("CANARY"));
    assert_eq!(run(settings.steer(&["logout", "nowhere"])).code, 4);
    let kind = run(settings.steer(&["logout", "openai", "--kind", "password"]));
    assert_eq!(kind.code, 2);
    assert!(kind.err.contains("there are `api-key` and `oauth2`"), "{}", kind.err);
}

#[test]
fn a_broken_entry_is_told_of_and_can_be_removed_also_of_a_provider_that_is_gone() {
    let settings = Settings::new();
    settings.log_in("openai");
    let broken = format!(r#"{{"entries": {{"anthropic/api-key": ["{CANARY}"], "gone/oauth2": 7}}}}"#);
    fs::write(settings.file(), broken).unwrap();
    let status = settings.status("anthropic", &[]);
    assert_eq!(status["credential"], "unusable");
    assert!(status["problems"][0].as_str().unwrap().contains("anthropic/api-key"), "{status}");
    assert_eq!(run(settings.steer(&["logout", "anthropic"])).code, 0);
    assert_eq!(run(settings.steer(&["logout", "gone"])).code, 0);
    assert_eq!(settings.status("anthropic", &[])["credential"], "missing");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused_with_the_command_that_helps() {
    use std::os::unix::fs::PermissionsExt;
    let settings = Settings::new();
    settings.log_in("anthropic");
    fs::set_permissions(settings.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let status = settings.status("anthropic", &[]);
    let advice = format!("run `chmod 600 '{}'`", settings.file().display());
    assert_eq!(status["credential"], "unusable");
    assert!(status["problems"][0].as_str().unwrap().contains(&advice), "{status}");
    assert_eq!(settings.log_in("openai").code, 4);
}

#[cfg(target_os = "linux")]
mod without_a_keyring {
    use std::os::unix::net::UnixListener;
    use std::time::{Duration, Instant};

    use super::*;

    fn login(settings: &Settings, bus: &str) -> (Run, Duration) {
        let mut command = settings.steer(&["login", "anthropic"]);
        command
            .env_remove("STEER_CREDENTIAL_STORE")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={bus}"));
        let begun = Instant::now();
        (run_with_input(command, CANARY), begun.elapsed())
    }

    #[test]
    fn the_file_stands_in_and_says_why() {
        let settings = Settings::new();
        let (run, _) = login(&settings, "/nonexistent/bus");
        assert_eq!(run.code, 0, "{}", run.err);
        let expected = format!(
            "credentials are kept in the file {} (the system's keyring cannot be used: ",
            settings.file().display()
        );
        assert!(run.err.starts_with(&expected), "{}", run.err);
        assert!(settings.file().exists());
    }

    #[test]
    fn a_bus_that_never_answers_is_given_up_after_two_seconds() {
        let settings = Settings::new();
        fs::create_dir(&settings.0).unwrap();
        fs::set_permissions(&settings.0, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let bus = settings.0.join("bus");
        let listener = UnixListener::bind(&bus).unwrap();
        let (run, took) = login(&settings, bus.to_str().unwrap());
        drop(listener);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.err.contains("did not answer within 2s"), "{}", run.err);
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(8), "{took:?}");
    }

    #[test]
    fn a_keyring_that_was_named_and_is_not_there_is_an_error() {
        let settings = Settings::new();
        let mut command = settings.steer(&["login", "anthropic"]);
        command
            .env("STEER_CREDENTIAL_STORE", "keyring")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        let run = run_with_input(command, CANARY);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(!settings.file().exists());
    }
}

#[test]
fn logging_in_and_out_wait_for_a_renewal_that_holds_the_entry() {
    let settings = Settings::new();
    assert_eq!(settings.log_in("anthropic").code, 0);
    let store = FileStore::at(&settings.0);
    let kept = || store.get(&"anthropic".into(), CredentialKind::ApiKey).unwrap();
    let before = kept();
    for arguments in [&["login", "anthropic"][..], &["logout", "anthropic"]] {
        let held = store.lock(&"anthropic".into(), CredentialKind::ApiKey).unwrap();
        let mut command = settings.steer(arguments);
        let mut program = command.stdin(Stdio::piped()).spawn().unwrap();
        program.stdin.take().unwrap().write_all(b"another-key\n").unwrap();
        std::thread::sleep(Duration::from_millis(500));
        assert!(program.try_wait().unwrap().is_none(), "{arguments:?} does not wait");
        assert_eq!(kept(), before);
        drop(held);
        assert!(program.wait().unwrap().success());
        if arguments[0] == "login" {
            assert_ne!(kept(), before, "the new key");
            store.set(&"anthropic".into(), before.as_ref().unwrap()).unwrap();
        }
    }
    assert_eq!(kept(), None);
}
