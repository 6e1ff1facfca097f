use std::collections::BTreeSet;

use crate::error::{ApiError, ErrorKind};
use crate::json::Record;

/// Opens a request body: one JSON object, no two of whose members have one name.
///
/// # Errors
/// It is something else. The error quotes nothing of it.
pub fn read_body<'a>(api: &str, body: &'a [u8]) -> Result<Record<'a>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| BodyFault::new(api, "", "is not UTF-8"))?;
    let members: Record<'_> = Record::read(text).map_err(|error| {
        let at = format!("is not a JSON object (line {}, column {})", error.line(), error.column());
        BodyFault::new(api, "", &at)
    })?;
    // Which of the two counts is up to each reader, so that no body that is written again would say the same to all.
    let mut names = BTreeSet::new();
    if !members.rest().all(|(name, _)| names.insert(name.to_owned())) {
        return Err(BodyFault::new(api, "", "has two members of one name").into());
    }
    Ok(members)
}

/// `BodyFault` says where a request body is not what its wire format asks for.
#[derive(Debug)]
pub struct BodyFault(String);

impl BodyFault {
    /// Names a place, such as `messages[3].role`, and what is wrong with it; it must quote nothing of the body.
    pub fn new(api: &str, place: &str, what: &str) -> Self {
        let place = if place.is_empty() { "it".to_owned() } else { format!("`{}`", place.escape_debug()) };
        Self(format!("the body is not a request of `{api}`: {place} {what}"))
    }
}

impl From<BodyFault> for ApiError {
    fn from(fault: BodyFault) -> Self {
        Self::new(ErrorKind::InvalidRequest, fault.0)
    }
}

#[cfg(test)]
mod tests {
    use super::read_body;

    #[test]
    fn what_is_no_object_is_refused_without_a_word_of_it() {
        let twice = b"{\"secret\": 1, \"a\": 2, \"secret\": 3}";
        for body in [&b"[\"secret\"]"[..], b"{\"secret\": ", twice, b"\"secret\"", b"\xff\xfe", b""] {
            let error = read_body("acme-chat", body).unwrap_err();
            assert!(error.to_string().contains("acme-chat"), "{error}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }
}
