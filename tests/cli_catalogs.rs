//! `steer config`, the catalogs that the program reads unasked, `steer completions` and `steer man`.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use std::path::PathBuf;
use std::process::Command;

use cli_program::{CANARY, Run, run, saying, steer};
use serde_json::{Value, json};
use steer_testkit::server::{Reply, Script, Server};

/// A home and a project of a test's own, removed in the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("steer-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(place.join("settings")).unwrap();
        std::fs::create_dir_all(place.join("project/.steer")).unwrap();
        Self(place)
    }

    fn user(&self, text: &str) -> PathBuf {
        self.write("settings/catalog.toml", text)
    }

    fn project(&self, text: &str) -> PathBuf {
        self.write("project/.steer/catalog.toml", text)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, run in the project.
    fn steer(&self, arguments: &[&str]) -> Command {
        let mut command = steer(arguments);
        command.current_dir(self.0.join("project")).env("STEER_CONFIG_DIR", self.0.join("settings"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run(self.steer(arguments))
    }

    fn run_with_key(&self, arguments: &[&str]) -> Run {
        let mut command = self.steer(arguments);
        command.env("ANTHROPIC_API_KEY", CANARY);
        run(command)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn model(limit: u32) -> String {
    format!("[[models]]\nprovider = 'openai-compatible'\nid = 'own'\nmax_output_tokens = {limit}\n")
}

fn limit(run: &Run) -> Value {
    let rows: Vec<Value> = serde_json::from_str(&run.out).unwrap();
    rows.iter()
        .find(|row| row["id"] == "openai-compatible/own")
        .map_or(Value::Null, |row| row["max_output_tokens"].clone())
}

fn serving() -> Server {
    Server::start_blocking(Script::replies([saying(&["Good day"])])).unwrap()
}

#[test]
fn the_user_s_catalog_and_the_project_s_are_read_and_a_named_one_wins() {
    let place = Place::new("layers");
    let list = ["models", "--json"];
    assert_eq!(limit(&place.run(&list)), Value::Null);
    place.project(&model(1));
    assert_eq!(limit(&place.run(&list)), json!(1));
    let named = place.write("named.toml", &model(3));
    assert_eq!(limit(&place.run(&["models", "--json", "--catalog", named.to_str().unwrap()])), json!(3));
    place.user(&model(2));
    let both = place.run(&list);
    assert_eq!(limit(&both), json!(2), "a project changes nothing");
    assert!(
        both.err.contains("warning: .steer/catalog.toml:3:6: `openai-compatible/own` is in another"),
        "{}",
        both.err
    );
}

#[test]
fn what_is_wrong_in_a_catalog_is_a_warning_until_it_is_used() {
    let place = Place::new("warnings");
    let path = place.user(&format!("{}colour = 'red'\n{}", model(1), model(1).replace("own", "other")));
    let warning = format!("{}:5:1: unknown key `colour`", path.display());
    let list = place.run(&["models", "--json"]);
    assert_eq!(list.code, 0);
    assert!(list.err.starts_with(&format!("warning: {warning}")), "{}", list.err);
    assert!(list.out.contains("openai-compatible/other") && !list.out.contains("openai-compatible/own"));
    let used = place.run(&["chat", "--dry-run", "-m", "own", "Hi"]);
    assert_eq!(used.code, 4);
    let errors: Vec<&str> = used.err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(errors.len() == 1 && errors[0].contains(&warning), "{}", used.err);
}

#[test]
fn a_flood_of_warnings_is_cut() {
    let place = Place::new("flood");
    place.project(&"[[models]]\n".repeat(300));
    let err = place.run(&["models"]).err;
    assert_eq!(err.lines().count(), 21);
    assert!(err.ends_with("warning: 280 more; `steer config check FILE` tells all\n"), "{err}");
}

#[test]
fn a_check_tells_everything_that_is_wrong_with_its_place_and_has_an_exit_code() {
    let place = Place::new("check");
    let good = place.write("good.toml", &model(1));
    let fine = place.run(&["config", "check", good.to_str().unwrap()]);
    assert_eq!((fine.code, fine.out.as_str(), fine.err.as_str()), (0, "", ""));
    let text = "[[models]]\nprovider = 'openai'\nid = 'x'\ncontxt_window_tokens = 1\n\
                [[providers]]\nid = 'own'\napi_format = 'openai-caht'\nbase_url = 'https://own.example'\n\
                [[providers]]\nid = 'two'\napi_format = 'openai-chat'\nbase_url = 'https://two.example'\n\
                dialect = { max_tokns = 'max_tokens' }\n[[models]]\nprovider = 'opnai'\nid = 'y'\n";
    let bad = place.write("bad.toml", text);
    let file = bad.to_str().unwrap();
    let told = place.run(&["config", "check", file]);
    assert_eq!(told.code, 4);
    let lines: Vec<&str> = told.out.lines().map(|line| line.strip_prefix(file).unwrap()).collect();
    assert_eq!(
        lines[..3],
        [
            ":4:1: unknown key `contxt_window_tokens`; did you mean `context_window_tokens`?",
            ":7:14: the provider `own` speaks `openai-caht`, and no linked crate does; did you mean `openai-chat`?",
            ":13:13: unknown key `max_tokns`; did you mean `max_tokens`?",
        ]
    );
    assert!(
        lines[3].starts_with(":15:12: no provider `opnai`; ") && lines[3].contains("did you mean `openai`?")
    );
    assert_eq!(lines.len(), 4);
    let rows: Vec<Value> =
        serde_json::from_str(&place.run(&["config", "check", "--json", file]).out).unwrap();
    assert_eq!((rows.len(), &rows[0]["line"], &rows[0]["column"]), (4, &json!(4), &json!(1)));
}

#[test]
fn a_check_heeds_the_user_s_catalog_and_tells_nothing_of_it() {
    let place = Place::new("check-user");
    place.user(
        "[[providers]]\nid = 'mine'\napi_format = 'openai-chat'\nbase_url = 'https://m.example'\n\
         [[models]]\nprovider = 'mine'\nid = 'x'\nwrong = 1\n",
    );
    let file = place.write("more.toml", "[[models]]\nprovider = 'mine'\nid = 'y'\n");
    let told = place.run(&["config", "check", file.to_str().unwrap()]);
    assert_eq!((told.code, told.out.as_str()), (0, ""));
    place.user("no toml");
    let file = place.write("alone.toml", &model(1));
    let told = place.run(&["config", "check", file.to_str().unwrap()]);
    assert_eq!((told.code, told.out.as_str()), (0, ""));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_told() {
    let place = Place::new("missing");
    let gone = place.run(&["config", "check", "/nowhere/x.toml"]);
    assert!(gone.code == 4 && gone.err.contains("`/nowhere/x.toml` cannot be read"), "{}", gone.err);
    let gone = place.run(&["models", "--catalog", "/nowhere/x.toml"]);
    assert!(gone.code == 4 && gone.err.contains("`/nowhere/x.toml` cannot be read"), "{}", gone.err);
    let broken = place.write("broken.toml", "[[models]]\nid = \n\n[[models\n");
    let told = place.run(&["config", "check", broken.to_str().unwrap()]);
    assert!(told.code == 4 && told.out.lines().count() >= 2, "{}{}", told.out, told.err);
    assert!(told.out.contains("broken.toml:2:"), "{}", told.out);
}

#[test]
fn a_hostile_project_gets_no_byte_of_a_key_until_the_user_allows_the_very_file() {
    let place = Place::new("hostile");
    let server = serving();
    let ask = ["chat", "--no-stream", "--max-output-tokens", "9", "-m"];
    let ask = |model| [&ask[..], &[model, "Hi"]].concat();
    let change = format!("[[providers]]\nid = 'anthropic'\nbase_url = '{}'\n", server.url());
    let file = place.project(&change);
    let warned = place.run_with_key(&["providers"]);
    assert!(warned.err.contains("another catalog lists the provider `anthropic`"), "{}", warned.err);
    assert!(warned.out.contains("https://api.anthropic.com"), "{}", warned.out);

    let added = change
        .replace("'anthropic'\n", "'evil'\napi_format = 'anthropic-messages'\nenv = ['ANTHROPIC_API_KEY']\n");
    place.project(&added);
    for command in [
        ask("evil/claude-test"),
        [&ask("evil/claude-test")[..], &["--api-key-env", "ANTHROPIC_API_KEY"]].concat(),
    ] {
        let refused = place.run_with_key(&command);
        assert_eq!(refused.code, 4, "{}", refused.err);
        assert!(refused.err.contains("run `steer config allow .steer/catalog.toml`"), "{}", refused.err);
    }
    assert_eq!(server.requests().len(), 0);
    let listed = place.run_with_key(&["providers"]);
    assert!(
        listed.out.contains("none; to trust it: `steer config allow .steer/catalog.toml`"),
        "{}",
        listed.out
    );

    let allowed = place.run(&["config", "allow", ".steer/catalog.toml"]);
    assert_eq!(allowed.code, 0, "{}", allowed.err);
    let tells = format!("  evil is asked at {} with the key in ANTHROPIC_API_KEY\n", server.url());
    assert!(
        allowed.out.starts_with("allowed until it changes: ") && allowed.out.ends_with(&tells),
        "{}",
        allowed.out
    );
    let answered = place.run_with_key(&ask("evil/claude-test"));
    assert_eq!((answered.code, answered.out.trim()), (0, "Good day"), "{}", answered.err);
    assert_eq!(server.requests().len(), 1);

    std::fs::write(&file, format!("{added}\n# another word\n")).unwrap();
    let refused = place.run_with_key(&ask("evil/claude-test"));
    assert_eq!((refused.code, server.requests().len()), (4, 1), "{}", refused.err);
}

#[test]
fn a_catalog_that_is_wrong_is_not_allowed_and_without_a_home_none_is() {
    let place = Place::new("allow");
    let wrong = place.write("wrong.toml", "x = 1\n");
    let refused = place.run(&["config", "allow", wrong.to_str().unwrap()]);
    assert!(refused.code == 4 && refused.err.contains("wrong.toml:1:1: unknown key `x`"), "{}", refused.err);
    let good = place.write("good.toml", &model(1));
    let mut command = steer(&["config", "allow", good.to_str().unwrap()]);
    command.env_remove("STEER_CONFIG_DIR");
    let homeless = run(command);
    assert!(homeless.code != 0 && homeless.err.contains("STEER_CONFIG_DIR"), "{}", homeless.err);
}

#[test]
fn a_host_that_only_looks_like_another_one_is_seen() {
    let place = Place::new("idna");
    place.user(
        "[[providers]]\nid = 'p'\napi_format = 'openai-chat'\nbase_url = 'https://\u{430}pple.example/v1'\n",
    );
    assert!(place.run(&["providers"]).out.contains("https://xn--pple-43d.example/v1"));
}

#[test]
fn the_demo_is_the_same_whatever_the_catalogs_say() {
    let place = Place::new("demo");
    place.user("[[providers]]\nid = 'anthropic'\nbase_url = 'nonsense'\n");
    assert_eq!(place.run(&["chat", "--demo", "Hi"]).code, 0);
}

#[test]
fn models_are_filtered_by_text_capability_and_recommendation() {
    let rows = |arguments: &[&str]| -> Vec<Value> {
        serde_json::from_str(&run(steer(&[&["models", "--json"], arguments].concat())).out).unwrap()
    };
    let all = rows(&[]);
    let able = rows(&["--with", "tools", "--with", "audio-input"]);
    assert!(!able.is_empty() && able.len() < all.len());
    let can = |row: &Value, word: &str| row["capabilities"].as_array().unwrap().contains(&json!(word));
    assert!(able.iter().all(|row| can(row, "tools") && can(row, "audio-input")));
    let expected = all.iter().filter(|row| can(row, "tools") && can(row, "audio-input")).count();
    assert_eq!(able.len(), expected);
    let recommended = rows(&["--recommended"]);
    assert!(!recommended.is_empty() && recommended.iter().all(|row| row["recommended"] == true));
    let named = rows(&["SONNET"]);
    assert!(!named.is_empty() && named.len() < all.len());
    assert!(named.iter().all(|row| row.to_string().to_lowercase().contains("sonnet")));
    let wrong = run(steer(&["models", "--with", "flying"]));
    assert!(wrong.code == 2 && wrong.err.contains("image-input"), "{}", wrong.err);
}

#[test]
fn completions_are_written_for_each_shell() {
    for (shell, word) in [
        ("bash", "complete -F _steer"),
        ("zsh", "#compdef steer"),
        ("fish", "complete -c steer"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer"),
    ] {
        let script = run(steer(&["completions", shell]));
        assert_eq!(script.code, 0);
        assert!(script.out.contains(word) && script.out.contains("max-output-tokens"), "{shell}");
    }
    assert_eq!(run(steer(&["completions", "cmd"])).code, 2);
}

#[test]
fn a_page_of_the_manual_is_of_the_program_or_of_a_command() {
    let page = |words: &[&str]| {
        let page = run(steer(&[&["man"], words].concat()));
        assert_eq!(page.code, 0, "{}", page.err);
        page.out
    };
    let program = page(&[]);
    assert!(program.contains(".TH STEER 1") && program.contains(".SH SUBCOMMANDS"), "{program}");
    assert!(program.contains("no credential"), "the exit codes are there");
    let chat = page(&["chat"]);
    assert!(chat.contains(".TH STEER-CHAT 1") && chat.contains("steer chat"), "{chat}");
    assert!(page(&["config", "allow"]).contains("steer config allow"));
    let unknown = run(steer(&["man", "dance"]));
    assert!(unknown.code == 2 && unknown.err.contains("no command `dance`"), "{}", unknown.err);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_told_and_not_passed_over() {
    let place = Place::new("link");
    std::os::unix::fs::symlink("/nowhere/at/all", place.0.join("project/.steer/catalog.toml")).unwrap();
    assert!(place.run(&["models"]).err.contains(".steer/catalog.toml` cannot be read"));
}

#[test]
fn a_keyless_server_of_a_project_is_asked_on_this_machine_and_nowhere_else() {
    let server = Server::start_blocking(Script::replies([Reply::json(400, "{}")])).unwrap();
    let place = Place::new("keyless");
    let at = |url: &str| {
        format!(
            "[[providers]]\nid = 'local'\napi_format = 'openai-chat'\nbase_url = '{url}'\nauth = 'none'\n"
        )
    };
    place.project(&at(&server.url()));
    let asked = place.run(&["chat", "-m", "local/x", "Hi"]);
    assert_eq!((asked.code, server.requests().len()), (5, 1), "{}", asked.err);
    place.project(&at("https://evil.example"));
    let refused = place.run(&["chat", "-m", "local/x", "Hi"]);
    assert!(
        refused.code == 4 && refused.err.contains("nothing is sent to another machine"),
        "{}",
        refused.err
    );
}

#[cfg(unix)]
#[test]
fn a_file_of_settings_in_the_working_folder_sets_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let server = serving();
    let place = Place::new("dotenv");
    let mine = "[[providers]]\nid = 'mine'\napi_format = 'anthropic-messages'\nenv = ['MINE_KEY']\n";
    place.user(&format!("{mine}base_url = '{}'\n", server.url()));
    std::fs::set_permissions(place.0.join("settings"), std::fs::Permissions::from_mode(0o700)).unwrap();
    place.write(
        "project/.env",
        &format!(
            "MINE_KEY=sk-canary\nANTHROPIC_API_KEY=sk-canary\nANTHROPIC_BASE_URL={0}\nSTEER_BASE_URL={0}\n",
            server.url()
        ),
    );
    for model in ["mine/x", "anthropic/claude-sonnet-5-5"] {
        let asked = place.run(&["chat", "-m", model, "Hi"]);
        assert!(asked.code != 0 && asked.err.contains("no credential was found"), "{}", asked.err);
    }
    assert_eq!(server.requests().len(), 0);
}
