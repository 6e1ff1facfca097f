use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::ser::Serialize;

use super::headers::header;
use super::problem::CatalogProblems;
use super::read::read;
use super::tree::{Node, Table, Value};
use crate::error::ApiError;

/// `DialectTable` is what a catalog says of how a provider speaks its wire format, as it stands there. The crate that
/// speaks the format reads it with [`over`](Self::over).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct DialectTable(Node);

impl Default for DialectTable {
    fn default() -> Self {
        Self(Node { place: None, value: Value::Table(Table::new()) })
    }
}

impl DialectTable {
    /// Whether the catalogs say nothing.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0.value, Value::Table(table) if table.is_empty())
    }

    /// The dialect that the catalogs describe: what they say over what `base` does, field by field.
    ///
    /// `T` refuses unknown fields, so that a misspelt one is an error.
    ///
    /// # Errors
    /// A field or its value is not one of the dialect's; the error names all of them, with file, line and column
    /// ([`CatalogProblems`]).
    pub fn over<T: Serialize + DeserializeOwned>(&self, base: T) -> Result<T, ApiError> {
        if self.is_empty() {
            return Ok(base);
        }
        let wrong = |error: serde_json::Error| {
            ApiError::configuration("the dialect has no form of a table").with_source(error)
        };
        let base = serde_json::to_value(base).map_err(wrong)?;
        let mut node: Node = serde_json::from_value(base).map_err(wrong)?;
        node.overlay(self.0.clone());
        let mut problems = Vec::new();
        match read(&node, &mut problems) {
            Some(dialect) if problems.is_empty() => Ok(dialect),
            _ => {
                problems.sort_by(|a, b| a.place.cmp(&b.place));
                Err(CatalogProblems::into_error(problems))
            }
        }
    }

    /// Whether it is one: a catalog may say anything.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.0.value, Value::Table(_))
    }

    pub(super) fn new(node: Node) -> Self {
        Self(node)
    }

    pub(super) fn overlay(&mut self, over: Self) {
        if !over.is_empty() {
            self.0.overlay(over.0);
        }
    }
}

/// `Word` is a text of a dialect: constant, or read from a catalog and then kept until the program ends.
///
/// As a field it needs `#[serde(deserialize_with = "steer_core::catalog::word")]`, and where it is optional
/// `optional_word`, or `optional_header` for the name of a header.
pub type Word = &'static str;

/// Reads a [`Word`].
///
/// # Errors
/// It is no text, or one of more than 256 bytes.
pub fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    deserializer.deserialize_str(WordVisitor)
}

/// Reads a [`Word`] that may be `false`, where there is none.
///
/// # Errors
/// It is neither a text nor `false`, or a text of more than 256 bytes.
pub fn optional_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    deserializer.deserialize_any(OptionalWordVisitor)
}

/// Reads the name of a header, in small letters, that may be `false`, where there is none.
///
/// # Errors
/// It is neither, or the header carries credentials or says how a request travels.
pub fn optional_header<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    let Some(name) = optional_word(deserializer)? else { return Ok(None) };
    let (name, _) = header(name, "").map_err(de::Error::custom)?;
    Ok(Some(kept(name.as_str())))
}

struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text of at most 256 bytes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
        if text.len() > 256 {
            return Err(E::invalid_value(de::Unexpected::Str(""), &self));
        }
        Ok(kept(text))
    }
}

struct OptionalWordVisitor;

impl Visitor<'_> for OptionalWordVisitor {
    type Value = Option<Word>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, or `false` where there is none")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Option<Word>, E> {
        if value { Err(E::invalid_value(de::Unexpected::Bool(value), &self)) } else { Ok(None) }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<Word>, E> {
        WordVisitor.visit_str(text).map(Some)
    }
}

/// A text that lives as long as the program. Dialects are constants, which can hold no other; each text is kept once,
/// and there are only as many as catalogs name.
fn kept(text: &str) -> Word {
    static KEPT: Mutex<BTreeSet<Word>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(word) = kept.get(text) {
        return word;
    }
    let word: Word = Box::leak(Box::from(text));
    kept.insert(word);
    word
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::catalog::place::Lines;

    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Dialect {
        #[serde(deserialize_with = "word")]
        path: Word,
        #[serde(deserialize_with = "optional_word")]
        list: Option<Word>,
        seed: bool,
        stops: usize,
        ids: Ids,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Ids {
        Any,
        UpTo(usize),
    }

    const BASE: Dialect = Dialect { path: "/chat", list: None, seed: true, stops: 4, ids: Ids::Any };

    fn table(text: &str) -> DialectTable {
        let file = "a.toml".into();
        DialectTable::new(Node::parse(&Lines::new(&file, text), text).0)
    }

    #[test]
    fn a_table_wins_over_the_base_field_by_field() {
        assert_eq!(table("").over(BASE).unwrap(), BASE);
        let own = table("path = '/talk'\nlist = '/models'\nids = { up_to = 40 }").over(BASE).unwrap();
        assert_eq!(own, Dialect { path: "/talk", list: Some("/models"), ids: Ids::UpTo(40), ..BASE });
        assert_eq!(table("list = false").over(own).unwrap().list, None);
        assert_eq!(table("ids = 'any'").over(own).unwrap().ids, Ids::Any);
    }

    #[test]
    fn all_that_is_no_field_is_told_with_its_place() {
        let error = table("sed = true\nstops = 'many'\n\nids = 'al'\nlist = true").over(BASE).unwrap_err();
        let problems: Vec<String> =
            CatalogProblems::behind(&error).unwrap().all().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "a.toml:1:1: unknown key `sed`; did you mean `seed`?",
                "a.toml:2:9: a text stands where a whole number from 0 up belongs",
                "a.toml:4:7: there is no `al` here; the words are: `any`, `up_to`",
                "a.toml:5:8: this is true or false that cannot stand here; write a text, or `false` where there is none",
            ]
        );
    }

    #[test]
    fn a_word_is_kept_once() {
        assert!(std::ptr::eq(kept("a word of this test"), kept("a word of this test")));
    }
}
