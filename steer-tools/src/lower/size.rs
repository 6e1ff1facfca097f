//! The target's limits on the whole schema.

use serde_json::Value;

use super::keywords::{Holds, holds};
use super::profile::SchemaProfile;
use crate::schema::SchemaError;

pub(super) fn check(profile: &SchemaProfile, schema: &Value) -> Result<(), SchemaError> {
    let mut properties = 0_usize;
    let mut deepest = 0_usize;
    let mut pending = vec![(schema, 1_usize)];
    while let Some((schema, level)) = pending.pop() {
        let Value::Object(schema) = schema else { continue };
        deepest = deepest.max(level);
        for (keyword, value) in schema {
            let below = level.saturating_add(1);
            match (holds(keyword), value) {
                (Holds::Schema, value) => pending.push((value, below)),
                (Holds::List, Value::Array(items)) => pending.extend(items.iter().map(|item| (item, below))),
                (Holds::Named, Value::Object(named)) => {
                    if keyword == "properties" {
                        properties = properties.saturating_add(named.len());
                    }
                    pending.extend(named.values().map(|schema| (schema, below)));
                }
                (Holds::Value, Value::Object(named)) if keyword == "$defs" && level == 1 => {
                    pending.extend(named.values().map(|schema| (schema, below)));
                }
                _ => {}
            }
        }
    }
    match (profile.max_depth, profile.max_properties) {
        (Some(limit), _) if deepest > limit => Err(SchemaError::TooDeep { limit }),
        (_, Some(limit)) if properties > limit => {
            Err(SchemaError::TooManyProperties { count: properties, limit })
        }
        _ => Ok(()),
    }
}
