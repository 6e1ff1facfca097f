use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::OAuthUrl;

/// `OAuthConfig` is the table `[providers.oauth]` of a provider's entry in a catalog: where its authorization server
/// is, and what it asks for.
///
/// Who logs in with a program of their own registers it with the vendor, and says the client's id there. A catalog may
/// leave out what another catalog says, so that a user adds no more than the id.
///
/// ```toml
/// [providers.oauth]
/// client_id = "my-program"
/// authorization_url = "https://login.acme.example/authorize"
/// token_url = "https://login.acme.example/token"
/// device_authorization_url = "https://login.acme.example/device"
/// scopes = ["models.read", "offline_access"]
/// redirect = { port = 8765, path = "/callback" }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OAuthConfig {
    /// The id that the vendor gave the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The environment variable that holds the program's secret; none for public clients, which programs on people's
    /// machines are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_env: Option<String>,
    /// How the secret is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_authentication: Option<ClientAuthentication>,
    /// Where a person agrees, in a browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_url: Option<OAuthUrl>,
    /// Where tokens are had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<OAuthUrl>,
    /// Where codes for another device are had: <https://www.rfc-editor.org/rfc/rfc8628>.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_url: Option<OAuthUrl>,
    /// Where tokens are given back: <https://www.rfc-editor.org/rfc/rfc7009>.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_url: Option<OAuthUrl>,
    /// What the login may do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Whom the tokens are for, as some servers want it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The same, as <https://www.rfc-editor.org/rfc/rfc8707> wants it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Further parameters of the address that the browser opens.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub authorize_parameters: BTreeMap<String, String>,
    /// Where the browser comes back to.
    #[serde(skip_serializing_if = "RedirectConfig::is_default")]
    pub redirect: RedirectConfig,
}

impl OAuthConfig {
    /// Replaces what the other table says, and leaves the rest.
    pub(crate) fn overlay(&mut self, other: Self) {
        let Self {
            client_id,
            client_secret_env,
            client_authentication,
            authorization_url,
            token_url,
            device_authorization_url,
            revocation_url,
            scopes,
            audience,
            resource,
            authorize_parameters,
            redirect,
        } = other;
        set(&mut self.client_id, client_id);
        set(&mut self.client_secret_env, client_secret_env);
        set(&mut self.client_authentication, client_authentication);
        set(&mut self.authorization_url, authorization_url);
        set(&mut self.token_url, token_url);
        set(&mut self.device_authorization_url, device_authorization_url);
        set(&mut self.revocation_url, revocation_url);
        if !scopes.is_empty() {
            self.scopes = scopes;
        }
        set(&mut self.audience, audience);
        set(&mut self.resource, resource);
        self.authorize_parameters.extend(authorize_parameters);
        set(&mut self.redirect.host, redirect.host);
        set(&mut self.redirect.port, redirect.port);
        set(&mut self.redirect.path, redirect.path);
        set(&mut self.redirect.paste_url, redirect.paste_url);
    }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *place = value;
    }
}

/// `RedirectConfig` is where the browser comes back to; by default `http://127.0.0.1:PORT/callback` at whatever port is
/// free, as <https://www.rfc-editor.org/rfc/rfc8252#section-7.3> has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RedirectConfig {
    /// The host in the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<RedirectHost>,
    /// The port, where the vendor wants it registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The path, with its `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The address for codes that a person copies, where the vendor has a page that shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paste_url: Option<OAuthUrl>,
}

impl RedirectConfig {
    /// The default path.
    pub const PATH: &'static str = "/callback";

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// `RedirectHost` is how the address that the browser comes back to names this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RedirectHost {
    /// `127.0.0.1`
    #[default]
    #[serde(rename = "127.0.0.1")]
    V4,
    /// `[::1]`
    #[serde(rename = "::1")]
    V6,
    /// `localhost`, for vendors that take no number. The program listens on 127.0.0.1, which browsers try too.
    #[serde(rename = "localhost")]
    Localhost,
}

impl RedirectHost {
    /// The host as it stands in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "127.0.0.1",
            Self::V6 => "[::1]",
            Self::Localhost => "localhost",
        }
    }
}

/// `ClientAuthentication` is how a program's secret is sent: <https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// In the header `Authorization`, which every server takes.
    #[default]
    Basic,
    /// In the body.
    Body,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_table_adds_to_that_of_the_provider() {
        let mut config: OAuthConfig = toml::from_str(
            r#"
            token_url = "https://a.example/token"
            scopes = ["a"]
            authorize_parameters = { prompt = "consent" }
            redirect = { host = "localhost", port = 1455 }
            "#,
        )
        .unwrap();
        let own = r#"
            client_id = "mine"
            authorize_parameters = { hint = "x" }
            redirect = { path = "/back" }
        "#;
        config.overlay(toml::from_str(own).unwrap());
        assert_eq!(config.client_id.as_deref(), Some("mine"));
        assert_eq!(config.token_url.as_ref().unwrap().as_str(), "https://a.example/token");
        assert_eq!(config.scopes, ["a"]);
        assert_eq!(config.authorize_parameters.len(), 2);
        assert_eq!(config.redirect.host, Some(RedirectHost::Localhost));
        assert_eq!((config.redirect.port, config.redirect.path.as_deref()), (Some(1455), Some("/back")));
        let stored = serde_json::to_string(&config).unwrap();
        let again: OAuthConfig = serde_json::from_str(&stored).unwrap();
        assert_eq!(again, config);
    }

    #[test]
    fn an_address_that_could_leak_is_an_error_of_the_catalog() {
        let error = toml::from_str::<OAuthConfig>(r#"token_url = "http://a.example/token""#).unwrap_err();
        assert!(error.to_string().contains("http to another machine"), "{error}");
        assert!(toml::from_str::<OAuthConfig>(r#"tokenurl = "https://a.example""#).is_err());
    }
}
