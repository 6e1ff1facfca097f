use steer_core::ErrorKind;
use steer_core::http_types::StatusCode;

use super::{Report, Subject, ensure};

/// What each status means where the body says nothing, and whether the same request may be sent again.
const KINDS: [(u16, ErrorKind, bool); 17] = [
    (400, ErrorKind::InvalidRequest, false),
    (401, ErrorKind::AuthenticationFailed, false),
    (402, ErrorKind::QuotaExhausted, false),
    (403, ErrorKind::PermissionDenied, false),
    (404, ErrorKind::NotFound, false),
    (405, ErrorKind::InvalidRequest, false),
    (408, ErrorKind::Timeout, true),
    (409, ErrorKind::InvalidRequest, true),
    (413, ErrorKind::ContextLength, false),
    (422, ErrorKind::InvalidRequest, false),
    (429, ErrorKind::RateLimited, true),
    (500, ErrorKind::ServerError, true),
    (501, ErrorKind::ServerError, true),
    (502, ErrorKind::ServerError, true),
    (503, ErrorKind::Overloaded, true),
    (504, ErrorKind::Timeout, true),
    (529, ErrorKind::Overloaded, true),
];

/// A status gives its kind where the body says nothing: no body, a web page, broken or foreign JSON.
///
/// # Errors
/// It gives another kind, or the status or the provider is lost.
pub fn a_status_alone_gives_its_kind(subject: &Subject) -> Report {
    for (number, kind, retryable) in KINDS {
        let status = StatusCode::from_u16(number).map_err(|error| error.to_string())?;
        for body in
            ["", " \n", "<html><h1>Sorry</h1></html>", "{", "{}", "[]", "null", "{\"error\":{}}", "sorry"]
        {
            let error = subject.refused(status, body)?;
            let says = |what: String| format!("status {number} with the body `{body}`: {what}");
            ensure(error.kind() == kind, || says(format!("{:?}, and should be {kind:?}", error.kind())))?;
            ensure(error.status() == Some(number), || says("the status is lost".to_owned()))?;
            ensure(error.provider().is_some(), || says("the provider is lost".to_owned()))?;
            ensure(error.is_retryable() == retryable, || says(format!("retryable should be {retryable}")))?;
            ensure(!error.message().is_empty(), || says("there is no message".to_owned()))?;
        }
    }
    Ok(())
}

/// The text of an error is short and holds neither markup nor control characters, whatever the body is.
///
/// # Errors
/// It holds them, or is long.
pub fn no_body_of_an_error_is_quoted_as_markup(subject: &Subject) -> Report {
    let long = format!("{{\"error\":{{\"message\":\"{}\"}}}}", "\u{1F642}".repeat(20_000));
    let page = format!("<!doctype html><script>\u{1b}[2J{}</script>", "x".repeat(1 << 20));
    let plain = format!("\u{1b}]0;title\u{7}{}", "é".repeat(50_000));
    // Short enough that the body is read to its end.
    let words = "\\u001b[2J".repeat(1_000);
    let words = format!(
        "{{\"error\":{{\"message\":\"no\",\"code\":\"{words}\",\"type\":\"{words}\",\"status\":\"{words}\"}},\
         \"request_id\":\"{words}\"}}"
    );
    for body in [long, page, plain, words] {
        for status in [StatusCode::BAD_REQUEST, StatusCode::BAD_GATEWAY] {
            let error = subject.refused(status, body.clone())?;
            let text = format!("{error} {error:?}");
            ensure(!text.contains("script") && !text.contains(char::is_control), || {
                format!("status {status}: the text quotes the body")
            })?;
            ensure(text.len() < 16 << 10, || format!("status {status}: the text has {} bytes", text.len()))?;
        }
    }
    Ok(())
}
