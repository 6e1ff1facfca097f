use http::Uri;
use url::{Host, Url};

use crate::error::ApiError;

/// `BaseUrl` is the checked address of a provider: https, or http to this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

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
        Ok(Self(url))
    }

    /// The address of a path and a query behind this base. The path begins with `/` and is percent-encoded already.
    ///
    /// # Errors
    /// The path does not make an address.
    pub fn join(&self, path: &str, query: &[(String, String)]) -> Result<Uri, ApiError> {
        let mut url = self.0.clone();
        let joined = format!("{}/{}", self.0.path().trim_end_matches('/'), path.trim_start_matches('/'));
        url.set_path(&joined);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Uri::try_from(url.as_str())
            .map_err(|_| ApiError::configuration("the request's path makes no address"))
    }
}

/// Whether a host, as it stands in an address, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
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
