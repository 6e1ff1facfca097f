//! Many tasks of many processes share one login, whose server takes each refresh token once.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures::StreamExt;
use serde_json::json;
use steer_core::auth::oauth::OAuthPlugin;
use steer_core::auth::{
    AuthPlugin, Authorizer, Credential, CredentialKind, CredentialStore, FileStore, OAuthToken, PluginContext,
};
use steer_core::http::{ReqwestTransport, Timeouts, Transport};
use steer_core::{ProviderConfig, ProviderId};
use steer_testkit::server::{RecordedRequest, Reply, Script, Server};

const PROCESSES: usize = 8;
const TASKS: usize = 64;
/// How many tokens end during the test; `STEER_OAUTH_EXPIRIES` says another number.
const EXPIRIES: u64 = 20;
/// The life of a token, in seconds: the shortest that the standard can say.
const LIFE: u64 = 1;

/// What a child is told.
const URL: &str = "STEER_TEST_OAUTH_URL";
const FOLDER: &str = "STEER_TEST_OAUTH_FOLDER";
const UNTIL: &str = "STEER_TEST_OAUTH_UNTIL";

/// A server of short-lived tokens: a refresh token is good once, and with its successor the access token before it ends.
#[derive(Debug, Default)]
struct Rotation {
    /// The number of the token that is good now.
    number: u64,
    /// How often each refresh token came.
    asked: BTreeMap<String, u64>,
    /// How often a token came that had been replaced, or had ended.
    stale: u64,
    ends: Option<Instant>,
}

impl Rotation {
    fn token(&mut self, request: &RecordedRequest) -> Reply {
        let sent: BTreeMap<String, String> =
            url::form_urlencoded::parse(&request.body).into_owned().collect();
        let refresh = sent["refresh_token"].clone();
        let is_current = refresh == format!("refresh-{}", self.number);
        *self.asked.entry(refresh).or_default() += 1;
        if !is_current {
            return Reply::json(400, r#"{"error":"invalid_grant"}"#);
        }
        self.number += 1;
        self.ends = Some(Instant::now() + Duration::from_secs(LIFE));
        let body = json!({"access_token": format!("access-{}", self.number), "token_type": "Bearer",
            "refresh_token": format!("refresh-{}", self.number), "expires_in": LIFE});
        Reply::json(200, body.to_string())
    }

    fn resource(&mut self, request: &RecordedRequest) -> Reply {
        let is_current = request.header("authorization") == Some(&*format!("Bearer access-{}", self.number));
        if is_current && self.ends.is_none_or(|end| Instant::now() < end) {
            return Reply::text(200, self.number.to_string());
        }
        self.stale += 1;
        Reply::text(401, self.number.to_string())
    }
}

fn expiries() -> u64 {
    std::env::var("STEER_OAUTH_EXPIRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(EXPIRIES)
}

#[tokio::test]
async fn all_tasks_of_all_processes_make_one_request_for_each_token() {
    let rotation: Arc<Mutex<Rotation>> = Arc::default();
    let at_server = Arc::clone(&rotation);
    let script = Script::handler(move |request| {
        let mut rotation = at_server.lock().unwrap();
        match request.path() {
            "/token" => rotation.token(request),
            _ => rotation.resource(request),
        }
    });
    let server = Server::start(script.without_recording()).await.unwrap();
    let folder = std::env::temp_dir().join(format!("steer-oauth-processes-{}", std::process::id()));
    let mut token = OAuthToken::new("access-0");
    token.refresh = Some("refresh-0".into());
    token.expires_at = Some(SystemTime::now());
    store(&folder).set(&acme(), &Credential::OAuth2(token)).unwrap();

    let start = Instant::now();
    let mut children: Vec<Child> = (0..PROCESSES).map(|_| child(&server.url(), &folder)).collect();
    let patience = Duration::from_secs(60 + expiries() * (LIFE + 2));
    let ended = loop {
        let states: Vec<_> = children.iter_mut().map(|child| child.try_wait().unwrap()).collect();
        if states.iter().all(Option::is_some) {
            break states.into_iter().flatten().collect::<Vec<_>>();
        }
        if start.elapsed() > patience {
            children.iter_mut().for_each(|child| child.kill().unwrap());
            panic!("the processes did not end within {patience:?}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let last = store(&folder).get(&acme(), CredentialKind::OAuth2).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(ended.iter().all(std::process::ExitStatus::success), "{ended:?}");

    let rotation = rotation.lock().unwrap();
    assert!(rotation.number >= expiries(), "{} tokens were had", rotation.number);
    let expected: BTreeMap<String, u64> =
        (0..rotation.number).map(|number| (format!("refresh-{number}"), 1)).collect();
    assert_eq!(rotation.asked, expected, "each refresh token came once");
    let Some(Credential::OAuth2(last)) = last else { panic!("somebody was logged out") };
    assert_eq!(
        last.refresh.unwrap().expose(),
        format!("refresh-{}", rotation.number),
        "no rotation was lost"
    );
    println!(
        "{PROCESSES} processes with {TASKS} tasks each, {} expiries in {:.1} s: as many requests, {} stale tokens seen",
        rotation.number,
        start.elapsed().as_secs_f64(),
        rotation.stale
    );
}

/// This program once more, as one of the processes.
fn child(url: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "one_of_the_processes", "--ignored", "--nocapture"])
        .env(URL, url)
        .env(FOLDER, folder)
        .env(UNTIL, expiries().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the test above starts it in processes of its own"]
async fn one_of_the_processes() {
    let (Ok(url), Ok(folder), Ok(until)) = (std::env::var(URL), std::env::var(FOLDER), std::env::var(UNTIL))
    else {
        panic!("it is started by the other test alone");
    };
    let until: u64 = until.parse().unwrap();
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new(Timeouts::default()).unwrap());
    let mut config = ProviderConfig::new("acme", "Acme", "acme-chat", "https://api.acme.example");
    let table = format!("client_id = \"program\"\ntoken_url = \"{url}/token\"");
    config.oauth = Some(toml::from_str(&table).unwrap());
    let context = PluginContext::new(config, store(&PathBuf::from(folder)), Arc::clone(&transport));
    let directive = OAuthPlugin.directive(&context).unwrap().unwrap();
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (authorizer, transport) = (Arc::clone(&directive.authorizer), Arc::clone(&transport));
            tokio::spawn(work(authorizer, transport, url.clone(), until, Arc::clone(&seen), task))
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Asks for the token again and again, and tries each new one out, and each one now and then.
async fn work(
    authorizer: Arc<dyn Authorizer>,
    transport: Arc<dyn Transport>,
    url: String,
    until: u64,
    seen: Arc<Mutex<BTreeSet<String>>>,
    task: usize,
) {
    for turn in task.. {
        let authorization = authorizer.authorization().await.unwrap();
        let header = authorization.headers["authorization"].clone();
        let number: u64 = header.to_str().unwrap().trim_start_matches("Bearer access-").parse().unwrap();
        if number >= until {
            break;
        }
        let is_new = seen.lock().unwrap().insert(number.to_string());
        if is_new || turn % 16 == 0 {
            let request = http::Request::get(format!("{url}/resource")).header("authorization", header);
            let response = transport.send(request.body(bytes::Bytes::new()).unwrap()).await.unwrap();
            let status = response.status();
            response.into_body().for_each(|_| async {}).await;
            match status.as_u16() {
                200 => {}
                // What the driver does when a vendor refuses a token.
                401 => authorizer.renew(&authorization).await.unwrap(),
                status => panic!("{status}"),
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn acme() -> ProviderId {
    ProviderId::from("acme")
}

fn store(folder: &Path) -> Arc<dyn CredentialStore> {
    Arc::new(FileStore::at(folder))
}
