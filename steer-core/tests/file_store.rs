//! The file of credentials: what it keeps, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod store_support;

use std::fs;
use std::time::{Duration, Instant};

use steer_core::auth::{CredentialKind, CredentialStore, Environment, FileStore};
use steer_core::{ApiError, ErrorKind, ProviderId};
use store_support::{CANARY, Folder, key, token};

const KEY: CredentialKind = CredentialKind::ApiKey;
const TOKEN: CredentialKind = CredentialKind::OAuth2;

fn acme() -> ProviderId {
    "acme".into()
}

/// An error that says one thing and not another.
fn says(error: &ApiError, text: &str) {
    let all = format!("{error} {error:?} {:?}", std::error::Error::source(error).map(ToString::to_string));
    assert!(error.to_string().contains(text), "no `{text}` in {error}");
    assert!(!all.contains("CANARY"), "{all}");
}

#[test]
fn entries_are_kept_per_provider_and_kind_and_come_back_in_another_process() {
    let folder = Folder::new();
    let environment = Environment::of([("STEER_CONFIG_DIR", folder.store().display().to_string())]);
    let store = FileStore::open(&environment).unwrap();
    assert_eq!(store.get(&acme(), KEY).unwrap(), None);
    assert!(!store.remove(&acme(), KEY).unwrap());
    assert!(!folder.store().exists(), "reading makes nothing");
    store.set(&acme(), &key("one")).unwrap();
    store.set(&acme(), &token("two")).unwrap();
    store.set(&"other/odd \u{1f511}\"".into(), &key("three")).unwrap();
    store.set(&acme(), &key("four")).unwrap();
    let store = FileStore::at(folder.store());
    assert_eq!(store.get(&acme(), KEY).unwrap(), Some(key("four")));
    assert_eq!(store.get(&acme(), TOKEN).unwrap(), Some(token("two")));
    assert_eq!(store.get(&"other/odd \u{1f511}\"".into(), KEY).unwrap(), Some(key("three")));
    let list = [(acme(), KEY), (acme(), TOKEN), ("other/odd \u{1f511}\"".into(), KEY)];
    assert_eq!(store.list().unwrap(), list);
    assert!(store.remove(&acme(), KEY).unwrap());
    assert!(!store.remove(&acme(), KEY).unwrap());
    assert_eq!(store.list().unwrap(), list[1..]);
}

#[test]
fn the_version_is_another_one_after_every_write_however_fast_they_follow() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    let mut seen = vec![store.version()];
    for round in 0..50 {
        store.set(&acme(), &key(&format!("key-{}", round % 2))).unwrap();
        let version = store.version();
        assert_eq!(version, store.version(), "it stays while nothing is written");
        assert!(!seen.contains(&version), "round {round}");
        seen.push(version);
    }
}

#[test]
fn a_broken_entry_costs_no_other_and_stays_as_it_is() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    store.set(&acme(), &key("one")).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    let broken = format!("{{\"key\":[ \"{CANARY}\" ]}}");
    let planted = text
        .replace("\"entries\": {", &format!("\"later\": 1.50,\n\"entries\": {{\"bad/api-key\": {broken},"));
    fs::write(store.path(), planted).unwrap();
    let error = store.get(&"bad".into(), KEY).unwrap_err();
    says(&error, "the entry bad/api-key");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(store.get(&acme(), KEY).unwrap(), Some(key("one")));
    assert_eq!(store.list().unwrap().len(), 2, "what is broken is there, and can be removed");
    store.set(&acme(), &token("two")).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(text.contains(&broken) && text.contains("\"later\": 1.50"), "{text}");
    store.set(&"bad".into(), &key("good")).unwrap();
    assert_eq!(store.get(&"bad".into(), KEY).unwrap(), Some(key("good")));
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_never_overwritten() {
    for first in ["get", "set", "remove", "list"] {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        let damaged = format!("{{\"entries\": {{\"acme/api-key\": {{\"key\": \"{CANARY}\"");
        fs::write(store.path(), &damaged).unwrap();
        let error = match first {
            "get" => store.get(&acme(), KEY).map(drop),
            "set" => store.set(&acme(), &key("two")),
            "remove" => store.remove(&acme(), KEY).map(drop),
            _ => store.list().map(drop),
        }
        .unwrap_err();
        says(&error, "set aside as ");
        let aside: Vec<_> = fs::read_dir(folder.store())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.display().to_string().contains(".corrupt-"))
            .collect();
        assert_eq!(aside.len(), 1, "{first}");
        says(&error, &aside[0].display().to_string());
        assert_eq!(fs::read_to_string(&aside[0]).unwrap(), damaged);
        assert_eq!(store.get(&acme(), KEY).unwrap(), None, "{first}");
        store.set(&acme(), &key("two")).unwrap();
        assert_eq!(fs::read_to_string(&aside[0]).unwrap(), damaged);
    }
}

#[test]
fn half_a_file_and_a_byte_order_mark_and_wrong_types_are_damage_and_an_empty_file_is_none() {
    for damaged in [
        &b"\xef\xbb\xbf{\"version\":1,\"entries\":{}}"[..],
        b"{\"version\":1,\"entries\":{\"acme/api-key\":{\"key\":\"CANARY",
        b"{\"version\":1,\"entries\":[]}",
        b"{\"version\":\"1\"}",
        b"\"CANARY\"",
    ] {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        fs::write(store.path(), damaged).unwrap();
        says(&store.get(&acme(), KEY).unwrap_err(), "set aside as ");
        let kept = fs::read_dir(folder.store()).unwrap().map(|entry| entry.unwrap().path());
        assert!(kept.filter(|path| path.is_file()).any(|path| fs::read(path).unwrap() == damaged));
        store.set(&acme(), &key("two")).unwrap();
        for empty in ["", " \n"] {
            fs::write(store.path(), empty).unwrap();
            assert_eq!(store.list().unwrap(), []);
        }
    }
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    store.set(&acme(), &key("one")).unwrap();
    fs::write(store.path(), r#"{"version": 2, "vault": "x"}"#).unwrap();
    says(&store.get(&acme(), KEY).unwrap_err(), "later version");
    says(&store.set(&acme(), &key("two")).unwrap_err(), "later version");
    assert_eq!(fs::read_to_string(store.path()).unwrap(), r#"{"version": 2, "vault": "x"}"#);
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    store.set(&acme(), &key("one")).unwrap();
    fs::OpenOptions::new().write(true).open(store.path()).unwrap().set_len(FileStore::LIMIT + 1).unwrap();
    says(&store.get(&acme(), KEY).unwrap_err(), "bytes");
    assert!(store.path().exists());
}

#[test]
fn one_holder_at_a_time_has_an_entry_and_who_waits_too_long_is_told() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store()).hold(Duration::from_millis(100));
    let held = store.lock(&acme(), TOKEN).unwrap();
    drop(store.lock(&acme(), KEY).unwrap());
    let begun = Instant::now();
    let error = store.lock(&acme(), TOKEN).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    says(&error, "acme.oauth2.lock");
    assert!(begun.elapsed() >= Duration::from_millis(100));
    store.set(&acme(), &token("two")).unwrap();
    drop(held);
    drop(store.lock(&acme(), TOKEN).unwrap());
}

#[test]
fn no_secret_is_in_what_a_store_prints() {
    let folder = Folder::new();
    let store = FileStore::at(folder.store());
    store.set(&acme(), &key(CANARY)).unwrap();
    let printed = format!("{store:?} {} {:?} {:?}", store.name(), store.list(), store.get(&acme(), KEY));
    assert!(printed.contains("credentials.json") && !printed.contains("CANARY"), "{printed}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Both ways of use end in the same refusal.
    fn refuses(store: &FileStore, text: &str) {
        says(&store.get(&acme(), KEY).unwrap_err(), text);
        says(&store.set(&acme(), &key("new")).unwrap_err(), text);
    }

    #[test]
    fn what_is_made_is_for_its_user_alone() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store().join("deep"));
        store.set(&acme(), &key("one")).unwrap();
        drop(store.lock(&acme(), KEY).unwrap());
        for folder in [folder.store(), folder.store().join("deep"), folder.store().join("deep/locks")] {
            assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        }
        for file in fs::read_dir(folder.store().join("deep")).unwrap().map(|entry| entry.unwrap().path()) {
            assert!(file.is_dir() || mode(&file) == 0o600, "{}", file.display());
        }
    }

    /// The mask is the process's, so that another process runs the test above.
    #[test]
    fn what_is_made_is_for_its_user_alone_also_where_the_process_masks_nothing() {
        let run = "umask 000 && exec \"$0\" --exact unix::what_is_made_is_for_its_user_alone";
        let ran =
            Command::new("sh").args(["-c", run]).arg(std::env::current_exe().unwrap()).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn what_is_open_to_others_is_refused_with_the_command_that_helps() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key(CANARY)).unwrap();
        for open in [0o640, 0o604, 0o660, 0o610] {
            set_mode(store.path(), open);
            refuses(&store, &format!("run `chmod 600 '{}'`", store.path().display()));
        }
        set_mode(store.path(), 0o600);
        set_mode(&folder.store(), 0o755);
        refuses(&store, &format!("run `chmod 700 '{}'`", folder.store().display()));
        set_mode(&folder.store(), 0o700);
        assert_eq!(store.get(&acme(), KEY).unwrap(), Some(key(CANARY)));
    }

    #[test]
    fn symbolic_links_are_refused_and_never_written_through() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(store.path(), &elsewhere).unwrap();
        symlink(&elsewhere, store.path()).unwrap();
        refuses(&store, "is a symbolic link");
        fs::remove_file(store.path()).unwrap();

        let victim = folder.path().join("victim");
        fs::write(&victim, "untouched").unwrap();
        symlink(&victim, folder.store().join("credentials.json.next")).unwrap();
        store.set(&acme(), &key("two")).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
        assert_eq!(store.get(&acme(), KEY).unwrap(), Some(key("two")));

        fs::rename(folder.store(), folder.path().join("real")).unwrap();
        symlink(folder.path().join("real"), folder.store()).unwrap();
        refuses(&store, "is a symbolic link");
    }

    #[test]
    fn what_belongs_to_another_is_refused() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        // Only the administrator can give files away; for everyone else, there are the administrator's.
        if chown(store.path(), Some(54321), None).is_ok() {
            refuses(&store, "belongs to another user");
            chown(store.path(), Some(0), None).unwrap();
            chown(folder.store(), Some(54321), None).unwrap();
            refuses(&store, "belongs to another user");
        } else {
            refuses(&FileStore::at("/usr"), "belongs to another user");
        }
    }

    #[test]
    fn a_pipe_in_the_files_place_is_refused_and_not_waited_for() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        fs::remove_file(store.path()).unwrap();
        assert!(Command::new("mkfifo").arg("-m").arg("600").arg(store.path()).status().unwrap().success());
        refuses(&store, "is no file");
    }

    #[test]
    fn a_write_that_fails_leaves_what_was_there_and_nothing_else() {
        let folder = Folder::new();
        let store = FileStore::at(folder.store());
        store.set(&acme(), &key("one")).unwrap();
        fs::remove_file(store.path()).unwrap();
        fs::create_dir(store.path()).unwrap();
        set_mode(store.path(), 0o700);
        says(&store.set(&acme(), &key(CANARY)).unwrap_err(), "is no file");
        assert!(store.path().is_dir());
        assert!(!folder.store().join("credentials.json.next").exists());
    }
}
