//! `$ref`: what it points to, whether it may stay, and whether it leads back to itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::choices::{Cycles, RefSiblings, Refs};
use super::keywords::is_annotation;
use super::pass::{Pass, Schema};
use super::walk::{Place, escape};
use crate::schema::SchemaError;

/// What becomes of one `$ref`.
pub(super) enum Step {
    /// It stays, in this spelling.
    Keep(String),
    /// It is replaced by what stands at this decoded pointer.
    Inline(String, Value),
    /// It is replaced by what little is left of a recursive schema.
    Cut(Value),
}

impl Pass<'_> {
    /// Decides about the `$ref` of `schema`; `must_inline` where only a written-out schema can be merged.
    pub(super) fn step(
        &mut self,
        reference: &str,
        schema: &Schema,
        must_inline: bool,
        at: &Place,
    ) -> Result<Step, SchemaError> {
        let missing =
            || SchemaError::UnresolvedRef { pointer: at.pointer.clone(), reference: reference.to_owned() };
        let pointer = decode(reference).ok_or_else(missing)?;
        let target = self.root.pointer(&pointer).ok_or_else(missing)?.clone();
        if !must_inline
            && self.siblings_may_stay(schema)
            && let Some(kept) = self.kept_spelling(&pointer)
        {
            return Ok(Step::Keep(kept));
        }
        if self.is_recursive(&pointer) && !self.goes_on(&pointer) {
            return match self.profile.cycles {
                Cycles::CutAfter(_) => Ok(Step::Cut(stump(&target))),
                Cycles::Refuse => {
                    let reference = reference.to_owned();
                    Err(SchemaError::RecursiveRef { pointer: at.pointer.clone(), reference })
                }
            };
        }
        self.charge(&target, at)?;
        Ok(Step::Inline(pointer, target))
    }

    // Whether a recursive reference is written out once more. A recursive type is kept recursive by one level of
    // writing out where references may stay, so that needs no cut.
    fn goes_on(&self, pointer: &String) -> bool {
        let times = self.open.iter().filter(|open| *open == pointer).count();
        match self.profile.cycles {
            Cycles::Refuse => self.profile.refs == Refs::Keep && times == 0,
            Cycles::CutAfter(limit) => times < usize::from(limit),
        }
    }

    /// The schema of a name in `$defs`, or in `definitions` as older drafts call it.
    pub(super) fn definition(&self, name: &str) -> Option<&Value> {
        let find = |keyword: &str| self.root.get(keyword).and_then(|names| names.get(name));
        find("$defs").or_else(|| find("definitions"))
    }

    fn siblings_may_stay(&self, schema: &Schema) -> bool {
        let mut siblings =
            schema.keys().filter(|key| !matches!(key.as_str(), "$ref" | "$defs" | "definitions"));
        match self.profile.ref_siblings {
            RefSiblings::Any => true,
            RefSiblings::Annotations => siblings.all(|key| is_annotation(key)),
            RefSiblings::Forbidden => siblings.next().is_none(),
        }
    }

    fn kept_spelling(&mut self, pointer: &str) -> Option<String> {
        if self.profile.refs == Refs::Inline {
            return None;
        }
        if pointer.is_empty() {
            return (self.profile.refs == Refs::Keep).then(|| "#".to_owned());
        }
        let name = self.definition_name(pointer)?;
        if self.profile.refs == Refs::KeepAcyclic && self.is_recursive(pointer) {
            return None;
        }
        let spelling = format!("#/$defs/{}", escape(&name).replace('%', "%25"));
        self.wanted.insert(name);
        Some(spelling)
    }

    // Two tables of definitions become one; a name that stands in both can stay only for the newer table.
    fn definition_name(&self, pointer: &str) -> Option<String> {
        let in_table = |table: &str| {
            let token = pointer.strip_prefix(table)?;
            (!token.contains('/')).then(|| token.replace("~1", "/").replace("~0", "~"))
        };
        let taken =
            |name: &String| self.root.get("$defs").and_then(|names| names.get(name.as_str())).is_some();
        in_table("/$defs/").or_else(|| in_table("/definitions/").filter(|name| !taken(name)))
    }

    fn is_recursive(&mut self, pointer: &str) -> bool {
        if let Some(known) = self.recursive.get(pointer) {
            return *known;
        }
        let recursive = self.leads_back(pointer);
        self.recursive.insert(pointer.to_owned(), recursive);
        recursive
    }

    fn leads_back(&self, start: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut pending = vec![start.to_owned()];
        while let Some(pointer) = pending.pop() {
            let Some(target) = self.root.pointer(&pointer) else { continue };
            for next in references(target, pointer.is_empty()) {
                if contains(&next, start) {
                    return true;
                }
                if seen.insert(next.clone()) {
                    pending.push(next);
                }
            }
        }
        false
    }
}

// Whether writing out `outer` writes out `inner`. The top does not write out its table of definitions.
fn contains(outer: &str, inner: &str) -> bool {
    let in_table = inner.starts_with("/$defs/") || inner.starts_with("/definitions/");
    match inner.strip_prefix(outer) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') && !(outer.is_empty() && in_table),
        None => false,
    }
}

// `#/a%20b/c~1d` -> `/a b/c~1d`; `None` for what is not a pointer into the same schema.
fn decode(reference: &str) -> Option<String> {
    let pointer = percent_decode(reference.strip_prefix('#')?)?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}

fn percent_decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

// Every string under a key `$ref`, wherever it stands: too many rather than too few.
fn references(value: &Value, is_top: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![(value, is_top)];
    while let Some((value, is_top)) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items.iter().map(|item| (item, false))),
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).and_then(decode));
                let is_table = |key: &str| is_top && matches!(key, "$defs" | "definitions");
                let walked = members.iter().filter(|(key, _)| !is_table(key));
                pending.extend(walked.map(|(_, member)| (member, false)));
            }
            _ => {}
        }
    }
    found
}

fn stump(target: &Value) -> Value {
    let kept = |key: &str| target.get(key).map(|value| (key.to_owned(), value.clone()));
    Value::Object(["type", "description"].into_iter().filter_map(kept).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_decode_percent_signs_and_leave_tildes_to_the_lookup() {
        assert_eq!(decode("#/$defs/a%20b~1c"), Some("/$defs/a b~1c".to_owned()));
        assert_eq!(decode("#"), Some(String::new()));
    }

    #[test]
    fn what_is_no_pointer_into_the_same_schema_is_refused() {
        assert_eq!(decode("https://host.example/s.json#/a"), None);
        assert_eq!(decode("#anchor"), None);
        assert_eq!(decode("#/a%2"), None);
        assert_eq!(decode("#/%zz"), None);
        assert_eq!(decode("#/%ff"), None);
    }
}
