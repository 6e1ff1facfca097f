//! The program itself: its exit codes are what a pipeline reads.
#![allow(clippy::unwrap_used, reason = "only tests call it")]

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

#[test]
fn a_folder_without_recordings_exits_with_1() {
    let folder = std::env::temp_dir().join(format!("xtask-program-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ended = xtask(&["replay", folder.to_str().unwrap()]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stdout).contains("no recording was replayed"));
}

#[test]
fn a_folder_that_is_not_there_exits_with_2_and_is_named() {
    let ended = xtask(&["replay", "no-such-folder"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("no-such-folder"));
}

#[test]
fn a_provider_that_is_not_there_exits_with_2_and_is_named() {
    let ended = xtask(&["test-providers", "--provider", "nobody"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("no folder `providers/nobody`"));
}

#[test]
fn comparing_the_api_without_the_tool_or_a_tag_exits_with_2_and_says_what_to_do() {
    // Where the tool is installed, the missing revision is what ends it.
    let ended = xtask(&["semver", "--baseline", ""]);
    assert_eq!(ended.status.code(), Some(2), "{}", String::from_utf8_lossy(&ended.stdout));
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(said.contains("install it with") || said.contains("name a revision"), "{said}");
}
