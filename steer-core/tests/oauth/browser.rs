use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use steer_core::ErrorKind;
use steer_core::auth::{Credential, CredentialStore, FileStore, LoginFlow, OAuthToken};
use tokio::net::TcpStream;
use url::Url;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::kit::{CANARY, acme, context, get, opened, parameters, raw, start, token_of};

async fn server() -> MockServer {
    let server = MockServer::start().await;
    let token = json!({"access_token": "access-CANARY", "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": "refresh-CANARY", "scope": "read"});
    Mock::given(method("POST"))
        .and(path("/token"))
        .and(body_string_contains("grant_type=authorization_code"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    server
}

/// A login whose address was opened: the flow, the address, and the port of its listener.
async fn open(server: &str, further: &str) -> (Box<dyn LoginFlow>, Url, u16) {
    let (context, _) = context(server, further);
    let mut flow = start("browser", &context).await;
    let url = opened(flow.next(None).await.unwrap());
    let redirect = Url::parse(&parameters(url.query().unwrap())["redirect_uri"]).unwrap();
    (flow, url, redirect.port().unwrap())
}

fn state(url: &Url) -> String {
    parameters(url.query().unwrap())["state"].clone()
}

fn callback(url: &Url, query: &str) -> String {
    format!("/callback?{query}&state={}", state(url))
}

#[tokio::test]
async fn a_login_in_the_browser_ends_with_the_token_and_proves_itself_with_pkce() {
    let server = server().await;
    let further = r#"scopes = ["read", "write"]
audience = "api"
resource = "https://api.acme.example"
authorize_parameters = { prompt = "consent" }"#;
    let (mut flow, url, port) = open(&server.uri(), further).await;
    let asked = parameters(url.query().unwrap());
    assert!(url.as_str().starts_with(&format!("{}/authorize?", server.uri())));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "program"),
        ("scope", "read write"),
        ("audience", "api"),
        ("resource", "https://api.acme.example"),
        ("prompt", "consent"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &format!("http://127.0.0.1:{port}/callback")),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    let target = callback(&url, "code=the%2Fcode");
    let (answer, step) = tokio::join!(get(port, &target), flow.next(None));
    let answer = answer.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("cache-control: no-store"),
        "{answer}"
    );
    assert!(!answer.contains("the/code"), "{answer}");
    let token = token_of(step.unwrap());
    assert_eq!((token.access.expose(), token.scope.as_deref()), ("access-CANARY", Some("read")));
    assert_eq!(token.refresh.unwrap().expose(), "refresh-CANARY");
    assert!(token.expires_at.unwrap() > std::time::SystemTime::now() + Duration::from_secs(3500));

    let requests = server.received_requests().await.unwrap();
    let sent = parameters(std::str::from_utf8(&requests[0].body).unwrap());
    assert_eq!((&*sent["code"], &sent["redirect_uri"]), ("the/code", &asked["redirect_uri"]));
    assert_eq!((&*sent["client_id"], &*sent["resource"]), ("program", "https://api.acme.example"));
    let verifier = &sent["code_verifier"];
    assert_eq!(verifier.len(), 43);
    // The verifier must not be seen before it is redeemed.
    assert!(!url.as_str().contains(verifier.as_str()), "the verifier is in the address");
    assert_ne!(*verifier, asked["state"]);
    assert_eq!(asked["state"].len(), 43);
    assert!(flow.next(None).await.is_err(), "it is over");
}

#[tokio::test]
async fn no_two_logins_share_a_secret() {
    let server = server().await;
    let (_, one, _) = open(&server.uri(), "").await;
    let (_, two, _) = open(&server.uri(), "").await;
    let secrets = |url: &Url| {
        let asked = parameters(url.query().unwrap());
        [asked["state"].clone(), asked["code_challenge"].clone()]
    };
    let (one, two) = (secrets(&one), secrets(&two));
    assert!(one[0] != two[0] && one[1] != two[1]);
}

#[tokio::test]
async fn whatever_else_asks_is_answered_and_does_not_end_the_login() {
    let server = server().await;
    let (mut flow, url, port) = open(&server.uri(), "").await;
    let asking = async {
        let own = callback(&url, "code=c");
        let under = |host: &str| format!("GET {own} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let by = |method: &str| format!("{method} {own} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        for (request, status) in [
            (format!("GET /callback?code=c&state=wrong HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), 400),
            (format!("GET /callback?error=access_denied HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), 400),
            (format!("GET /callback?code=c HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), 400),
            (under("rebound.example"), 400),
            (under("localhost"), 400),
            (by("POST"), 405),
            (by("OPTIONS"), 405),
            (
                format!(
                    "GET /callback?code=c&state=wrong HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: https://evil.example\r\n\r\n"
                ),
                400,
            ),
            (
                format!(
                    "OPTIONS /callback HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: https://evil.example\r\n\r\n"
                ),
                405,
            ),
            (format!("GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), 404),
            ("\u{16}\u{3}\u{1} no HTTP at all\r\n\r\n".to_owned(), 400),
            (format!("GET /{} HTTP/1.1\r\n", "a".repeat(40 << 10)), 431),
        ] {
            let answer = raw(port, request.as_bytes()).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:.60}: {answer}");
            assert!(answer.contains("cache-control: no-store\r\n"), "{answer}");
            assert!(!answer.contains("access-control-"), "no page of another origin may read it: {answer}");
        }
        // One that says nothing and one that breaks off hold up nobody.
        let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        drop(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        get(port, &own).await.unwrap()
    };
    let (answer, step) = tokio::join!(asking, flow.next(None));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(token_of(step.unwrap()).access.expose(), "access-CANARY");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_server_says_of_its_refusal_runs_nowhere_and_is_in_no_error() {
    let server = server().await;
    let (mut flow, url, port) = open(&server.uri(), "").await;
    let script = "error=access_denied&error_description=%3Cscript%3Ealert(%27CANARY%27)%3C/script%3E";
    let target = callback(&url, script);
    let (answer, step) = tokio::join!(get(port, &target), flow.next(None));
    let answer = answer.unwrap();
    assert!(answer.contains("&lt;script&gt;alert(&#39;CANARY&#39;)"), "{answer}");
    assert!(!answer.contains("<script") && answer.contains("content-security-policy: default-src 'none'"));
    let error = step.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::PermissionDenied, Some("access_denied")));
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
}

#[tokio::test]
async fn one_callback_is_taken_and_a_later_one_finds_nobody() {
    let server = server().await;
    let (mut flow, url, port) = open(&server.uri(), "").await;
    let target = callback(&url, "code=first");
    let (_, step) = tokio::join!(get(port, &target), flow.next(None));
    step.unwrap();
    assert_eq!(get(port, &callback(&url, "code=second")).await, None, "nobody listens any more");
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "one code was redeemed");
}

#[tokio::test]
async fn of_two_callbacks_at_once_one_code_is_redeemed() {
    let server = server().await;
    let (mut flow, url, port) = open(&server.uri(), "").await;
    let target = callback(&url, "code=c");
    let (_, _, step) = tokio::join!(get(port, &target), get(port, &target), flow.next(None));
    step.unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_five_minutes_nobody_listens() {
    let (mut flow, url, port) = open("http://127.0.0.1:9", "").await;
    let before = tokio::time::Instant::now();
    let error = flow.next(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(before.elapsed().as_secs(), 300);
    assert_eq!(get(port, &callback(&url, "code=late")).await, None);
}

#[tokio::test]
async fn a_dropped_login_listens_no_more() {
    let (flow, url, port) = open("http://127.0.0.1:9", "").await;
    drop(flow);
    assert_eq!(get(port, &callback(&url, "code=c")).await, None);
}

#[tokio::test]
async fn a_configured_port_host_and_path_are_used_and_a_taken_port_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let further = format!("redirect = {{ host = \"localhost\", port = {port}, path = \"/back\" }}");
    let (context, _) = context("http://127.0.0.1:9", &further);
    let plugin = steer_core::auth::oauth::OAuthPlugin;
    let error = steer_core::auth::AuthPlugin::start(&plugin, "browser", &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    drop(taken);
    let mut flow = start("browser", &context).await;
    let url = opened(flow.next(None).await.unwrap());
    assert_eq!(parameters(url.query().unwrap())["redirect_uri"], format!("http://localhost:{port}/back"));
    let own = format!("/back?code=c&state={}", state(&url));
    let host = format!("GET {own} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let (answer, _) = tokio::join!(raw(port, host.as_bytes()), flow.next(None));
    assert!(answer.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_code_that_the_server_refuses_is_an_error_without_what_was_sent() {
    let server = MockServer::start().await;
    let refusal = json!({"error": "invalid_grant", "error_description": "code CANARY is spent"});
    Mock::given(path("/token"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&server)
        .await;
    let (mut flow, url, port) = open(&server.uri(), "").await;
    let target = callback(&url, "code=CANARY");
    let (_, step) = tokio::join!(get(port, &target), flow.next(None));
    let error = step.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::AuthenticationFailed, Some("invalid_grant")));
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
}

#[tokio::test]
async fn a_secret_of_the_program_goes_into_the_header_or_into_the_body() {
    use steer_core::auth::{AuthPlugin, Environment};
    let server = server().await;
    for (how, in_header) in [("basic", true), ("body", false)] {
        let further = format!("client_secret_env = \"ACME_SECRET\"\nclient_authentication = \"{how}\"");
        let (mut context, _) = context(&server.uri(), &further);
        context.environment = Environment::of([("ACME_SECRET", "s-CANARY")]);
        let plugin = steer_core::auth::oauth::OAuthPlugin;
        let mut flow = plugin.start("browser", &context).await.unwrap();
        assert!(!format!("{flow:?}").contains(CANARY));
        let url = opened(flow.next(None).await.unwrap());
        let redirect = Url::parse(&parameters(url.query().unwrap())["redirect_uri"]).unwrap();
        let target = callback(&url, "code=c");
        let (_, step) = tokio::join!(get(redirect.port().unwrap(), &target), flow.next(None));
        step.unwrap();
        let request = server.received_requests().await.unwrap().pop().unwrap();
        let sent = parameters(std::str::from_utf8(&request.body).unwrap());
        assert_eq!(request.headers.contains_key("authorization"), in_header);
        assert_eq!(sent.get("client_secret").map(String::as_str), (!in_header).then_some("s-CANARY"));
        assert_eq!(sent.contains_key("client_id"), !in_header);
        context.environment = Environment::of::<&str, &str>([]);
        let error = plugin.start("browser", &context).await.unwrap_err();
        assert!(error.to_string().contains("ACME_SECRET"), "{error}");
    }
    let basic = header("authorization", "Basic cHJvZ3JhbTpzLUNBTkFSWQ==");
    let requests = server.received_requests().await.unwrap();
    assert!(wiremock::Match::matches(&basic, &requests[0]));
}

/// Where a listener took connections for every address of the machine, it would take them for these two as well.
#[tokio::test]
async fn nobody_else_can_reach_the_listener() {
    let server = server().await;
    let (_flow, _, port) = open(&server.uri(), "").await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    assert!(TcpStream::connect(("127.0.0.2", port)).await.is_err());
    assert!(TcpStream::connect(("::1", port)).await.is_err());
}

#[tokio::test]
async fn a_login_that_fails_leaves_the_stored_file_as_it_was() {
    let folder = std::env::temp_dir().join(format!("steer-login-{}", std::process::id()));
    let store = Arc::new(FileStore::at(&folder));
    store.set(&acme(), &Credential::OAuth2(OAuthToken::new("old"))).unwrap();
    let before = std::fs::read(store.path()).unwrap();
    for (query, status, body) in [
        ("error=access_denied", 200, ""),
        ("code=c", 400, r#"{"error":"invalid_grant"}"#),
        ("code=c", 503, "busy"),
        ("code=c", 200, "{\"access_token\": "),
        ("code=c", 200, "{}"),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_raw(body, "application/json");
        Mock::given(method("POST")).and(path("/token")).respond_with(answer).mount(&server).await;
        let (mut context, _) = context(&server.uri(), "");
        context.store = Arc::clone(&store) as Arc<dyn CredentialStore>;
        let mut flow = start("browser", &context).await;
        let url = opened(flow.next(None).await.unwrap());
        let redirect = Url::parse(&parameters(url.query().unwrap())["redirect_uri"]).unwrap();
        let target = callback(&url, query);
        let (_, step) = tokio::join!(get(redirect.port().unwrap(), &target), flow.next(None));
        assert!(step.is_err(), "{query} {status} {body}");
        assert_eq!(std::fs::read(store.path()).unwrap(), before, "{query} {status} {body}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().filter(is_left_over).count(), 0);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn is_left_over(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    let name = entry.as_ref().unwrap().file_name();
    name.to_string_lossy().contains("corrupt") || name.to_string_lossy().contains("next")
}
