use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;

use crate::auth::{Credential, OAuthToken, Secret};
use crate::error::ApiError;

/// The longest life that is believed; a server that says more means for ever.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// A success of the token endpoint: <https://www.rfc-editor.org/rfc/rfc6749#section-5.1>.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    scope: Value,
}

/// Reads a token that was asked for at `now`. What the answer leaves out is as `previous` has it, where that is the
/// token that was renewed.
///
/// # Errors
/// The answer is no token, or one that no header can carry.
pub(super) fn token(
    body: &[u8],
    now: SystemTime,
    previous: Option<&OAuthToken>,
) -> Result<OAuthToken, ApiError> {
    // What the parser says of a text may repeat a piece of it.
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|_| ApiError::parsing("the authorization server's answer holds no token"))?;
    let is_bearer = |kind: &str| kind.eq_ignore_ascii_case("bearer");
    if answer.token_type.as_deref().is_some_and(|kind| !is_bearer(kind)) {
        return Err(ApiError::unsupported(
            "the authorization server gives tokens of another type than `bearer`",
        ));
    }
    if answer.access_token.is_empty() || !answer.access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiError::parsing("the authorization server's token cannot stand in a header"));
    }
    let mut token = OAuthToken::new(answer.access_token);
    token.obtained_at = Some(now);
    token.expires_at = lifetime(&answer.expires_in).and_then(|life| now.checked_add(life));
    let kept = |new: Option<String>, old: Option<&Secret>| {
        new.filter(|text| !text.is_empty()).map(Secret::new).or_else(|| old.cloned())
    };
    token.refresh = kept(answer.refresh_token, previous.and_then(|token| token.refresh.as_ref()));
    token.id_token = kept(answer.id_token, previous.and_then(|token| token.id_token.as_ref()));
    token.scope = scope(&answer.scope).or_else(|| previous?.scope.clone());
    Credential::OAuth2(token.clone()).bearer()?;
    Ok(token)
}

/// Seconds, as a number or as a text that some servers write.
fn lifetime(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    if seconds.is_nan() {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST).min(LONGEST))
}

/// Words separated by spaces, or a list of them.
fn scope(value: &Value) -> Option<String> {
    let list =
        || value.as_array().map(|words| words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "));
    value.as_str().map(str::to_owned).or_else(list).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1_000_000)).unwrap()
    }

    fn read(body: &str) -> Result<OAuthToken, ApiError> {
        token(body.as_bytes(), now(), None)
    }

    #[test]
    fn a_token_ends_when_the_server_says_however_it_writes_that() {
        for (expires_in, life) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("3600.0", Some(3600)),
            ("-5", Some(0)),
            ("null", None),
            ("\"soon\"", None),
            ("1e300", Some(LONGEST.as_secs())),
        ] {
            let body = format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":{expires_in}}}"#);
            let end = life.map(|life| now() + Duration::from_secs(life));
            assert_eq!(read(&body).unwrap().expires_at, end, "{expires_in}");
        }
        assert_eq!(read(r#"{"access_token":"a"}"#).unwrap().expires_at, None);
    }

    #[test]
    fn what_a_renewal_leaves_out_stays() {
        let mut old = OAuthToken::new("old");
        old.refresh = Some("refresh-1".into());
        old.scope = Some("a b".into());
        let kept = token(br#"{"access_token":"new"}"#, now(), Some(&old)).unwrap();
        assert_eq!((kept.refresh.clone(), kept.scope), (old.refresh.clone(), old.scope.clone()));
        let body = br#"{"access_token":"new","refresh_token":"refresh-2","scope":["a"]}"#;
        let rotated = token(body, now(), Some(&old)).unwrap();
        assert_eq!((rotated.refresh, rotated.scope.as_deref()), (Some("refresh-2".into()), Some("a")));
        let empty = token(br#"{"access_token":"new","refresh_token":""}"#, now(), Some(&old)).unwrap();
        assert_eq!(empty.refresh, old.refresh);
    }

    #[test]
    fn what_is_no_bearer_token_is_an_error_that_does_not_show_it() {
        for body in [
            r#"{"access_token":"CANARY","token_type":"mac"}"#,
            r#"{"access_token":"CANARY\n"}"#,
            r#"{"access_token":""}"#,
            r#"{"access_token":7,"x":"CANARY"}"#,
            r#"{"token":"CANARY"}"#,
            "CANARY",
        ] {
            let error = read(body).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        }
    }
}
