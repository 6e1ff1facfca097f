//! `steer auth` at a terminal.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod cli_program;

use std::fs;
use std::path::PathBuf;

use cli_program::session::Session;
use cli_program::{CANARY, steer};
use nix::sys::termios::{LocalFlags, tcgetattr};

/// A login at a terminal, and the folder where it keeps the key.
fn login(name: &str, arguments: &[&str]) -> (Session, PathBuf) {
    let folder = std::env::temp_dir().join(format!("steer-login-{}-{name}", std::process::id()));
    let mut command = steer(&[&["auth", "login"], arguments].concat());
    command.env("STEER_CONFIG_DIR", &folder);
    (Session::start(command), folder)
}

/// Whether the terminal shows what is typed, and takes Ctrl-C as a signal.
fn is_as_before(session: &Session) -> bool {
    let flags = tcgetattr(&session.keyboard).unwrap().local_flags;
    flags.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG)
}

/// Waits for the question, and until the terminal shows nothing of what is typed.
fn is_asked(session: &mut Session) -> String {
    let asked = session.sees("it is not shown: ");
    while is_as_before(session) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    asked
}

#[test]
fn a_key_that_is_typed_is_not_shown() {
    let (mut session, folder) = login("typed", &["anthropic"]);
    let asked = is_asked(&mut session);
    assert!(asked.contains("API key of Anthropic"), "{asked}");
    session.types(&format!("{CANARY}x\u{7f}\r"));
    let shown = session.sees("credentials are kept in the file ");
    assert!(!shown.contains("sk-") && !shown.contains("CANARY"), "{shown:?}");
    assert_eq!(session.code(), Some(0));
    let kept = fs::read_to_string(folder.join("credentials.json")).unwrap();
    assert!(kept.contains(&format!("\"key\":\"{CANARY}\"")));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn ctrl_c_ends_the_login_and_leaves_the_terminal_as_it_was() {
    let (mut session, folder) = login("interrupted", &["anthropic"]);
    is_asked(&mut session);
    session.types("sk-half\u{3}");
    session.sees("nothing was changed");
    assert!(is_as_before(&session));
    assert_eq!(session.code(), Some(130));
    assert!(!folder.exists());
}

#[test]
fn a_person_chooses_the_provider_from_a_list() {
    let (mut session, folder) = login("chosen", &[]);
    let list = session.sees("Number: ");
    let line = list.lines().find(|line| line.contains("(openai)")).unwrap().trim().to_owned();
    session.types(&format!("{}\n", line.split(' ').next().unwrap()));
    session.sees("API key of OpenAI");
    is_asked(&mut session);
    session.types(&format!("{CANARY}\r"));
    session.sees("credentials are kept in the file ");
    assert_eq!(session.code(), Some(0));
    let kept = fs::read_to_string(folder.join("credentials.json")).unwrap();
    assert!(kept.contains("openai/api-key"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_number_that_is_not_in_the_list_changes_nothing() {
    for answer in ["0", "99", "x", ""] {
        let (mut session, folder) = login("unchosen", &[]);
        session.sees("Number: ");
        session.types(&format!("{answer}\n"));
        session.sees("nothing was changed");
        assert_eq!(session.code(), Some(2));
        assert!(!folder.exists());
    }
}

/// Waits until a program has written a line.
#[cfg(all(target_os = "linux", feature = "openrouter"))]
fn written(path: &std::path::Path) -> String {
    for _ in 0..1000 {
        if let Ok(text) = fs::read_to_string(path)
            && text.ends_with('\n')
        {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("nothing was written to {}", path.display());
}

#[cfg(all(target_os = "linux", feature = "openrouter"))]
#[test]
fn a_login_opens_the_persons_browser_and_shows_the_address_as_well() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("steer-browser-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (browser, opened) = (folder.join("browser"), folder.join("opened"));
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" > '{}'\n", opened.display())).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).unwrap();
    for (arguments, opens) in [(&[][..], true), (&["--no-browser"][..], false)] {
        let _ = fs::remove_file(&opened);
        let mut command =
            steer(&[&["auth", "login", "openrouter", "--method", "browser"], arguments].concat());
        command.env("STEER_CONFIG_DIR", folder.join("settings")).env("BROWSER", &browser);
        let mut session = Session::start(command);
        let shown = session.sees("https://openrouter.ai/auth?");
        assert!(shown.contains("Open this address"), "{shown}");
        if opens {
            assert!(written(&opened).starts_with("https://openrouter.ai/auth?"));
        }
        session.interrupt();
        assert_eq!(session.code(), Some(130));
        assert_eq!(opened.exists(), opens);
    }
    fs::remove_dir_all(folder).unwrap();
}
