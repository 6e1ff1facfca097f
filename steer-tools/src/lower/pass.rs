//! One pass over a schema: its state, and the top.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::profile::SchemaProfile;
use super::report::{ChangeAction, SchemaChange};
use super::walk::Place;
use crate::schema::SchemaError;

pub(super) type Schema = Map<String, Value>;

// Writing references out can double a schema with every level; this many values is far beyond what any target takes.
const BUDGET: usize = 200_000;

/// What one pass knows while it walks.
pub(super) struct Pass<'a> {
    pub(super) profile: &'a SchemaProfile,
    pub(super) root: &'a Value,
    pub(super) changes: Vec<SchemaChange>,
    /// The references that were written out around the current schema, as decoded pointers.
    pub(super) open: Vec<String>,
    /// Names in `$defs` that kept references need.
    pub(super) wanted: BTreeSet<String>,
    /// Whether what stands at a decoded pointer leads back to itself.
    pub(super) recursive: BTreeMap<String, bool>,
    budget: usize,
}

/// Lowers the whole schema once.
pub(super) fn run(profile: &SchemaProfile, root: &Value) -> Result<(Value, Vec<SchemaChange>), SchemaError> {
    let mut pass = Pass {
        profile,
        root,
        changes: Vec::new(),
        open: Vec::new(),
        wanted: BTreeSet::new(),
        recursive: BTreeMap::new(),
        budget: BUDGET,
    };
    let mut schema = pass.schema(root, &Place::top())?;
    let definitions = pass.definitions()?;
    if let Value::Object(schema) = &mut schema
        && !definitions.is_empty()
    {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    pass.report_definitions(&schema);
    Ok((schema, pass.changes))
}

impl Pass<'_> {
    pub(super) fn report(&mut self, at: &Place, keyword: &str, action: ChangeAction) {
        let change = SchemaChange { pointer: at.pointer.clone(), keyword: keyword.to_owned(), action };
        self.changes.push(change);
    }

    /// Takes the cost of copying a value from the budget.
    pub(super) fn charge(&mut self, value: &Value, at: &Place) -> Result<(), SchemaError> {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            let cost = match value {
                Value::String(text) => 1_usize.saturating_add(text.len() / 64),
                Value::Array(items) => {
                    pending.extend(items);
                    1
                }
                Value::Object(members) => {
                    pending.extend(members.values());
                    1
                }
                _ => 1,
            };
            self.spend(cost, at)?;
        }
        Ok(())
    }

    pub(super) fn spend(&mut self, cost: usize, at: &Place) -> Result<(), SchemaError> {
        let Some(rest) = self.budget.checked_sub(cost) else {
            return Err(SchemaError::TooLarge { pointer: at.pointer.clone() });
        };
        self.budget = rest;
        Ok(())
    }

    // A definition can need further ones, so the set grows while it is worked off.
    fn definitions(&mut self) -> Result<Schema, SchemaError> {
        let mut done = Schema::new();
        while let Some(name) = self.wanted.iter().find(|name| !done.contains_key(*name)).cloned() {
            let raw = self.definition(&name).cloned().unwrap_or(Value::Bool(true));
            let place = Place::top().member("$defs", &name);
            let lowered = self.schema(&raw, &place)?;
            done.insert(name, lowered);
        }
        Ok(done)
    }

    fn report_definitions(&mut self, lowered: &Value) {
        for keyword in ["$defs", "definitions"] {
            let names = |schema: &Value| -> Option<Vec<String>> {
                schema.get(keyword)?.as_object().map(|names| names.keys().cloned().collect())
            };
            if let Some(before) = names(self.root)
                && names(lowered).unwrap_or_default() != before
            {
                self.report(&Place::top(), keyword, ChangeAction::Rewritten);
            }
        }
    }
}
