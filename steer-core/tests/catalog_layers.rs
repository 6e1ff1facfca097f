//! Which catalogs there are, and which wins.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod catalog_support;

use catalog_support::{Folder, builder, problems};
use steer_core::ClientBuilder;
use steer_core::auth::Environment;

fn entry(limit: u32) -> String {
    format!("[[models]]\nprovider = 'acme'\nid = 'anvil'\nmax_output_tokens = {limit}\n")
}

fn limit(builder: ClientBuilder) -> Option<u32> {
    builder.build().unwrap().resolve("acme/anvil").unwrap().max_output_tokens
}

fn of(folder: &Folder) -> ClientBuilder {
    let path = folder.path().to_str().unwrap();
    builder().environment(Environment::of([("STEER_CONFIG_DIR", path)]))
}

#[test]
fn the_user_s_catalog_is_read_if_the_program_asks_for_it_and_never_else() {
    let folder = Folder::new("layers-user");
    folder.file("catalog.toml", &entry(1));
    assert_eq!(limit(of(&folder)), Some(100));
    assert_eq!(limit(of(&folder).user_catalog()), Some(1));
}

#[test]
fn the_user_s_catalog_lies_in_the_home_unless_a_variable_says_where() {
    let home = Folder::new("layers-home");
    std::fs::create_dir_all(home.path().join(".config/steer")).unwrap();
    home.file(".config/steer/catalog.toml", &entry(7));
    let environment = Environment::of([("HOME", home.path().to_str().unwrap())]);
    assert_eq!(limit(builder().environment(environment).user_catalog()), Some(7));
}

#[test]
fn without_a_user_s_catalog_or_a_home_there_is_nothing_to_read() {
    let folder = Folder::new("layers-none");
    assert_eq!(limit(of(&folder).user_catalog()), Some(100));
    let nowhere = builder().environment(Environment::of::<&str, &str>([]));
    assert_eq!(limit(nowhere.user_catalog()), Some(100));
}

#[test]
fn what_the_program_names_wins_over_the_user_s_and_a_file_over_a_text() {
    let folder = Folder::new("layers-order");
    folder.file("catalog.toml", &entry(1));
    let file = folder.file("own.toml", &entry(3));
    let text = || of(&folder).catalog("text", entry(2)).user_catalog();
    assert_eq!(limit(text()), Some(2));
    assert_eq!(limit(text().catalog_file(file)), Some(3));
}

#[test]
fn a_user_s_catalog_that_is_wrong_is_told_and_not_passed_over() {
    let folder = Folder::new("layers-wrong");
    let path = folder.file("catalog.toml", "[[models]]\nprovider = 'acme'\nid = 'anvil'\nmax = 1\n");
    let told = problems(of(&folder).user_catalog());
    assert!(told[0].starts_with(&format!("{}:4:1: unknown key `max`", path.display())), "{told:?}");
}

#[cfg(unix)]
#[test]
fn a_catalog_without_an_end_or_of_a_terminal_is_refused() {
    let folder = Folder::new("layers-endless");
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    let error = builder().catalog_file(&link).build().unwrap_err();
    assert!(error.to_string().contains("is longer than 4 MiB"), "{error}");
    let error = builder().project_catalog(&link).build().unwrap_err();
    assert!(error.to_string().contains("is no file"), "{error}");
}

#[test]
fn a_named_file_that_is_missing_is_an_error_even_leniently() {
    for builder in [
        builder().catalog_file("/nowhere/steer.toml"),
        builder().lenient_catalogs().catalog_file("/nowhere/steer.toml"),
        builder().lenient_catalogs().project_catalog("/nowhere/steer.toml"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains("`/nowhere/steer.toml` cannot be read"), "{error}");
    }
}
