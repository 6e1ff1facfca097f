use http::StatusCode;
use serde::Deserialize;

use super::ExchangeAnswer;
use crate::error::{ApiError, ErrorKind};

/// The longest code that is shown.
const LONGEST: usize = 64;

/// What an authorization server said no with: <https://www.rfc-editor.org/rfc/rfc6749#section-5.2>.
///
/// Of the body nothing but the code is kept: servers repeat in it what they were sent.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: Option<String>,
    pub(super) retry_after: Option<std::time::Duration>,
}

impl Refusal {
    /// The refusal in an answer, if it is one; some servers send refusals with the status of a success.
    pub(super) fn of(answer: &ExchangeAnswer) -> Option<Self> {
        let code = code(answer.body());
        let refused = !answer.status().is_success() || code.is_some();
        refused.then(|| Self { status: answer.status(), code, retry_after: answer.retry_after() })
    }

    /// Whether the code is this one.
    pub(super) fn says(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether what was redeemed is spent, ended or taken back for good. Servers send it with 400, 401 or 403; with
    /// the status of a failure or of a limit it says nothing about the grant.
    pub(super) fn is_final(&self) -> bool {
        let passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&self.status);
        let about_us = self.status.is_success() || self.status.is_client_error();
        self.says("invalid_grant") && about_us && !passing
    }

    /// The error that a program gets; `what` says what was refused, such as `the login`.
    pub(super) fn into_error(self, what: &str) -> ApiError {
        let mut error = ApiError::new(self.kind(), self.message(what))
            .with_status(self.status.as_u16())
            .with_retry_after(self.retry_after)
            .with_attempts(1);
        if let Some(code) = self.code {
            error = error.with_code(code);
        }
        error
    }

    fn kind(&self) -> ErrorKind {
        if self.status.is_redirection() {
            return ErrorKind::Configuration;
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return ErrorKind::RateLimited;
        }
        if self.status.is_server_error() || self.status == StatusCode::REQUEST_TIMEOUT {
            return ErrorKind::ServerError;
        }
        kind_of(self.code.as_deref())
    }

    fn message(&self, what: &str) -> String {
        if self.status.is_redirection() {
            return format!(
                "the authorization server redirects elsewhere instead of answering to {what}; redirects are not \
                 followed, so set the right address"
            );
        }
        let advice = match self.code.as_deref() {
            Some("invalid_client" | "unauthorized_client") => "; check the client's id and secret",
            Some("invalid_scope") => "; check the scopes",
            Some("redirect_uri_mismatch") => "; check which redirect address is registered",
            Some("invalid_grant" | "expired_token") => "; log in again",
            _ => "",
        };
        format!("the authorization server refused {what}{advice}")
    }
}

/// What a code means where the status says no more.
pub(super) fn kind_of(code: Option<&str>) -> ErrorKind {
    match code {
        Some("invalid_grant" | "expired_token" | "login_required") => ErrorKind::AuthenticationFailed,
        Some("access_denied") => ErrorKind::PermissionDenied,
        Some("temporarily_unavailable") => ErrorKind::Overloaded,
        Some("server_error") => ErrorKind::ServerError,
        Some("slow_down") => ErrorKind::RateLimited,
        Some(
            "invalid_client"
            | "invalid_request"
            | "invalid_scope"
            | "invalid_target"
            | "redirect_uri_mismatch"
            | "unauthorized_client"
            | "unsupported_grant_type"
            | "unsupported_response_type",
        ) => ErrorKind::Configuration,
        _ => ErrorKind::Unknown,
    }
}

/// The code in a body, where there is one that can be shown.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error: serde_json::Value,
    }
    // Some servers nest it.
    let error = serde_json::from_slice::<Body>(body).ok()?.error;
    let text =
        error.as_str().or_else(|| error.get("code")?.as_str()).or_else(|| error.get("type")?.as_str())?;
    (!text.is_empty()).then(|| shown(text).unwrap_or("unknown").to_owned())
}

/// A code, if it is one: what servers say goes into logs and terminals.
pub(super) fn shown(code: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!code.is_empty() && code.len() <= LONGEST && code.bytes().all(is_plain)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Option<Refusal> {
        Refusal::of(&ExchangeAnswer::new(StatusCode::from_u16(status).unwrap(), body))
    }

    #[test]
    fn a_login_ends_for_good_by_the_word_for_it_and_by_nothing_else() {
        let ended = |status, body: &str| refusal(status, body).unwrap().is_final();
        for status in [400, 401, 403, 200] {
            assert!(ended(status, r#"{"error":"invalid_grant"}"#), "{status}");
        }
        for (status, body) in [
            (500, r#"{"error":"invalid_grant"}"#),
            (503, "busy"),
            (429, r#"{"error":"invalid_grant"}"#),
            (408, r#"{"error":"invalid_grant"}"#),
            (302, ""),
            (401, "<html>invalid_grant</html>"),
            (400, r#"{"error":"invalid_client"}"#),
            (400, r#"{"error":"invalid_request"}"#),
            (403, ""),
            (404, ""),
        ] {
            assert!(!ended(status, body), "{status} {body}");
        }
    }

    #[test]
    fn of_a_refusal_nothing_but_the_code_is_kept() {
        for body in [
            r#"{"error":"invalid_grant","error_description":"CANARY is spent","refresh_token":"CANARY"}"#,
            r#"{"error":"CANARY \u001b[2J spoofed"}"#,
            r#"{"error":{"message":"CANARY"}}"#,
            "CANARY",
        ] {
            let refusal = refusal(400, body).unwrap();
            let error = refusal.into_error("the login");
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
            assert!(!error.to_string().contains('\u{1b}'));
        }
        assert!(refusal(200, r#"{"access_token":"x"}"#).is_none());
    }

    #[test]
    fn what_passes_is_told_from_what_a_person_must_change() {
        for (status, body, kind) in [
            (429, "", ErrorKind::RateLimited),
            (502, "", ErrorKind::ServerError),
            (400, r#"{"error":"temporarily_unavailable"}"#, ErrorKind::Overloaded),
            (401, r#"{"error":"invalid_client"}"#, ErrorKind::Configuration),
            (400, r#"{"error":"invalid_grant"}"#, ErrorKind::AuthenticationFailed),
            (307, "", ErrorKind::Configuration),
            (418, "", ErrorKind::Unknown),
        ] {
            assert_eq!(refusal(status, body).unwrap().into_error("it").kind(), kind, "{status} {body}");
        }
    }
}
