use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::{PrettyFormatter, Serializer as JsonWriter};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::super::wire::{Members, Wiped};
use crate::auth::CredentialKind;
use crate::error::ApiError;
use crate::model::ProviderId;

/// The newest format that this version writes and reads.
const VERSION: u64 = 1;

const VERSION_MEMBER: &str = "version";
const ENTRIES_MEMBER: &str = "entries";

/// `Document` is the file's text, taken apart no further than to its entries: one that is broken stays as it is.
pub(super) struct Document<'a> {
    others: Members<'a>,
    entries: Members<'a>,
}

/// `Unreadable` is why a text is no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is damaged.
    Corrupt,
    /// A later version wrote it.
    Newer,
}

impl<'a> Document<'a> {
    /// Takes a text apart; an empty one has no entries.
    pub(super) fn read(text: &'a [u8]) -> Result<Self, Unreadable> {
        if text.trim_ascii().is_empty() {
            return Ok(Self { others: Members::default(), entries: Members::default() });
        }
        let mut others: Members<'a> = serde_json::from_slice(text).map_err(|_| Unreadable::Corrupt)?;
        let entries = others.get(ENTRIES_MEMBER).map(|raw| serde_json::from_str(raw.get()));
        let version = others.get(VERSION_MEMBER).map(|raw| raw.get().parse::<u64>());
        match version {
            Some(Ok(0)) | Some(Err(_)) => return Err(Unreadable::Corrupt),
            Some(Ok(version)) if version > VERSION => return Err(Unreadable::Newer),
            _ => {}
        }
        others.remove(ENTRIES_MEMBER);
        others.remove(VERSION_MEMBER);
        let entries = entries.transpose().map_err(|_| Unreadable::Corrupt)?.unwrap_or_default();
        Ok(Self { others, entries })
    }

    /// The text of an entry.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.entries.get(name).map(RawValue::get)
    }

    /// Takes an entry in place of the one of its name.
    pub(super) fn set(&mut self, name: &'a str, value: &'a RawValue) {
        self.entries.set(name, value);
    }

    /// Takes an entry away; says whether there was one.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.entries.remove(name)
    }

    /// The entries of kinds that we know.
    pub(super) fn list(&self) -> Vec<(ProviderId, CredentialKind)> {
        let mut list: Vec<_> = self
            .entries
            .iter()
            .filter_map(|(name, _)| {
                let (provider, kind) = name.rsplit_once('/')?;
                Some((ProviderId::from(provider), kind.parse().ok()?))
            })
            .collect();
        list.sort_unstable();
        list.dedup();
        list
    }

    /// The whole text.
    pub(super) fn write(&self) -> Result<Zeroizing<Vec<u8>>, ApiError> {
        let mut text = Wiped::default();
        let mut writer = JsonWriter::with_formatter(&mut text, PrettyFormatter::with_indent(b"  "));
        self.serialize(&mut writer)
            .and_then(|()| std::io::Write::write_all(&mut text, b"\n").map_err(serde_json::Error::io))
            .map_err(|_| ApiError::configuration("the credentials have no JSON form"))?;
        Ok(text.into_bytes())
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(VERSION_MEMBER, &VERSION)?;
        for (name, value) in self.others.iter() {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(ENTRIES_MEMBER, &self.entries)?;
        map.end()
    }
}

/// The name of an entry in the file.
pub(super) fn entry(provider: &ProviderId, kind: CredentialKind) -> String {
    format!("{provider}/{kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(document: &Document<'_>) -> String {
        String::from_utf8(document.write().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn what_is_not_known_is_kept_as_it_was_written() {
        let before =
            r#"{"entries":{"a/api-key":{"key" : 7},"b/passkey":[1.0],"odd":null},"later":{"x": 1e2}}"#;
        let mut document = Document::read(before.as_bytes()).unwrap();
        assert_eq!(document.list(), [("a".into(), CredentialKind::ApiKey)]);
        document.set("c/oauth2", serde_json::from_str(r#"{"access":"x"}"#).unwrap());
        let after = "{\n  \"version\": 1,\n  \"later\": {\"x\": 1e2},\n  \"entries\": {\n    \"a/api-key\": {\"key\" : 7},\n    \
                     \"b/passkey\": [1.0],\n    \"odd\": null,\n    \"c/oauth2\": {\"access\":\"x\"}\n  }\n}\n";
        assert_eq!(text(&document), after);
        assert_eq!(text(&Document::read(after.as_bytes()).unwrap()), after, "it stays so");
    }

    #[test]
    fn a_damaged_text_is_told_from_a_later_one_and_from_none() {
        for corrupt in
            ["{", "[]", "7", r#"{"version":"1"}"#, r#"{"version":0}"#, r#"{"entries":[]}"#, "{}x", "\0"]
        {
            assert_eq!(Document::read(corrupt.as_bytes()).err(), Some(Unreadable::Corrupt), "{corrupt}");
        }
        assert_eq!(Document::read(br#"{"version":2,"entries":[]}"#).err(), Some(Unreadable::Newer));
        assert!(Document::read(b"{\"entries\":{\"\xff\":1}}").is_err());
        assert!(Document::read(b" \n").unwrap().list().is_empty());
    }
}
