use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::Lines;
use super::{CatalogProblem, Place};

/// `Node` is a value of a catalog, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// `None` for what was made by a program.
    pub(super) place: Option<Place>,
    pub(super) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Integer(i128),
    /// The bits of a float, so that trees can be compared.
    Float(u64),
    Bool(bool),
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// The members of a table by name, each with the place of its name.
pub(super) type Table = BTreeMap<String, (Option<Place>, Node)>;

/// Where something stands does not make it another.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl Node {
    /// Reads a TOML text.
    pub(super) fn parse(lines: &Lines<'_>, text: &str) -> (Self, Vec<CatalogProblem>) {
        let (document, errors) = DeTable::parse_recoverable(text);
        let problems = errors.iter().map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            CatalogProblem::new(lines.place(at), error.message())
        });
        let mut problems: Vec<CatalogProblem> = problems.collect();
        let start = Some(lines.place(0));
        let table = table(lines, document.get_ref(), &mut problems);
        (Self { place: start, value: Value::Table(table) }, problems)
    }

    /// Takes what another tree says over what this one does, table by table; lists and plain values are replaced.
    pub(super) fn overlay(&mut self, over: Self) {
        match (&mut self.value, over.value) {
            (Value::Table(there), Value::Table(given)) => {
                for (name, (place, node)) in given {
                    match there.get_mut(&name) {
                        Some((at, below)) => {
                            *at = place;
                            below.overlay(node);
                        }
                        None => drop(there.insert(name, (place, node))),
                    }
                }
            }
            (there, given) => *there = given,
        }
        self.place = over.place;
    }
}

fn table(lines: &Lines<'_>, table: &DeTable<'_>, problems: &mut Vec<CatalogProblem>) -> Table {
    table
        .iter()
        .map(|(name, value)| {
            let key = name.span();
            let node = node(lines, value, key.clone(), problems);
            (name.get_ref().clone().into_owned(), (Some(lines.place(key.start)), node))
        })
        .collect()
}

fn node(
    lines: &Lines<'_>,
    value: &Spanned<DeValue<'_>>,
    key: Range<usize>,
    problems: &mut Vec<CatalogProblem>,
) -> Node {
    let span = value.span();
    // A table that only a dotted name makes has no place of its own.
    let start = if span.is_empty() { key.start } else { span.start };
    let place = lines.place(start);
    let mut wrong = |why: &str| problems.push(CatalogProblem::new(place.clone(), why));
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Integer(digits) => {
            let number = i128::from_str_radix(digits.as_str(), digits.radix());
            Value::Integer(number.unwrap_or_else(|_| {
                wrong("this number has too many digits");
                0
            }))
        }
        DeValue::Float(digits) => {
            let number = digits.as_str().parse::<f64>();
            Value::Float(number.map_or_else(|_| 0, f64::to_bits))
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => {
            Value::List(list.iter().map(|value| node(lines, value, value.span(), problems)).collect())
        }
        DeValue::Table(members) => Value::Table(table(lines, members, problems)),
    };
    Node { place: Some(place), value }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Text(text) | Value::Date(text) => serializer.serialize_str(text),
            Value::Integer(number) => match i64::try_from(*number) {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => serializer.serialize_i128(*number),
            },
            Value::Float(bits) => serializer.serialize_f64(f64::from_bits(*bits)),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::List(list) => serializer.collect_seq(list),
            Value::Table(table) => serializer.collect_map(table.iter().map(|(name, (_, node))| (name, node))),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value of a catalog")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        Ok(made(Value::Text(text.to_owned())))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(made(Value::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Node, E> {
        Ok(made(Value::Integer(number.into())))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Node, E> {
        Ok(made(Value::Integer(number.into())))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Node, E> {
        Ok(made(Value::Float(number.to_bits())))
    }

    /// What is absent is `false`: TOML has no word for it.
    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(made(Value::Bool(false)))
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(made(Value::List(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut table = Table::new();
        while let Some((name, node)) = map.next_entry::<String, Node>()? {
            table.insert(name, (None, node));
        }
        Ok(made(Value::Table(table)))
    }
}

fn made(value: Value) -> Node {
    Node { place: None, value }
}
