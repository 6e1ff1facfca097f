use std::net::Ipv4Addr;

use bytes::Bytes;
use http::Uri;
use http::uri::PathAndQuery;
use url::{Host, Url};

use crate::error::ApiError;

/// `BaseUrl` is the checked address of a provider: https, or http to this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    /// The same, in the parts that the addresses behind it share.
    uri: Uri,
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
            "https" => {}
            "http" if allow_http || url.host_str().is_some_and(is_loopback) => {}
            "http" => {
                return Err(wrong(
                    "is http to another machine, which would send the key in the clear; use https, or allow http for \
                     this provider",
                ));
            }
            scheme => return Err(wrong(&format!("starts with `{scheme}:`; use https"))),
        }
        if url.host().is_none() {
            return Err(wrong("names no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds a user name or a password; give the credential on its own"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("holds a query or a fragment; leave them out"));
        }
        let uri = Uri::try_from(url.as_str()).map_err(|error| wrong(&format!("is no URL ({error})")))?;
        Ok(Self { url, uri })
    }

    /// The address of a path and a query behind this base. The path begins with `/` and is percent-encoded already.
    ///
    /// # Errors
    /// The path does not make an address.
    pub fn join(&self, path: &str, query: &[(String, String)]) -> Result<Uri, ApiError> {
        let path = path.trim_start_matches('/');
        let no_address = |_: http::Error| ApiError::configuration("the request's path makes no address");
        if query.is_empty() && is_plain(path) {
            return self.behind(path).map_err(no_address);
        }
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Uri::try_from(url.as_str()).map_err(|error| no_address(error.into()))
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
    use super::BaseUrl;

    #[test]
    fn slashes_are_never_doubled_or_lost() {
        for (base, expected) in [
            ("https://a.example", "https://a.example/v1/x"),
            ("https://a.example/", "https://a.example/v1/x"),
            ("https://a.example/proxy", "https://a.example/proxy/v1/x"),
            ("https://a.example/proxy/", "https://a.example/proxy/v1/x"),
        ] {
            let joined = BaseUrl::parse(base, false).unwrap().join("/v1/x", &[]).unwrap();
            assert_eq!(joined.to_string(), expected);
        }
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
}
