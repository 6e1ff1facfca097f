use std::sync::Arc;
use std::sync::Mutex;

use serde_json::{Value, json};
use steer_core::auth::{Credential, LoginStep};
use steer_core::http_types::StatusCode;
use steer_core::{ApiError, ErrorKind};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use super::kit::{CANARY, context_over, parameters, start, table};

fn answer(status: u16, body: &Value) -> Response {
    Response::json(StatusCode::from_u16(status).unwrap(), body.to_string())
}

fn says(error: &str) -> Response {
    answer(400, &json!({"error": error, "error_description": "CANARY"}))
}

fn code(life: u64, interval: Option<u64>) -> Response {
    let mut body = json!({"device_code": "device-CANARY", "user_code": "WDJB-MJHT",
        "verification_uri": "https://login.acme.example/device", "expires_in": life,
        "verification_uri_complete": "https://login.acme.example/device?code=WDJB-MJHT"});
    if let Some(interval) = interval {
        body["interval"] = interval.into();
    }
    answer(200, &body)
}

fn token() -> Response {
    answer(200, &json!({"access_token": "access", "refresh_token": "refresh", "expires_in": 60}))
}

/// What a login ends with, and the seconds after which its server was asked for the token.
async fn log_in(
    first: Response,
    then: Vec<Response>,
) -> (Result<LoginStep, ApiError>, Vec<u64>, ScriptedTransport) {
    let asked: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let answers = Mutex::new(std::iter::once(first).chain(then).collect::<std::collections::VecDeque<_>>());
    let script = ScriptedTransport::handler(move |_| {
        seen.lock().unwrap().push(Instant::now());
        answers.lock().unwrap().pop_front().unwrap_or_else(|| says("authorization_pending"))
    });
    let further = "scopes = [\"read\"]\naudience = \"api\"";
    let (context, _) = context_over(Arc::new(script.clone()), &table("https://login.acme.example", further));
    let mut flow = start("device", &context).await;
    let shown = flow.next(None).await;
    let Ok(LoginStep::EnterCode { .. }) = &shown else { return (shown, Vec::new(), script) };
    assert!(!format!("{flow:?} {shown:?}").contains(CANARY));
    let step = flow.next(None).await;
    let asked = asked.lock().unwrap().clone();
    let seconds = asked[1..].iter().map(|when| when.duration_since(asked[0]).as_secs()).collect();
    (step, seconds, script)
}

#[tokio::test(start_paused = true)]
async fn a_person_is_shown_a_code_and_the_server_is_asked_at_its_own_pace() {
    let (step, asked, script) = log_in(
        code(900, Some(7)),
        vec![says("authorization_pending"), says("slow_down"), says("authorization_pending"), token()],
    )
    .await;
    let LoginStep::Complete { credential: Credential::OAuth2(token) } = step.unwrap() else {
        panic!("no token")
    };
    assert_eq!(token.access.expose(), "access");
    assert_eq!(asked, [7, 14, 26, 38], "`slow_down` adds five seconds for good");
    let requests = script.requests();
    let begun = parameters(requests[0].body_text().unwrap());
    assert_eq!((&*begun["client_id"], &*begun["scope"], &*begun["audience"]), ("program", "read", "api"));
    let polled = parameters(requests[1].body_text().unwrap());
    assert_eq!(polled["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!((&*polled["device_code"], &*polled["client_id"]), ("device-CANARY", "program"));
}

#[tokio::test(start_paused = true)]
async fn without_a_pace_of_the_servers_it_is_five_seconds_and_never_none() {
    let (_, asked, _) = log_in(code(900, None), vec![token()]).await;
    assert_eq!(asked, [5]);
    let (_, asked, _) = log_in(code(900, Some(0)), vec![token()]).await;
    assert_eq!(asked, [1]);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_nobody_enters_ends_in_time() {
    let start = Instant::now();
    let (step, asked, _) = log_in(code(12, Some(5)), Vec::new()).await;
    assert_eq!(step.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!((asked.as_slice(), start.elapsed().as_secs()), (&[5, 10][..], 12));
    let (step, ..) = log_in(code(900, Some(5)), vec![says("expired_token")]).await;
    assert_eq!(step.unwrap_err().code(), Some("expired_token"));
}

#[tokio::test(start_paused = true)]
async fn a_person_who_refuses_ends_the_login() {
    let (step, ..) = log_in(code(900, Some(5)), vec![says("access_denied")]).await;
    let error = step.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_or_is_away_is_asked_less_and_less_often() {
    let (step, asked, _) = log_in(
        code(900, Some(5)),
        vec![Response::refuse(), answer(503, &json!({})), says("temporarily_unavailable"), token()],
    )
    .await;
    step.unwrap();
    assert_eq!(asked, [5, 15, 35, 75]);
    let (step, asked, _) = log_in(code(900, Some(5)), vec![Response::silence(), token()]).await;
    step.unwrap();
    assert_eq!(asked, [5, 45], "thirty seconds without an answer, and twice the pause");
}

#[tokio::test(start_paused = true)]
async fn what_a_terminal_would_obey_is_not_shown() {
    for (name, value) in [
        ("user_code", json!("\u{1b}]0;CANARY\u{7}")),
        ("user_code", json!("")),
        ("verification_uri", json!("javascript:CANARY")),
        ("verification_uri", json!("http://elsewhere.example/CANARY")),
        ("verification_uri_complete", json!("file:///CANARY")),
    ] {
        let mut body = json!({"device_code": "d", "user_code": "u",
            "verification_uri": "https://login.acme.example/device", "expires_in": 900});
        body[name] = value.clone();
        let (step, ..) = log_in(answer(200, &body), Vec::new()).await;
        let error = step.unwrap_err();
        assert!(!error.to_string().contains(CANARY), "{name} {value}: {error}");
    }
    let (step, ..) = log_in(says("unauthorized_client"), Vec::new()).await;
    assert_eq!(step.unwrap_err().kind(), ErrorKind::Configuration);
}
