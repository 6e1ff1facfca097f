//! A credential as JSON: the one place where a secret is written out.

mod members;
mod time;
mod wiped;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use zeroize::Zeroizing;

pub(super) use members::Members;
pub(super) use wiped::Wiped;

use crate::auth::{Credential, CredentialKind, OAuthToken, Secret};
use crate::error::ApiError;

const KEY: &str = "key";
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";
const OBTAINED_AT: &str = "obtained_at";
const EXPIRES_AT: &str = "expires_at";
const ID_TOKEN: &str = "id_token";
const SCOPE: &str = "scope";

/// Reads an entry. What it does not know is passed over.
///
/// # Errors
/// What is missing or not as it must be; never what stands there.
pub(super) fn read(kind: CredentialKind, text: &str) -> Result<Credential, &'static str> {
    let members: Members<'_> = serde_json::from_str(text).map_err(|_| "it is no JSON object")?;
    let needed = |name, why| members.get(name).and_then(secret).ok_or(why);
    match kind {
        CredentialKind::ApiKey => {
            let key = needed(KEY, "its `key` is no text")?;
            Credential::api_key(key.expose()).map_err(|_| "its `key` cannot be a key")
        }
        CredentialKind::OAuth2 => {
            let access = needed(ACCESS, "its `access` is no text")?;
            if access.expose().is_empty() {
                return Err("its `access` is empty");
            }
            let mut token = OAuthToken::new(access);
            token.refresh = optional(&members, REFRESH, secret).ok_or("its `refresh` is no text")?;
            token.id_token = optional(&members, ID_TOKEN, secret).ok_or("its `id_token` is no text")?;
            token.scope = optional(&members, SCOPE, |raw| serde_json::from_str(raw.get()).ok())
                .ok_or("its `scope` is no text")?;
            let time = |name| optional(&members, name, |raw| time::read(raw.get()));
            token.obtained_at = time(OBTAINED_AT).ok_or("its `obtained_at` is no number of seconds")?;
            token.expires_at = time(EXPIRES_AT).ok_or("its `expires_at` is no number of seconds")?;
            Ok(Credential::OAuth2(token))
        }
    }
}

/// Writes an entry. What the entry that was there has and we do not know is kept.
///
/// # Errors
/// There is no memory for it, or the like.
pub(super) fn write(credential: &Credential, before: Option<&str>) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let before = before.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut text = Wiped::default();
    serde_json::to_writer(&mut text, &Entry { credential, before: &before })
        .map_err(|_| ApiError::configuration("the credential has no JSON form"))?;
    Ok(text.into_bytes())
}

/// A member that may be missing; the outer `None` says that it is wrong.
fn optional<T>(
    members: &Members<'_>,
    name: &str,
    read: impl FnOnce(&RawValue) -> Option<T>,
) -> Option<Option<T>> {
    match members.get(name) {
        None => Some(None),
        Some(raw) if raw.get() == "null" => Some(None),
        Some(raw) => read(raw).map(Some),
    }
}

fn secret(raw: &RawValue) -> Option<Secret> {
    serde_json::from_str(raw.get()).ok().map(|Text(secret)| secret)
}

/// A secret on its way in.
struct Text(Secret);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Secret::new(text)))
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

/// An entry on its way out.
struct Entry<'a> {
    credential: &'a Credential,
    before: &'a Members<'a>,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let known: &[&str] = match self.credential {
            Credential::ApiKey(key) => {
                map.serialize_entry(KEY, key.expose())?;
                &[KEY]
            }
            Credential::OAuth2(token) => {
                map.serialize_entry(ACCESS, token.access.expose())?;
                for (name, secret) in [(REFRESH, &token.refresh), (ID_TOKEN, &token.id_token)] {
                    if let Some(secret) = secret {
                        map.serialize_entry(name, secret.expose())?;
                    }
                }
                for (name, time) in [(OBTAINED_AT, token.obtained_at), (EXPIRES_AT, token.expires_at)] {
                    if let Some(time) = time {
                        map.serialize_entry(name, &time::write(time))?;
                    }
                }
                if let Some(scope) = &token.scope {
                    map.serialize_entry(SCOPE, scope)?;
                }
                &[ACCESS, REFRESH, OBTAINED_AT, EXPIRES_AT, ID_TOKEN, SCOPE]
            }
        };
        for (name, value) in self.before.iter().filter(|(name, _)| !known.contains(name)) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn written(credential: &Credential, before: Option<&str>) -> String {
        String::from_utf8(write(credential, before).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_credential_comes_back_as_it_was() {
        let mut token = OAuthToken::new("a\"\\\u{1f511}");
        let bare = Credential::OAuth2(token.clone());
        token.refresh = Some("r".into());
        token.id_token = Some("i".into());
        token.scope = Some("one two".to_owned());
        token.obtained_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1_799_999_000));
        token.expires_at = SystemTime::UNIX_EPOCH.checked_add(Duration::new(1_800_000_000, 1_020));
        for credential in [Credential::api_key("sk-1").unwrap(), bare, Credential::OAuth2(token)] {
            assert_eq!(read(credential.kind(), &written(&credential, None)), Ok(credential));
        }
    }

    #[test]
    fn what_an_entry_has_and_we_do_not_know_is_kept() {
        let before = r#"{"account": {"id": 7.50}, "access": "old", "refresh": "old"}"#;
        let new = Credential::OAuth2(OAuthToken::new("new"));
        assert_eq!(written(&new, Some(before)), r#"{"access":"new","account":{"id": 7.50}}"#);
        assert_eq!(written(&new, Some("broken")), r#"{"access":"new"}"#);
    }

    #[test]
    fn a_broken_entry_says_what_is_wrong_and_not_what_stands_there() {
        for broken in
            ["", "7", "[]", r#""CANARY""#, r#"{"key":7}"#, r#"{"key":"CAN ARY"}"#, r#"{"key":null}"#]
        {
            let error = read(CredentialKind::ApiKey, broken).unwrap_err();
            assert!(!error.contains("CAN"), "{error}");
        }
        for (broken, why) in [
            (r#"{"refresh":"r"}"#, "access"),
            (r#"{"access":""}"#, "access"),
            (r#"{"access":"a","refresh":1}"#, "refresh"),
            (r#"{"access":"a","expires_at":"CANARY"}"#, "expires_at"),
            (r#"{"access":"a","expires_at":-1}"#, "expires_at"),
            (r#"{"access":"a","obtained_at":"CANARY"}"#, "obtained_at"),
            (r#"{"access":"a","scope":[]}"#, "scope"),
        ] {
            let error = read(CredentialKind::OAuth2, broken).unwrap_err();
            assert!(error.contains(why), "{broken}: {error}");
        }
    }
}
