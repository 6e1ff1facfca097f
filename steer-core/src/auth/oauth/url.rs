use http::Uri;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::ApiError;
use crate::http::is_loopback;

/// `OAuthUrl` is the checked address of an authorization server: https, or http to this machine.
///
/// Secrets go to it, so that plain HTTP to another machine is never allowed. A query is: it stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OAuthUrl(Url);

impl OAuthUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// It is no address, or one that could leak: plain HTTP to another machine, a user name or a password in it, or a
    /// fragment. The error does not show it.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let wrong =
            |why: &str| ApiError::configuration(format!("the address of the authorization server {why}"));
        let url = Url::parse(text.trim()).map_err(|error| wrong(&format!("is no URL ({error})")))?;
        match url.scheme() {
            "https" => {}
            "http" if url.host_str().is_some_and(is_loopback) => {}
            "http" => return Err(wrong("is http to another machine; use https")),
            _ => return Err(wrong("starts with another scheme than `https`")),
        }
        if url.host().is_none() {
            return Err(wrong("names no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds a user name or a password"));
        }
        if url.fragment().is_some() {
            return Err(wrong("holds a fragment; leave out what follows `#`"));
        }
        Ok(Self(url))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address with these parameters behind those that it has.
    #[must_use]
    pub fn with_query<'a>(&self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut url = self.0.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        url.into()
    }

    /// The address as requests have it.
    ///
    /// # Errors
    /// It cannot stand in a request.
    pub fn to_uri(&self) -> Result<Uri, ApiError> {
        Uri::try_from(self.as_str()).map_err(|error| {
            ApiError::configuration("the address of the authorization server cannot stand in a request")
                .with_source(error)
        })
    }
}

impl TryFrom<String> for OAuthUrl {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        Self::parse(&text)
    }
}

impl From<OAuthUrl> for String {
    fn from(url: OAuthUrl) -> Self {
        url.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::OAuthUrl;

    #[test]
    fn secrets_go_to_https_and_to_this_machine_alone() {
        for good in ["https://a.example/token?tenant=1", "http://127.0.0.1:8080/token", "http://[::1]/token"]
        {
            assert_eq!(OAuthUrl::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "http://a.example/token?CANARY",
            "http://10.0.0.1/CANARY",
            "ftp://a.example/CANARY",
            "https://user:CANARY@a.example/token",
            "https://a.example/token#CANARY",
            "CANARY",
        ] {
            let error = OAuthUrl::parse(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn parameters_stand_behind_those_of_the_address() {
        let url = OAuthUrl::parse("https://a.example/authorize?tenant=1").unwrap();
        assert_eq!(
            url.with_query([("scope", "a b"), ("x", "&")]),
            "https://a.example/authorize?tenant=1&scope=a+b&x=%26"
        );
    }
}
