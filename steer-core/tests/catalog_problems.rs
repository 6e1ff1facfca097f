//! What is wrong in a catalog is told: all of it at once, where it stands, and what to write instead.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod catalog_support;

use catalog_support::{ask, builder, problems, wrong};
use steer_core::Catalog;
use steer_core::catalog::CatalogEntry;

#[test]
fn everything_that_is_wrong_in_a_file_is_told_at_once() {
    let text = "\
[[models]]
provider = 'acme'
id = 'anvil'
contxt_window_tokens = 1
max_output_tokens = 'many'
capabilities = ['tools', 'imageinput', 'flying']
price = { input = '1', outptu = '2', variants = { flex = { inputt = '1' } } }

[[providers]]
id = 'forge'
api_format = 'acme-chat'
base_url = 'https://forge.example?x=1'
headers = { 'x team' = '1', authorization = 'CANARY' }
auth = 'apikey'

[[modles]]
id = 'x'
";
    assert_eq!(
        wrong(text),
        [
            "mine.toml:4:1: unknown key `contxt_window_tokens`; did you mean `context_window_tokens`?",
            "mine.toml:5:21: a text stands where a whole number from 0 up belongs",
            "mine.toml:6:26: there is no `imageinput` here; did you mean `image-input`?",
            "mine.toml:6:40: there is no `flying` here; the words are: `tools`, `image-input`, `document-input`, \
             `audio-input`, `video-input`, `image-output`, `audio-output`, `thinking`, `structured-output`, \
             `sampling`, `prompt-cache`, `tool-call-ids`",
            "mine.toml:7:24: unknown key `outptu`; did you mean `output`?",
            "mine.toml:7:60: unknown key `inputt`; did you mean `input`?",
            "mine.toml:12:12: the base URL holds a query; give its parameters as `query` of the provider's entry in a \
             catalog",
            "mine.toml:13:11: the header `authorization` carries a credential, which does not belong in a catalog; \
             name its variable in `env`, and the header in `key_in` where it is not the wire format's own",
            "mine.toml:13:11: `x team` is no name of a header",
            "mine.toml:14:8: there is no `apikey` here; did you mean `api-key`?",
            "mine.toml:16:3: unknown key `modles`; did you mean `models`?",
        ]
    );
}

#[test]
fn what_is_wrong_in_several_files_is_told_together() {
    let builder = builder().catalog("one.toml", "[[models]]\nid = 1\n").catalog("two.toml", "a = 1");
    assert_eq!(
        problems(builder),
        [
            "one.toml:1:1: the key `provider` is missing",
            "one.toml:2:6: a whole number stands where a text belongs",
            "two.toml:1:1: unknown key `a`; the keys are: `providers`, `models`",
        ]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line_even_leniently() {
    let broken = "[[models]]\nid = \n[[models]\nid = 'x'\n";
    let told = problems(builder().lenient_catalogs().catalog("mine.toml", broken));
    assert!(told.len() >= 2, "{told:?}");
    assert!(told.iter().any(|problem| problem.starts_with("mine.toml:2:")), "{told:?}");
    assert!(told.iter().any(|problem| problem.starts_with("mine.toml:3:")), "{told:?}");
}

#[test]
fn what_stands_where_another_thing_belongs_is_never_shown() {
    for text in [
        "[[providers]]\nid = 'x'\nheaders = 'CANARY'\n",
        "[[providers]]\nid = 'x'\nenv = 'CANARY'\n",
        "[[providers]]\nid = 'x'\nbase_url = 'https://me:CANARY@x.example'\n",
        "[[providers]]\nid = 'x'\nheaders = { x = \"CANARY\\u0000\" }\n",
        "[[models]]\nprovider = 'acme'\nid = 'x'\nmax_output_tokens = 'CANARY'\n",
    ] {
        let told = wrong(text).join("\n");
        assert!(!told.contains("CANARY"), "{told}");
    }
}

#[test]
fn a_key_that_is_missing_or_wrong_is_told_once() {
    assert_eq!(wrong("[[models]]\nprovider = 'acme'\n"), ["mine.toml:1:1: the key `id` is missing"]);
    let told = wrong("[[models]]\nprovider = 'acme'\nid = true\n");
    assert_eq!(told, ["mine.toml:3:6: true or false stands where a text belongs"]);
    let told = wrong("[[models]]\nprovider = 'acme'\nid = 2026-01-01\n");
    assert_eq!(told, ["mine.toml:3:6: a date without quotes stands where a text belongs"]);
}

#[test]
fn an_alias_that_stands_for_two_models_is_told_with_both_places() {
    let one = "[[models]]\nprovider = 'acme'\nid = 'x'\naliases = ['fast']\n";
    let two = "[[models]]\nprovider = 'acme'\nid = 'y'\naliases = ['fast']\n";
    let told = problems(builder().catalog("one.toml", one).catalog("two.toml", two));
    assert_eq!(told, ["two.toml:4:11: the alias `fast` stands for `acme/x` too, at one.toml:4:11"]);
    let told = wrong("[[models]]\nprovider = 'acme'\nid = 'x'\naliases = ['', 'a b', 'acme/anvil']\n");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn an_entry_that_stands_twice_in_a_file_is_told_with_both_places() {
    let told = wrong(&"[[providers]]\nid = 'acme'\n".repeat(2));
    assert_eq!(
        told,
        [
            "mine.toml:3:1: the provider `acme` stands here twice, first at mine.toml:1:1; join the two entries"
        ]
    );
}

#[test]
fn a_wire_format_that_no_one_speaks_is_told_with_the_nearest() {
    let told = wrong("[[providers]]\nid = 'x'\napi_format = 'acme-caht'\nbase_url = 'https://x.example'\n");
    assert_eq!(
        told,
        [
            "mine.toml:3:14: the provider `x` speaks `acme-caht`, and no linked crate does; did you mean `acme-chat`?"
        ]
    );
}

#[test]
fn a_dialect_is_read_when_the_catalog_is_and_refused_by_formats_that_have_none() {
    let with = |format: &str, dialect: &str| {
        format!("[[providers]]\nid = 'x'\napi_format = '{format}'\nbase_url = 'https://x.example'\n{dialect}")
    };
    assert!(builder().catalog("m", with("acme-chat", "dialect = { seed = false }")).build().is_ok());
    let told = wrong(&with("acme-chat", "[providers.dialect]\nsede = false\npath = 1\n"));
    assert_eq!(
        told,
        [
            "mine.toml:6:1: unknown key `sede`; did you mean `seed`?",
            "mine.toml:7:8: a whole number stands where a text of at most 256 bytes belongs",
        ]
    );
    assert_eq!(
        wrong(&with("acme-plain", "dialect.seed = false")),
        [
            "mine.toml:5:1: the wire format `acme-plain` has no dialects; of those that are linked, acme-chat do"
        ]
    );
    assert_eq!(
        wrong(&with("acme-chat", "dialect = 1")),
        ["mine.toml:5:11: `dialect` is a table; write `[providers.dialect]` before its fields"]
    );
}

#[test]
fn a_dialect_stays_with_its_wire_format() {
    let one = "[[providers]]\nid = 'acme'\ndialect = { seed = false }\n";
    let two = "[[providers]]\nid = 'acme'\napi_format = 'acme-plain'\n";
    let told = problems(builder().catalog("one", one).catalog("two", two));
    assert_eq!(
        told,
        ["two:3:14: the wire format `acme-plain` has no dialects; of those that are linked, acme-chat do"]
    );
    let model = "[[models]]\nprovider = 'acme'\nid = 'plain'\napi_format = 'acme-plain'\n";
    let client = builder().catalog("one", one).catalog("model", model).api_key("acme", "k").build().unwrap();
    let body = |model: &str| {
        let request = steer_core::CompletionRequest::new(model).user("Hi");
        client.preview(request).unwrap().unwrap().into_body()
    };
    assert_eq!(body("acme/anvil"), "{}", "the dialect says that no seed is taken");
    assert_eq!(body("acme/plain"), "{\"seed\":1}");
}

#[test]
fn every_key_of_an_entry_can_be_suggested() {
    for (wrong_key, key) in
        [("dialct", "dialect"), ("headrs", "headers"), ("key_inn", "key_in"), ("querry", "query")]
    {
        let told = wrong(&format!("[[providers]]\nid = 'acme'\n{wrong_key} = 1\n"));
        assert_eq!(told, [format!("mine.toml:3:1: unknown key `{wrong_key}`; did you mean `{key}`?")]);
    }
}

#[test]
fn a_key_never_goes_into_an_address() {
    let with = |line: &str| {
        wrong(&format!(
            "[[providers]]\nid = 'x'\napi_format = 'acme-chat'\nbase_url = 'https://x.example'\n{line}"
        ))
        .join("\n")
    };
    assert!(with("key_in = { query = 'key' }").contains("5:10: a key does not go into an address"));
    assert!(with("query = { API_KEY = 'CANARY' }").contains("5:9: `API_KEY` in an address would be a key"));
    assert!(with("key_in = 'baerer'").contains("5:10: there is no `baerer` here; did you mean `bearer`?"));
    assert!(with("key_in = { heador = 'x' }").contains("unknown key `heador`; did you mean `header`?"));
    assert!(with("key_in = { header = 'host' }").contains("the header `host` is not for keys"));
    assert!(with("headers = { content-length = '1' }").contains("says how a request travels"));
}

#[tokio::test]
async fn leniently_the_good_entries_are_used_and_the_use_of_a_bad_one_tells_what_is_wrong_with_it() {
    let text = "\
[[providers]]
id = 'forge'
api_format = 'acme-chat'
base_url = 'forge.example'

[[providers]]
id = 'mine'
api_format = 'acme-chat'
base_url = 'http://127.0.0.1:9'
auth = 'none'

[[models]]
provider = 'mine'
id = 'good'

[[models]]
provider = 'mine'
id = 'bad'
aliases = ['worse']
max_output_tokens = -1

[[models]]
provider = 'forge'
id = 'iron'
";
    let client = builder().lenient_catalogs().catalog("mine.toml", text).build().unwrap();
    let warnings: Vec<String> = client.catalog_warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "mine.toml:4:12: the base URL is no URL (relative URL without a base)",
            "mine.toml:20:21: this is a whole number that cannot stand here; write a whole number from 0 up",
        ]
    );
    assert!(matches!(client.catalog_warnings()[0].entry, Some(CatalogEntry::Provider(_))));
    assert_eq!(client.resolve("mine/good").unwrap().id.to_string(), "mine/good");
    for bad in ["mine/bad", "bad", "worse", "mine/worse"] {
        let said = client.resolve(bad).unwrap_err().to_string();
        assert!(said.contains("`mine/bad` cannot be used: mine.toml:20:21: "), "{bad}: {said}");
    }
    for bad in ["forge/iron", "forge/other", "iron"] {
        let said = ask(&client, bad).await.to_string();
        assert!(said.contains("`forge` cannot be used: mine.toml:4:12: "), "{bad}: {said}");
    }
}

#[tokio::test]
async fn an_entry_that_is_wrong_never_leaves_the_one_that_it_was_to_replace_in_use() {
    let text = "[[providers]]\nid = 'acme'\nbase_url = 'proxy.example'\n\
                [[models]]\nprovider = 'acme'\nid = 'anvil'\nmax_output_tokens = 'few'\n";
    let client = builder().lenient_catalogs().catalog("m", text).api_key("other", "x");
    assert!(client.build().is_err(), "a key for a provider that is not there");
    let client = builder().lenient_catalogs().catalog("m", text).build().unwrap();
    let said = ask(&client, "acme/vendor/hammer").await.to_string();
    assert!(said.contains("`acme` cannot be used: m:3:12: "), "{said}");
    let said = client.resolve("a").unwrap_err().to_string();
    assert!(said.contains("cannot be used"), "{said}");
    assert!(client.models().all().all(|model| &*model.id.name != "anvil"), "its facts are not listed either");
}

#[test]
fn a_catalog_may_begin_with_a_byte_order_mark() {
    let catalog = Catalog::parse("\u{feff}[[models]]\nprovider = 'acme'\nid = 'x'\n", "m").unwrap();
    assert_eq!(catalog.models.len(), 1);
}
