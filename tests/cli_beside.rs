//! `steer count`, `steer embed` and `steer models --remote`.
#![cfg(feature = "cli")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use cli_program::{CANARY, MODEL, Run, run, run_with_input, steer};
use serde_json::{Value, json};
use steer_testkit::server::{Reply, Script, Server};

/// The program with a key, asking a scripted server.
fn asking(server: &Server, arguments: &[&str]) -> Run {
    let mut program = steer(&[arguments, &["--base-url", &server.url()]].concat());
    program.env("ANTHROPIC_API_KEY", CANARY).env("OPENAI_API_KEY", CANARY);
    run(program)
}

fn serving(replies: impl IntoIterator<Item = Reply>) -> Server {
    Server::start_blocking(Script::replies(replies)).unwrap()
}

fn ok(body: &Value) -> Reply {
    Reply::json(200, body.to_string())
}

#[test]
fn the_demo_counts_in_each_format_that_has_a_count() {
    for model in [&[][..], &["-m", "gemini/any"], &["-m", "openai/any"]] {
        let arguments = [&["count", "--demo"], model, &["three short words"]].concat();
        let counted = run(steer(&arguments));
        assert_eq!((counted.code, counted.out.as_str(), counted.err.as_str()), (0, "3\n", ""));
    }
    let piped = run_with_input(steer(&["count", "--demo", "--json"]), "two words");
    let count: Value = serde_json::from_str(&piped.out).unwrap();
    assert_eq!((&count["input_tokens"], &count["is_estimate"]), (&json!(2), &json!(false)));
}

#[test]
fn a_count_that_is_not_offered_is_refused_with_what_to_do() {
    let refused = run(steer(&["count", "--demo", "-m", "xai/any", "--json", "Hi"]));
    assert_eq!(refused.code, 5);
    let told: Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!(told["error"]["kind"], "unsupported_feature");
    assert!(refused.err.contains("xai does not offer token counting"), "{}", refused.err);
    assert!(refused.err.contains("\nhelp: "), "{}", refused.err);
}

#[test]
fn a_count_takes_system_prompt_and_tools_along() {
    let server = serving([ok(&json!({"input_tokens": 7}))]);
    let counted = asking(&server, &["count", "-m", MODEL, "--system", "Be brief.", "Hi"]);
    assert_eq!((counted.code, counted.out.as_str()), (0, "7\n"), "{}", counted.err);
    let sent = server.requests().remove(0);
    assert_eq!(sent.path(), "/v1/messages/count_tokens");
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    assert!(body["system"].to_string().contains("Be brief.") && body.get("max_tokens").is_none(), "{body}");
}

#[test]
fn the_demo_embeds_each_text_on_a_line_of_its_own() {
    for model in [&[][..], &["-m", "gemini/any"], &["-m", "ollama/any"]] {
        let arguments = [&["embed", "--demo", "--dimensions", "4"], model, &["one", "two"]].concat();
        let embedded = run(steer(&arguments));
        assert_eq!((embedded.code, embedded.err.as_str()), (0, ""));
        let vectors: Vec<Vec<f32>> =
            embedded.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(vectors.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
        assert_ne!(vectors[0], vectors[1]);
    }
}

#[test]
fn embeddings_as_json_tell_vectors_and_usage() {
    let data = json!([{"index": 0, "embedding": [0.5, -1.0]}]);
    let server = serving([ok(&json!({"data": data, "model": "e-1", "usage": {"prompt_tokens": 3}}))]);
    let embedded = asking(&server, &["embed", "-m", "openai/e-1", "--json", "one"]);
    let answer: Value = serde_json::from_str(&embedded.out).unwrap();
    assert_eq!((&answer["vectors"], &answer["model"]), (&json!([[0.5, -1.0]]), &json!("e-1")));
    assert_eq!(answer["usage"]["input_tokens"], 3);
}

#[test]
fn embeddings_and_models_of_a_server_without_a_key() {
    let server = serving([
        ok(&json!({"model": "e", "embeddings": [[0.5, -1.0]], "prompt_eval_count": 3})),
        ok(&json!({"models": [{"name": "e:latest", "model": "e:latest"}]})),
    ]);
    let embedded = asking(&server, &["embed", "-m", "ollama/e", "one"]);
    assert_eq!((embedded.code, embedded.out.as_str()), (0, "[0.5,-1.0]\n"), "{}", embedded.err);
    let listed = asking(&server, &["models", "--remote", "--provider", "ollama"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(listed.out.contains("e:latest"), "{}", listed.out);
    let paths: Vec<String> = server.requests().iter().map(|request| request.path().to_owned()).collect();
    assert_eq!(paths, ["/api/embed", "/api/tags"]);
}

#[test]
fn embeddings_need_a_model_and_one_vendors_lack_is_told() {
    assert_eq!(run(steer(&["embed", "one"])).code, 2);
    let refused = run(steer(&["embed", "--demo", "-m", "anthropic/any", "one"]));
    assert_eq!((refused.code, refused.out.as_str()), (5, ""));
    assert!(refused.err.contains("anthropic does not offer embeddings"), "{}", refused.err);
}

#[test]
fn the_demo_lists_models_in_each_format() {
    for provider in ["anthropic", "gemini", "ollama", "openai"] {
        let listed = run(steer(&["models", "--remote", "--demo", "--provider", provider]));
        assert_eq!((listed.code, listed.err.as_str()), (0, ""), "{provider}");
        assert!(listed.out.lines().nth(1).unwrap().starts_with("demo "), "{}", listed.out);
    }
}

#[test]
fn remote_models_are_a_list_in_json_too() {
    let model = json!({"id": "m-1", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"});
    let server = serving([ok(&json!({"data": [model], "has_more": false}))]);
    let listed = asking(&server, &["models", "--remote", "--provider", "anthropic", "--json"]);
    let rows: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!((&rows[0]["id"], &rows[0]["display_name"]), (&json!("m-1"), &json!("M")));
    // Kept byte for byte, so as a text.
    assert_eq!(serde_json::from_str::<Value>(rows[0]["raw"].as_str().unwrap()).unwrap(), model);
}

#[test]
fn a_list_without_a_provider_a_key_or_a_server_that_knows_it_fails_by_its_kind() {
    assert_eq!(run(steer(&["models", "--remote"])).code, 2);
    assert_eq!(run(steer(&["models", "--remote", "--provider", "nowhere"])).code, 4);
    assert_eq!(run(steer(&["models", "--remote", "--provider", "anthropic"])).code, 3);
    let named = ["models", "--remote", "--provider", "anthropic", "--api-key-env", "NOT_SET"];
    let missing = run(steer(&named));
    assert_eq!(missing.code, 3);
    assert!(missing.err.contains("NOT_SET"), "{}", missing.err);
    let error = json!({"type": "error", "error": {"type": "not_found_error", "message": "no such page"}});
    let server = serving([Reply::json(404, error.to_string())]);
    let failed = asking(&server, &["models", "--remote", "--provider", "anthropic", "--json"]);
    assert_eq!((failed.code, failed.out.as_str()), (5, ""));
    assert!(failed.err.contains("no such page"), "{}", failed.err);
}
