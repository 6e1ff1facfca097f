//! From the tree of a catalog to a type, with everything that is wrong told at once.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::near::{did_you_mean, shown};
use super::tree::{Node, Table, Value};
use super::{CatalogProblem, Place};

/// More problems than these in one entry help no one.
const MOST: usize = 100;

/// Reads a node as a type; what cannot be read is left out and told. `None` where what is left is no such type.
pub(super) fn read<T: DeserializeOwned>(node: &Node, problems: &mut Vec<CatalogProblem>) -> Option<T> {
    let mut left_out = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let unplaced = || Place::file(&"".into());
    for _ in 0..MOST {
        let error = match T::deserialize(Reader { node, left_out: &left_out }) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let (culprit, place) = error.at.unwrap_or((Id::of(node), node.place.clone()));
        // What was left out is missing, of course.
        if error.missing.is_none_or(|key| !keys.contains(key)) {
            problems.push(CatalogProblem::new(place.unwrap_or_else(unplaced), error.message));
        }
        keys.extend(error.key);
        if culprit == Id::of(node) || !left_out.insert(culprit) {
            return None;
        }
    }
    None
}

/// What of a tree is left out, told apart by where it lies in memory: a tree does not move while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Id(usize);

impl Id {
    fn of<T>(thing: &T) -> Self {
        Self(std::ptr::from_ref(thing).addr())
    }
}

#[derive(Debug)]
struct ReadError {
    /// The innermost thing that is wrong.
    at: Option<(Id, Option<Place>)>,
    /// The key whose value it is.
    key: Option<String>,
    /// The key that is missing.
    missing: Option<&'static str>,
    message: String,
}

impl ReadError {
    fn or_at(mut self, id: Id, place: Option<&Place>) -> Self {
        self.at.get_or_insert_with(|| (id, place.cloned()));
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { at: None, key: None, missing: None, message: message.to_string() }
    }

    /// The value itself is not told: what stands where another thing belongs may be a secret.
    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(format!("{} stands where {} belongs", sort(&found), in_words(wanted)))
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(format!("this is {} that cannot stand here; write {}", sort(&found), in_words(wanted)))
    }

    fn unknown_variant(word: &str, words: &'static [&'static str]) -> Self {
        let advice = did_you_mean(word, words.iter().copied(), "the words are");
        Self::custom(format!("there is no `{}` here{advice}", shown(word)))
    }

    fn unknown_field(name: &str, names: &'static [&'static str]) -> Self {
        let advice = did_you_mean(name, names.iter().copied(), "the keys are");
        Self::custom(format!("unknown key `{}`{advice}", shown(name)))
    }

    fn missing_field(name: &'static str) -> Self {
        Self { missing: Some(name), ..Self::custom(format!("the key `{name}` is missing")) }
    }
}

fn sort(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number with a point",
        Unexpected::Str(_) | Unexpected::Char(_) => "a text",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a table",
        Unexpected::Other("a date") => "a date without quotes",
        _ => "something",
    }
}

fn in_words(wanted: &dyn Expected) -> String {
    let wanted = wanted.to_string();
    match wanted.as_str() {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 up".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "a borrowed string" | "string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other if other.starts_with("enum ") || other.starts_with("variant ") => "a word".to_owned(),
        _ => wanted,
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    node: &'a Node,
    left_out: &'a BTreeSet<Id>,
}

impl<'a> Reader<'a> {
    fn placed<T>(self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|error| error.or_at(Id::of(self.node), self.node.place.as_ref()))
    }

    fn members(self, table: &'a Table) -> Members<'a> {
        Members { rest: table.iter(), value: None, left_out: self.left_out }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let result = match &self.node.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => visitor.visit_i128(*number),
            },
            Value::Float(bits) => visitor.visit_f64(f64::from_bits(*bits)),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Date(_) => Err(de::Error::invalid_type(Unexpected::Other("a date"), &visitor)),
            Value::List(list) => visitor.visit_seq(Elements { rest: list.iter(), left_out: self.left_out }),
            Value::Table(table) => visitor.visit_map(self.members(table)),
        };
        self.placed(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.placed(visitor.visit_some(self))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = match &self.node.value {
            Value::Text(word) => visitor.visit_enum(StrDeserializer::<ReadError>::new(word)),
            Value::Table(table) if table.len() == 1 => match table.iter().next() {
                Some((name, (_, node))) => {
                    visitor.visit_enum(Variant { name, value: Self { node, left_out: self.left_out } })
                }
                None => Err(de::Error::invalid_type(Unexpected::Map, &visitor)),
            },
            _ => return self.deserialize_any(visitor),
        };
        self.placed(result)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}

struct Members<'a> {
    rest: std::collections::btree_map::Iter<'a, String, (Option<Place>, Node)>,
    value: Option<(&'a str, &'a Node)>,
    left_out: &'a BTreeSet<Id>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let left_out = self.left_out;
        let is_in = |(name, (_, node)): &(&String, &(Option<Place>, Node))| {
            !left_out.contains(&Id::of(*name)) && !left_out.contains(&Id::of(node))
        };
        let Some((name, (place, node))) = self.rest.find(is_in) else { return Ok(None) };
        self.value = Some((name, node));
        seed.deserialize(StrDeserializer::<ReadError>::new(name))
            .map(Some)
            .map_err(|error| error.or_at(Id::of(name), place.as_ref()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let next = self.value.take();
        let (name, node) = next.ok_or_else(|| de::Error::custom("a value was read before its key"))?;
        let reader = Reader { node, left_out: self.left_out };
        reader.placed(seed.deserialize(reader)).map_err(|mut error| {
            error.key.get_or_insert_with(|| name.to_owned());
            error
        })
    }
}

struct Elements<'a> {
    rest: std::slice::Iter<'a, Node>,
    left_out: &'a BTreeSet<Id>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let left_out = self.left_out;
        let Some(node) = self.rest.find(|node| !left_out.contains(&Id::of(*node))) else { return Ok(None) };
        let reader = Reader { node, left_out };
        reader.placed(seed.deserialize(reader)).map(Some)
    }
}

struct Variant<'a> {
    name: &'a str,
    value: Reader<'a>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ReadError;
    type Variant = Reader<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader<'de>), ReadError> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self.value))
    }
}

impl<'de> VariantAccess<'de> for Reader<'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        self.placed(Err(de::Error::custom("this word stands alone, without a value")))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        self.placed(seed.deserialize(self))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_any(visitor)
    }
}
