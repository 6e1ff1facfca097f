//! Python's literals and calls with literal arguments, which is what the price list is written in. Nothing is run.

use std::collections::BTreeMap;

/// How deep values may stand in each other.
const MAX_DEPTH: usize = 64;

/// `Value` is a literal, or a call whose arguments are values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    None,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Call { name: String, positional: Vec<Value>, named: BTreeMap<String, Value> },
}

impl Value {
    /// Reads the value at the beginning of a text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0 };
        reader.value(0).map_err(|what| {
            let line = text.get(..reader.at).unwrap_or_default().lines().count();
            format!("line {line} of the value: {what}")
        })
    }

    /// The name of the call.
    pub(super) fn name(&self) -> &str {
        if let Self::Call { name, .. } = self { name } else { "" }
    }

    /// A named argument of a call, unless it is `None`.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Call { named, .. } = self else { return None };
        named.get(key).filter(|value| **value != Self::None)
    }

    /// The named arguments of a call.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, &Self)> {
        let named = if let Self::Call { named, .. } = self { Some(named) } else { None };
        named.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    /// An argument of a call by its place.
    pub(super) fn argument(&self, at: usize) -> Option<&Self> {
        if let Self::Call { positional, .. } = self { positional.get(at) } else { None }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn number(&self) -> Option<&str> {
        if let Self::Number(text) = self { Some(text) } else { None }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err("values stand too deep in each other".to_owned());
        }
        let inner = depth.saturating_add(1);
        match self.peek() {
            Some('\'' | '"') => self.text_literal().map(Value::Text),
            Some('[') => self.items('[', ']', |reader| reader.value(inner)).map(Value::List),
            Some('{') => self
                .items('{', '}', |reader| {
                    let key = reader.value(inner)?;
                    reader.expect(':')?;
                    Ok((key, reader.value(inner)?))
                })
                .map(Value::Dict),
            Some('(') => {
                self.expect('(')?;
                let value = self.value(inner)?;
                self.expect(')')?;
                Ok(value)
            }
            Some(first) if first.is_ascii_digit() || first == '-' => {
                let word = self.word(|c| c.is_ascii_alphanumeric() || "-+._".contains(c));
                Ok(Value::Number(word.replace('_', "")))
            }
            Some(first) if first.is_alphabetic() || first == '_' => self.named_value(inner),
            other => Err(format!("no value begins with {other:?}")),
        }
    }

    fn named_value(&mut self, depth: usize) -> Result<Value, String> {
        let name = self.word(|c| c.is_alphanumeric() || c == '_' || c == '.');
        match name.as_str() {
            "None" => return Ok(Value::None),
            "True" => return Ok(Value::Bool(true)),
            "False" => return Ok(Value::Bool(false)),
            _ => {}
        }
        let (mut positional, mut named) = (Vec::new(), BTreeMap::new());
        // A constant, such as a time zone.
        if self.peek() != Some('(') {
            return Ok(Value::Call { name, positional, named });
        }
        let arguments = self.items('(', ')', |reader| {
            let before = reader.at;
            let key = reader.word(|c| c.is_alphanumeric() || c == '_');
            if !key.is_empty() && reader.peek() == Some('=') {
                reader.expect('=')?;
                return Ok((Some(key), reader.value(depth)?));
            }
            reader.at = before;
            Ok((None, reader.value(depth)?))
        })?;
        for (key, value) in arguments {
            match key {
                Some(key) => drop(named.insert(key, value)),
                None => positional.push(value),
            }
        }
        Ok(Value::Call { name, positional, named })
    }

    /// What stands between two brackets, with commas between.
    fn items<T>(
        &mut self,
        open: char,
        close: char,
        mut item: impl FnMut(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        self.expect(open)?;
        let mut items = Vec::new();
        while self.peek() != Some(close) {
            items.push(item(self)?);
            if self.peek() == Some(',') {
                self.expect(',')?;
            } else if self.peek() != Some(close) {
                return Err(format!("`,` or `{close}` must stand here"));
            }
        }
        self.expect(close)?;
        Ok(items)
    }

    /// A string; literals that follow each other are one.
    fn text_literal(&mut self) -> Result<String, String> {
        let mut text = String::new();
        while let Some(quote @ ('\'' | '"')) = self.peek() {
            self.expect(quote)?;
            loop {
                match self.next().ok_or("the text does not end")? {
                    c if c == quote => break,
                    '\\' => match self.next().ok_or("the text does not end")? {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        c @ ('\\' | '\'' | '"') => text.push(c),
                        c => return Err(format!("`\\{c}` is not known")),
                    },
                    c => text.push(c),
                }
            }
        }
        Ok(text)
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        self.skip_blanks();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(end);
        rest.get(..end).unwrap_or_default().to_owned()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        self.skip_blanks();
        match self.next() {
            Some(c) if c == wanted => Ok(()),
            other => Err(format!("`{wanted}` must stand where {other:?} does")),
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at = self.at.saturating_add(c.len_utf8());
        Some(c)
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let blanks = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        self.at = self.at.saturating_add(blanks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_lists_texts_and_numbers_are_read() {
        let value = Value::parse(
            r#"Model(id='a', names=['b\'c', "d" 'e'], price=Decimal('0.5'), until=datetime.date(2026, 3, 1), x=None, when={'k': 'v',},)"#,
        )
        .unwrap();
        assert_eq!(value.name(), "Model");
        assert_eq!(value.get("id").and_then(Value::text), Some("a"));
        let names: Vec<_> =
            value.get("names").unwrap().list().unwrap().iter().filter_map(Value::text).collect();
        assert_eq!(names, ["b'c", "de"]);
        assert_eq!(value.get("price").unwrap().argument(0).and_then(Value::text), Some("0.5"));
        assert_eq!(value.get("until").unwrap().argument(1).and_then(Value::number), Some("3"));
        assert_eq!(value.get("x"), None);
    }

    #[test]
    fn what_is_no_literal_is_an_error_and_never_a_panic() {
        let deep = "[".repeat(100_000);
        for text in ["", "[1", "f(x=", "'open", "{1}", "'\\q'", deep.as_str()] {
            assert!(Value::parse(text).is_err(), "{}", text.get(..20).unwrap_or(text));
        }
    }
}
