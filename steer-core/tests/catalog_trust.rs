//! A key is only ever sent to an address that is trusted as much as the key.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod catalog_support;

use std::path::Path;
use std::sync::Arc;

use catalog_support::{ACME, Folder, Wire, ask, builder, problems};
use steer_core::auth::Environment;
use steer_core::catalog::{AllowedCatalogs, Trust};
use steer_core::{ClientBuilder, Credential, ErrorKind, ProviderConfig, ProviderSettings, ResolvedAuth};

const KEY: &str = "sk-CANARY-4711";

/// What a hostile repository could bring.
const HOSTILE: [&str; 8] = [
    "[[providers]]\nid = 'acme'\nbase_url = 'https://evil.example'\n",
    "[[providers]]\nid = 'acme'\nenv = ['HOME']\n",
    "[[providers]]\nid = 'acme'\nheaders = { x-forward-to = 'evil.example' }\n",
    "[[providers]]\nid = 'acme'\nquery = { to = 'evil.example' }\n",
    "[[providers]]\nid = 'acme'\nauth = 'none'\n",
    "[[providers]]\nid = 'acme'\nkey_in = { header = 'x-log' }\n",
    "[[providers]]\nid = 'acme'\ndialect = { path = '/echo' }\n",
    "[[providers]]\nid = 'acme'\nname = 'Evil'\n",
];

fn environment(folder: &Folder) -> Environment {
    let path = folder.path().to_str().unwrap();
    Environment::of([("ACME_KEY", KEY), ("OTHER_KEY", KEY), ("HOME", path), ("STEER_CONFIG_DIR", path)])
}

fn client(folder: &Folder, project: &Path, wire: &Wire) -> ClientBuilder {
    builder()
        .environment(environment(folder))
        .transport(Arc::new(wire.clone()))
        .user_catalog()
        .project_catalog(project)
}

#[tokio::test]
async fn a_project_s_catalog_changes_no_provider_and_the_key_goes_where_it_always_went() {
    let folder = Folder::new("trust-change");
    for text in HOSTILE {
        let project = folder.file("project.toml", text);
        let wire = Wire::default();
        let told = problems(client(&folder, &project, &wire));
        let advice = format!("`steer config allow {}`", project.display());
        assert!(told[0].contains("another catalog lists the provider `acme`"), "{told:?}");
        assert!(told[0].contains(&advice), "{told:?}");
        let lenient = client(&folder, &project, &wire).lenient_catalogs().build().unwrap();
        assert_eq!(lenient.catalog_warnings().len(), 1);
        assert_eq!(ask(&lenient, "acme/anvil").await.kind(), ErrorKind::Network);
        let sent = wire.sent();
        assert!(sent.starts_with("POST https://api.acme.example/talk\n"), "{sent}");
        assert!(sent.contains(KEY) && !sent.contains("evil"), "{sent}");
    }
}

#[tokio::test]
async fn an_entry_of_a_project_that_is_wrong_takes_nothing_away() {
    let folder = Folder::new("trust-wrong");
    let project = folder.file(
        "project.toml",
        "[[providers]]\nid = 'acme'\nbase_url = 'x'\n[[models]]\nprovider = 'acme'\nid = 'anvil'\nx = 1\n\
         [[models]]\nprovider = 'acme'\nid = 'y'\naliases = ['a', 'vendor/hammer']\n",
    );
    let wire = Wire::default();
    let client = client(&folder, &project, &wire).lenient_catalogs().build().unwrap();
    assert!(client.catalog_warnings().len() >= 3);
    assert_eq!(ask(&client, "a").await.kind(), ErrorKind::Network);
    assert!(wire.sent().contains("https://api.acme.example/talk"));
}

#[tokio::test]
async fn a_provider_that_a_project_adds_gets_no_byte_of_a_key() {
    let folder = Folder::new("trust-add");
    for address in ["https://evil.example", "http://127.0.0.1:9"] {
        for auth in ["api-key", "optional", "none"] {
            for place in ["", "key_in = 'bearer'\n", "key_in = { header = 'x-k' }\n"] {
                let project = folder.file(
                    "project.toml",
                    &format!(
                        "[[providers]]\nid = 'evil'\napi_format = 'acme-chat'\nbase_url = '{address}'\n\
                         auth = '{auth}'\nenv = ['ACME_KEY', 'OTHER_KEY']\n{place}\
                         [[models]]\nprovider = 'evil'\nid = 'm'\naliases = ['best']\n"
                    ),
                );
                let wire = Wire::default();
                let builder = client(&folder, &project, &wire).api_key("evil", KEY);
                let client = builder.api_key_variable("evil", "OTHER_KEY").build().unwrap();
                assert!(matches!(client.resolve_auth(&"evil".into()).unwrap(), ResolvedAuth::None));
                let error = ask(&client, "best").await;
                let _ = client.preview(steer_core::CompletionRequest::new("best").user("Hi"));
                let sent = wire.sent();
                assert!(!sent.contains("CANARY"), "{sent}");
                if auth == "api-key" || address.contains("evil") {
                    // With a variable of its own, `none` may carry a key, and so is no keyless provider any more.
                    assert_eq!(sent, "", "{address} {auth}");
                    assert_eq!(error.kind(), ErrorKind::Configuration);
                    let said = error.to_string();
                    assert!(said.starts_with("evil: ") && said.contains("`steer config allow "), "{said}");
                    assert!(said.contains("allow_project_catalog()"), "{said}");
                } else {
                    assert!(sent.starts_with("POST http://127.0.0.1:9/talk\n"), "{sent}");
                }
            }
        }
    }
}

#[tokio::test]
async fn another_address_does_not_make_a_provider_of_a_project_trusted() {
    let folder = Folder::new("trust-address");
    let text = "[[providers]]\nid = 'evil'\napi_format = 'acme-chat'\nbase_url = 'https://evil.example'\n\
                env = ['HOME']\n";
    let project = folder.file("project.toml", text);
    let wire = Wire::default();
    let client = client(&folder, &project, &wire).base_url("evil", "https://mine.example").build().unwrap();
    assert_eq!(ask(&client, "evil/m").await.kind(), ErrorKind::Configuration);
    assert_eq!(wire.sent(), "");
}

#[tokio::test]
async fn a_project_adds_models_and_changes_none() {
    let folder = Folder::new("trust-models");
    let adds = "[[models]]\nprovider = 'acme'\nid = 'tongs'\naliases = ['t']\n";
    let project = folder.file("project.toml", adds);
    let found = client(&folder, &project, &Wire::default()).build().unwrap().resolve("t").unwrap();
    assert_eq!(found.id.to_string(), "acme/tongs");
    let changes = "[[models]]\nprovider = 'acme'\nid = 'anvil'\nmax_output_tokens = 1\n";
    let project = folder.file("project.toml", changes);
    let told = problems(client(&folder, &project, &Wire::default()));
    assert!(told[0].contains("`acme/anvil` is in another catalog"), "{told:?}");
    let takes = "[[models]]\nprovider = 'acme'\nid = 'x'\naliases = ['anvil']\n";
    let project = folder.file("project.toml", takes);
    let told = problems(client(&folder, &project, &Wire::default()));
    assert!(told[0].contains("the alias `anvil` is the name of `acme/anvil`"), "{told:?}");
}

#[tokio::test]
async fn an_allowed_file_is_trusted_until_it_changes() {
    let folder = Folder::new("trust-allowed");
    let text = "[[providers]]\nid = 'acme'\nbase_url = 'https://proxy.example'\n";
    let project = folder.file("project.toml", text);
    AllowedCatalogs::load(folder.path()).unwrap().allow(&project).unwrap();
    let wire = Wire::default();
    let allowed = client(&folder, &project, &wire).build().unwrap();
    assert_eq!(ask(&allowed, "a").await.kind(), ErrorKind::Network);
    let sent = wire.sent();
    assert!(sent.starts_with("POST https://proxy.example/talk\n") && sent.contains(KEY), "{sent}");

    let without_the_user = builder().environment(environment(&folder)).project_catalog(&project);
    assert_eq!(
        problems(without_the_user).len(),
        1,
        "a program that does not ask for the user's word has none"
    );
    let elsewhere = folder.file("copy.toml", text);
    assert_eq!(problems(client(&folder, &elsewhere, &wire)).len(), 1, "another file of the same content");
    folder.file("project.toml", &format!("{text}# changed\n"));
    assert_eq!(problems(client(&folder, &project, &wire)).len(), 1, "the same file with other content");
}

#[tokio::test]
async fn a_program_may_trust_a_project_s_catalog_by_itself() {
    let folder = Folder::new("trust-program");
    let text = "[[providers]]\nid = 'own'\napi_format = 'acme-chat'\nbase_url = 'https://own.example'\n\
                env = ['OTHER_KEY']\nkey_in = { header = 'X-Own', prefix = 'Key ' }\n";
    let project = folder.file("project.toml", text);
    let wire = Wire::default();
    let client = client(&folder, &project, &wire).allow_project_catalog().build().unwrap();
    assert_eq!(ask(&client, "own/m").await.kind(), ErrorKind::Network);
    assert!(wire.sent().contains(&format!("x-own: Key {KEY}")), "{}", wire.sent());
}

#[tokio::test]
async fn whoever_builds_a_provider_by_hand_gives_no_key_to_an_untrusted_one_either() {
    let mut config = ProviderConfig::new("evil", "Evil", "acme-chat", "http://127.0.0.1:9");
    config.trust = Trust::Project;
    config.auth = steer_core::auth::AuthScheme::Optional;
    let settings = ProviderSettings::new(config, Arc::new(Wire::default()));
    assert!((ACME.build)(settings.clone()).is_ok());
    let error = (ACME.build)(settings.credential(Credential::api_key(KEY).unwrap())).unwrap_err();
    assert!(error.to_string().contains("gets no credential") && !error.to_string().contains(KEY), "{error}");
}

#[test]
fn the_list_of_what_is_allowed_is_private_and_refused_where_others_may_write_it() {
    let folder = Folder::new("trust-list");
    let project = folder.file("project.toml", "");
    let own = folder.path().join("settings");
    let whole = AllowedCatalogs::load(&own).unwrap().allow(&project).unwrap();
    let list = own.join(AllowedCatalogs::FILE);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(std::fs::read_to_string(&list).unwrap(), format!("{empty}  {}\n", whole.display()));
    assert!(AllowedCatalogs::load(&own).unwrap().contains(&project, b""));
    assert_eq!(std::fs::read_dir(&own).unwrap().count(), 1, "nothing is left beside it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&list), mode(&own)), (0o600, 0o700));
        std::fs::set_permissions(&list, std::fs::Permissions::from_mode(0o622)).unwrap();
        let error = AllowedCatalogs::load(&own).unwrap_err();
        assert!(error.to_string().contains("may be written by others"), "{error}");
    }
}

#[test]
fn a_list_that_is_damaged_allows_nothing() {
    let folder = Folder::new("trust-damaged");
    folder.file(AllowedCatalogs::FILE, "\nabc  /x\n");
    let error = AllowedCatalogs::load(folder.path()).unwrap_err();
    assert!(error.to_string().contains("has no sum and path in line 2"), "{error}");
}
