use std::fmt;

use http::HeaderName;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// `KeyIn` is where requests carry a provider's key. There is no place for it in addresses: servers and proxies write
/// those down.
///
/// In a catalog it is `"format"`, `"bearer"`, or `{ header = "x-key", prefix = "Key " }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyIn {
    /// Where the wire format has it.
    #[default]
    Format,
    /// In the header `Authorization`, behind `Bearer `.
    Bearer,
    /// In a header of its own.
    Header {
        /// The header's name.
        name: HeaderName,
        /// What stands before the key, with its space; mostly nothing.
        prefix: String,
    },
}

const WORDS: &[&str] = &["format", "bearer"];

impl Serialize for KeyIn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Format => serializer.serialize_str("format"),
            Self::Bearer => serializer.serialize_str("bearer"),
            Self::Header { name, prefix } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("header", name.as_str())?;
                if !prefix.is_empty() {
                    map.serialize_entry("prefix", prefix)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for KeyIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyInVisitor)
    }
}

struct KeyInVisitor;

impl<'de> Visitor<'de> for KeyInVisitor {
    type Value = KeyIn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`\"format\"`, `\"bearer\"` or `{ header = \"…\" }`")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<KeyIn, E> {
        match word {
            "format" => Ok(KeyIn::Format),
            "bearer" => Ok(KeyIn::Bearer),
            other => Err(E::unknown_variant(other, WORDS)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<KeyIn, A::Error> {
        let form = Form::deserialize(MapAccessDeserializer::new(map))?;
        if form.query.is_some() {
            return Err(de::Error::custom(
                "a key does not go into an address, which servers and proxies write down; name a header",
            ));
        }
        let name = form.header.ok_or_else(|| de::Error::missing_field("header"))?;
        let name = match name.parse::<HeaderName>() {
            Ok(name) if !super::headers::is_the_drivers(&name) => name,
            Ok(name) => {
                return Err(de::Error::custom(format!(
                    "the header `{name}` is not for keys; name another one"
                )));
            }
            Err(_) => return Err(de::Error::custom("this is no name of a header")),
        };
        if !form.prefix.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(de::Error::custom("the prefix holds characters that cannot stand in a header"));
        }
        Ok(KeyIn::Header { name, prefix: form.prefix })
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    header: Option<String>,
    #[serde(default)]
    prefix: String,
    /// Known so that the refusal can say why.
    #[serde(default)]
    query: Option<IgnoredAny>,
}
