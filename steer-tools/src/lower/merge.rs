//! Two schemas that must both hold -> one. `required` is united, limits take the tighter value.

use serde_json::{Map, Value, json};

use super::keywords::is_annotation;
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::walk::{Place, as_array, as_object};
use crate::schema::SchemaError;

// Alternatives multiply when two unions must both hold.
const MAX_ALTERNATIVES: usize = 64;

impl Pass<'_> {
    /// Merges `part` into `schema`; where only one of two annotations can stay, it is the one of `schema`.
    pub(super) fn merge(
        &mut self,
        mut schema: Schema,
        part: Schema,
        at: &Place,
    ) -> Result<Schema, SchemaError> {
        for (keyword, theirs) in part {
            let merged = match schema.remove(&keyword) {
                None => theirs,
                Some(ours) if ours == theirs => ours,
                Some(ours) => self.merge_keyword(&keyword, ours, theirs, at)?,
            };
            schema.insert(keyword, merged);
        }
        Ok(schema)
    }

    fn merge_keyword(
        &mut self,
        keyword: &str,
        ours: Value,
        theirs: Value,
        at: &Place,
    ) -> Result<Value, SchemaError> {
        let conflict = || SchemaError::Conflict { pointer: at.pointer.clone(), keyword: keyword.to_owned() };
        match keyword {
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
                let ours = as_object(ours, keyword, at)?;
                Ok(Value::Object(both_named(ours, as_object(theirs, keyword, at)?)))
            }
            "required" => {
                let mut names = as_array(ours, keyword, at)?;
                let more = as_array(theirs, keyword, at)?;
                let more: Vec<Value> = more.into_iter().filter(|name| !names.contains(name)).collect();
                names.extend(more);
                Ok(Value::Array(names))
            }
            "allOf" => {
                let mut parts = as_array(ours, keyword, at)?;
                parts.extend(as_array(theirs, keyword, at)?);
                Ok(Value::Array(parts))
            }
            "type" => both_types(&ours, &theirs).ok_or_else(conflict),
            "enum" => {
                let allowed = as_array(theirs, keyword, at)?;
                let mut values = as_array(ours, keyword, at)?;
                values.retain(|value| allowed.contains(value));
                if values.is_empty() { Err(conflict()) } else { Ok(Value::Array(values)) }
            }
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" | "minContains" => {
                tighter(ours, theirs, |a, b| a >= b).ok_or_else(conflict)
            }
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" | "maxContains" => {
                tighter(ours, theirs, |a, b| a <= b).ok_or_else(conflict)
            }
            "uniqueItems" => Ok(Value::Bool(ours == true || theirs == true)),
            "nullable" => Ok(Value::Bool(ours == true && theirs == true)),
            "items"
            | "additionalProperties"
            | "propertyNames"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "additionalItems"
            | "contentSchema" => Ok(both(ours, theirs)),
            "anyOf" => {
                let ours = as_array(ours, keyword, at)?;
                let theirs = as_array(theirs, keyword, at)?;
                self.both_unions(&ours, &theirs, at).map(Value::Array)
            }
            "not" => Ok(json!({ "anyOf": [ours, theirs] })),
            "description" => Ok(both_descriptions(ours, theirs)),
            _ if is_annotation(keyword) => {
                self.report(at, keyword, ChangeAction::Dropped);
                Ok(ours)
            }
            _ => Err(conflict()),
        }
    }

    /// Every pair of alternatives that must both hold.
    pub(super) fn both_unions(
        &mut self,
        ours: &[Value],
        theirs: &[Value],
        at: &Place,
    ) -> Result<Vec<Value>, SchemaError> {
        if ours.len().saturating_mul(theirs.len()) > MAX_ALTERNATIVES {
            return Err(SchemaError::TooLarge { pointer: at.pointer.clone() });
        }
        let mut pairs = Vec::new();
        for our in ours {
            for their in theirs {
                let pair = both(our.clone(), their.clone());
                self.charge(&pair, at)?;
                pairs.push(pair);
            }
        }
        Ok(pairs)
    }
}

// The pair is merged, or kept, when the walk comes to it.
fn both(ours: Value, theirs: Value) -> Value {
    if ours == theirs || is_anything(&theirs) {
        ours
    } else if is_anything(&ours) {
        theirs
    } else if ours == false || theirs == false {
        Value::Bool(false)
    } else {
        json!({ "allOf": [ours, theirs] })
    }
}

fn is_anything(schema: &Value) -> bool {
    *schema == true || schema.as_object().is_some_and(Map::is_empty)
}

fn both_named(mut ours: Schema, theirs: Schema) -> Schema {
    for (name, their) in theirs {
        let merged = match ours.remove(&name) {
            Some(our) => both(our, their),
            None => their,
        };
        ours.insert(name, merged);
    }
    ours
}

fn both_types(ours: &Value, theirs: &Value) -> Option<Value> {
    let list = |types: &Value| -> Vec<String> {
        match types {
            Value::String(name) => vec![name.clone()],
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let (ours, theirs) = (list(ours), list(theirs));
    let allows = |types: &[String], name: &str| {
        types.iter().any(|t| t == name) || name == "integer" && types.iter().any(|t| t == "number")
    };
    let mut common: Vec<String> = ours.iter().filter(|name| allows(&theirs, name)).cloned().collect();
    // `number` beside `integer` leaves `integer`.
    for name in theirs.iter().filter(|name| allows(&ours, name)) {
        if !common.contains(name) {
            common.push(name.clone());
        }
    }
    match common.as_slice() {
        [] => None,
        [one] => Some(json!(one)),
        _ => Some(json!(common)),
    }
}

fn tighter(ours: Value, theirs: Value, ours_is: fn(f64, f64) -> bool) -> Option<Value> {
    let (a, b) = (ours.as_f64()?, theirs.as_f64()?);
    Some(if ours_is(a, b) { ours } else { theirs })
}

fn both_descriptions(ours: Value, theirs: Value) -> Value {
    match (&ours, &theirs) {
        (Value::String(our), Value::String(their)) => json!(format!("{our}\n{their}")),
        _ => ours,
    }
}
