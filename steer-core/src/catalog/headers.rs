use http::{HeaderName, HeaderValue};

use super::near::shown;

/// Headers that carry a credential: it has a place of its own, where it is never printed.
pub(crate) const CREDENTIALS: [&str; 5] =
    ["authorization", "x-api-key", "api-key", "cookie", "proxy-authorization"];

/// Headers that say how a request travels, which is for the driver and the transport to say.
const TRAVEL: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a header is none that a catalog could name.
pub(crate) fn is_the_drivers(name: &HeaderName) -> bool {
    TRAVEL.contains(&name.as_str())
}

/// A header that a catalog asks for.
///
/// # Errors
/// Why it cannot be one.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let told = shown(name);
    let parsed: HeaderName = name.parse().map_err(|_| format!("`{told}` is no name of a header"))?;
    if CREDENTIALS.contains(&parsed.as_str()) {
        return Err(format!(
            "the header `{told}` carries a credential, which does not belong in a catalog; name its variable in `env`, \
             and the header in `key_in` where it is not the wire format's own"
        ));
    }
    if is_the_drivers(&parsed) {
        return Err(format!("the header `{told}` says how a request travels, and cannot be set"));
    }
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| format!("the value of the header `{told}` cannot stand in a header"))?;
    // Some gateways have a secret of their own.
    let secret = ["auth", "key", "secret", "token"];
    value.set_sensitive(secret.iter().any(|word| parsed.as_str().contains(word)));
    Ok((parsed, value))
}

/// Why a parameter cannot stand in every address.
pub(crate) fn refused_parameter(name: &str) -> Option<String> {
    const KEYS: [&str; 7] =
        ["access_token", "api-key", "api_key", "apikey", "key", "subscription-key", "token"];
    if name.is_empty() {
        return Some("a parameter of an address has a name".to_owned());
    }
    KEYS.contains(&name.to_ascii_lowercase().as_str()).then(|| {
        format!(
            "`{}` in an address would be a key, which servers and proxies write down; name a header in `key_in`",
            shown(name)
        )
    })
}
