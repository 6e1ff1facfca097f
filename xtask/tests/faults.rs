//! The matrix of faults: green for the client as it is, and red for each defect that is put in on purpose.
#![allow(clippy::unwrap_used, reason = "only tests call it")]

use std::process::{Command, Output};

fn matrix(more: &[&str]) -> Output {
    let bounded = ["faults", "--matrix", "--bounded", "--stream", "chat"];
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(bounded).args(more).output().unwrap()
}

#[test]
fn the_matrix_is_green_for_the_client_as_it_is() {
    let ended = matrix(&[]);
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(said.contains("panic: 0; hang past the deadline: 0; something was lost: 0"), "{said}");
}

#[test]
fn each_defect_turns_the_matrix_red_for_what_it_is() {
    for (defect, told) in [
        ("truncation-unchecked", "FAILED false success: "),
        ("chunk-doubled", "FAILED something was doubled: "),
        ("last-dropped", "FAILED something was lost: "),
        ("second-request", "FAILED second request after content: "),
        ("idle-ignored", "FAILED hang past the deadline: "),
    ] {
        let ended = matrix(&["--defect", defect]);
        let said = String::from_utf8_lossy(&ended.stdout);
        assert_eq!(ended.status.code(), Some(1), "{defect}: {said}");
        assert!(said.contains(told), "{defect}: {said}");
    }
}
