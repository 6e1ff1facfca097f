use std::fmt;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http::Uri;
use http::uri::PathAndQuery;
use url::{Host, Url};

use crate::error::ApiError;

/// `BaseUrl` is the checked address of a provider: https, or http to this machine.
///
/// One rule makes every address of it: the wire format's path is appended to the base's path with one `/` between them,
/// then come the base's own parameters and those of the request. Nothing is put between them, left out or guessed, so a
/// base is all that stands before the wire format's path, such as `https://a.example/v1beta/openai` or
/// `https://a.example/v4/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    /// The same, in the parts that the addresses behind it share.
    uri: Uri,
    /// Parameters of every address.
    query: Vec<(String, String)>,
}

impl BaseUrl {
    /// Checks an address. `allow_http` lets plain HTTP go to other machines, and the credential with it.
    ///
    /// # Errors
    /// It is no address, or one that could leak: plain HTTP to another machine, a user name or a password in it, a
    /// query or a fragment.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, ApiError> {
        let wrong = |why: &str| ApiError::configuration(format!("the base URL {why}"));
        let url = Url::parse(text.trim()).map_err(|error| wrong(&format!("is no URL ({error})")))?;
        match url.scheme() {
            "https" | "http" => {}
            scheme => return Err(wrong(&format!("starts with `{scheme}:`; use https"))),
        }
        if url.host().is_none() {
            return Err(wrong("names no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds a user name or a password; give the credential on its own"));
        }
        if url.query().is_some() {
            return Err(wrong(
                "holds a query; give its parameters as `query` of the provider's entry in a catalog",
            ));
        }
        if url.fragment().is_some() {
            return Err(wrong("holds a fragment (`#…`), which is never sent; leave it out"));
        }
        let uri = Uri::try_from(url.as_str()).map_err(|error| wrong(&format!("is no URL ({error})")))?;
        let base = Self { url, uri, query: Vec::new() };
        if base.url.scheme() == "http" && !allow_http && !base.is_loopback() {
            return Err(wrong(&format!(
                "is http to another machine, `{}`, which would send the key in the clear; use https, or allow http for \
                 this provider",
                base.host()
            )));
        }
        Ok(base)
    }

    /// Adds parameters to every address.
    #[must_use]
    pub fn with_query<'a>(mut self, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.query.extend(query.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    /// The host as it is asked for: in ASCII, so that a letter that only looks like another one is seen.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// The address of a path and a query behind this base. The path is percent-encoded already.
    ///
    /// # Errors
    /// The path does not make an address.
    pub fn join(&self, path: &str, query: &[(String, String)]) -> Result<Uri, ApiError> {
        let path = path.trim_start_matches('/');
        let no_address = |_: http::Error| ApiError::configuration("the request's path makes no address");
        if query.is_empty() && self.query.is_empty() && is_plain(path) {
            return self.behind(path).map_err(no_address);
        }
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
        if !query.is_empty() || !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query).extend_pairs(query);
        }
        Uri::try_from(url.as_str()).map_err(|error| no_address(error.into()))
    }

    /// Says whether the base holds the path of a request already, as the whole address of an operation does.
    ///
    /// # Errors
    /// It does.
    pub(super) fn check_doubled(&self, path: &str) -> Result<(), ApiError> {
        let path = path.trim_matches('/');
        let base = self.url.path().trim_end_matches('/');
        match base.strip_suffix(path) {
            Some(before) if before.ends_with('/') => Err(ApiError::configuration(format!(
                "the base URL ends with `/{path}` already, which is added to it; leave it out"
            ))),
            _ => Ok(()),
        }
    }

    /// The address of a path that needs no encoding. It takes memory for its path alone.
    fn behind(&self, path: &str) -> Result<Uri, http::Error> {
        let base = self.uri.path().trim_end_matches('/');
        let mut whole = String::with_capacity(base.len().saturating_add(path.len()).saturating_add(1));
        whole.extend([base, "/", path]);
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(whole))?);
        Ok(Uri::from_parts(parts)?)
    }
}

/// The address as it is asked for, its host in ASCII.
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

/// Whether a path can stand in an address as it is: nothing in it has to be encoded or resolved.
fn is_plain(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    path.bytes().all(is_plain)
}

/// Whether a host, as it stands in an address, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    // The usual case at once, without a parser.
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BaseUrl;

    #[test]
    fn an_address_is_the_base_and_one_slash_and_the_path_and_nothing_else() {
        for (base, expected) in [
            ("https://a.example", "https://a.example/chat/x"),
            ("https://a.example/", "https://a.example/chat/x"),
            ("https://a.example//", "https://a.example/chat/x"),
            ("https://a.example/v1", "https://a.example/v1/chat/x"),
            ("https://a.example/v1/", "https://a.example/v1/chat/x"),
            ("https://a.example/v4", "https://a.example/v4/chat/x"),
            ("https://a.example/v1beta/openai", "https://a.example/v1beta/openai/chat/x"),
            ("https://a.example/v1beta/openai/", "https://a.example/v1beta/openai/chat/x"),
            ("https://a.example:8443/a%20b", "https://a.example:8443/a%20b/chat/x"),
            ("https://A.EXAMPLE:443/V1", "https://a.example/V1/chat/x"),
            ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1/chat/x"),
            ("http://[::1]:8080", "http://[::1]:8080/chat/x"),
        ] {
            for path in ["/chat/x", "chat/x"] {
                let joined = BaseUrl::parse(base, false).unwrap().join(path, &[]).unwrap();
                assert_eq!(joined.to_string(), expected, "{base}");
            }
        }
    }

    #[test]
    fn the_whole_address_of_an_operation_is_told_from_a_base() {
        let doubled = |base: &str, path: &str| {
            BaseUrl::parse(base, false)
                .unwrap()
                .check_doubled(path)
                .map_err(|error| error.message().to_owned())
        };
        for base in ["https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions/"] {
            let said = doubled(base, "/chat/completions").unwrap_err();
            assert_eq!(
                said,
                "the base URL ends with `/chat/completions` already, which is added to it; leave it out"
            );
        }
        for (base, path) in [
            ("https://a.example", "/chat"),
            ("https://a.example/v1", "/chat/completions"),
            ("https://a.example/mychat", "/chat"),
            ("https://a.example/chat/v1", "/chat"),
            ("https://a.example/v1", "/v1/messages"),
        ] {
            assert_eq!(doubled(base, path), Ok(()), "{base} {path}");
        }
    }

    #[test]
    fn parameters_of_the_base_come_before_those_of_the_request() {
        let base = BaseUrl::parse("https://a.example/v1", false).unwrap();
        let base = base.with_query([("api-version", "2026-01-01"), ("a", "b c")]);
        let joined = base.join("/x", &[]).unwrap();
        assert_eq!(joined.to_string(), "https://a.example/v1/x?api-version=2026-01-01&a=b+c");
        let joined = base.join("/x", &[("alt".to_owned(), "sse".to_owned())]).unwrap();
        assert_eq!(joined.to_string(), "https://a.example/v1/x?api-version=2026-01-01&a=b+c&alt=sse");
    }

    #[test]
    fn a_host_is_shown_in_ascii_so_that_a_letter_that_looks_like_another_is_seen() {
        // The first letter is Cyrillic.
        let error = BaseUrl::parse("http://\u{430}pple.example", false).unwrap_err();
        assert!(error.message().contains("`xn--pple-43d.example`"), "{error}");
    }

    #[test]
    fn a_path_is_the_same_whether_it_had_to_be_encoded_or_not() {
        let base = BaseUrl::parse("https://a.example:8443/proxy/", false).unwrap();
        let query = [("q".to_owned(), "1".to_owned())];
        for (path, joined) in [
            ("/v1/chat/completions", "/proxy/v1/chat/completions"),
            ("v1", "/proxy/v1"),
            ("/", "/proxy/"),
            ("/models/a%2Fb:stream", "/proxy/models/a%2Fb:stream"),
            ("/models/a b", "/proxy/models/a%20b"),
            ("/models/../b", "/proxy/b"),
        ] {
            assert_eq!(
                base.join(path, &[]).unwrap().to_string(),
                format!("https://a.example:8443{joined}"),
                "{path}"
            );
            let with_query = base.join(path, &query).unwrap().to_string();
            assert_eq!(with_query, format!("https://a.example:8443{joined}?q=1"), "{path}");
        }
    }

    #[test]
    fn a_query_is_encoded() {
        let query = [("alt".to_owned(), "a b&c".to_owned())];
        let joined = BaseUrl::parse("https://a.example", false).unwrap().join("/x", &query).unwrap();
        assert_eq!(joined.to_string(), "https://a.example/x?alt=a+b%26c");
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for local in ["http://localhost:1", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:1"] {
            assert!(BaseUrl::parse(local, false).is_ok(), "{local}");
        }
        for remote in ["http://a.example", "http://10.0.0.1", "http://localhost.a.example", "http://[::2]"] {
            assert!(BaseUrl::parse(remote, false).is_err(), "{remote}");
            assert!(BaseUrl::parse(remote, true).is_ok(), "{remote}");
        }
    }

    #[test]
    fn an_address_that_could_leak_is_refused_without_being_shown() {
        for bad in [
            "https://user:CANARY@a.example",
            "https://a.example?key=CANARY",
            "https://a.example#CANARY",
            "CANARY",
            "ftp://CANARY",
        ] {
            let error = BaseUrl::parse(bad, false).unwrap_err();
            assert!(!error.to_string().contains("CANARY"), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_path_the_host_stays_the_base_s_and_the_path_stays_behind_the_base_s(
            base in "(/[a-z0-9]{1,6}){0,3}/?",
            path in "[^\u{0}]{0,40}",
            query in proptest::collection::vec(("[^\u{0}]{1,8}", "[^\u{0}]{0,8}"), 0..3),
        ) {
            let parsed = BaseUrl::parse(&format!("https://a.example:8443{base}"), false).unwrap();
            let encoded: String = path.split('/').map(|piece| {
                url::form_urlencoded::byte_serialize(piece.as_bytes()).collect::<String>().replace('.', "%2E%2E_")
            }).collect::<Vec<_>>().join("/");
            let joined = parsed.join(&encoded, &query).unwrap();
            prop_assert_eq!(joined.scheme_str(), Some("https"));
            prop_assert_eq!(joined.authority().unwrap().as_str(), "a.example:8443");
            let begins = format!("{}/", base.trim_end_matches('/'));
            prop_assert!(joined.path().starts_with(&begins), "{} {}", joined.path(), begins);
            let pairs: Vec<(String, String)> =
                url::form_urlencoded::parse(joined.query().unwrap_or_default().as_bytes()).into_owned().collect();
            prop_assert_eq!(pairs, query);
        }

        #[test]
        fn no_text_makes_an_address_that_could_leak(text in "\\PC{0,60}", allow in any::<bool>()) {
            if let Ok(base) = BaseUrl::parse(&text, allow) {
                let uri = base.join("/x", &[]).unwrap();
                prop_assert!(!uri.authority().unwrap().as_str().contains('@'));
                prop_assert!(uri.scheme_str() == Some("https") || allow || base.is_loopback());
            }
        }
    }
}
