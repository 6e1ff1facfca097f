//! The benchmark from its command to its figures.
#![allow(clippy::unwrap_used, reason = "only tests call it")]

use std::process::Command;

use serde_json::Value;

#[test]
#[ignore = "builds the measured programs as a release, which takes minutes"]
fn a_quick_run_of_one_wire_format_measures_every_work_of_every_contender() {
    let file = std::env::temp_dir().join(format!("xtask-bench-{}.json", std::process::id()));
    let ended = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["bench", "--quick", "--rounds", "1", "--api", "anthropic-messages", "--json"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let figures: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(figures["apis"].as_object().unwrap().len(), 1, "only what was asked for");
    for work in ["chunks", "batch", "small", "whole", "send"] {
        for contender in ["floor", "floor-plus", "steer"] {
            let measured = &figures["apis"]["anthropic-messages"][work][contender];
            assert!(measured["cpu_ns"].as_f64().unwrap() > 0.0, "{work} {contender}");
            assert!(measured["peak_bytes"].as_f64().unwrap() > 0.0, "{work} {contender}");
        }
    }
    assert_eq!(figures["parser"][0].as_array().unwrap().len(), 4);
    assert_eq!(figures["targets"].as_array().unwrap().len(), 10);
}

#[test]
fn a_wire_format_that_nobody_knows_is_refused() {
    let ended =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["bench", "--api", "nothing"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("anthropic-messages"), "what there is, is told");
}
