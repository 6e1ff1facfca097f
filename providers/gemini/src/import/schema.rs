use serde_json::{Map, Value, json};

/// Reads a schema of the API's own subset of OpenAPI as JSON Schema: types in capitals, and `nullable`.
/// <https://ai.google.dev/api/caching#Schema>
pub(super) fn from_open_api(schema: Value) -> Value {
    let Value::Object(members) = schema else { return schema };
    let mut read = Map::new();
    let mut is_nullable = false;
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            ("type", Value::String(word)) => Value::String(word.to_ascii_lowercase()),
            ("nullable", Value::Bool(nullable)) => {
                is_nullable = nullable;
                continue;
            }
            ("properties", Value::Object(properties)) => {
                let read = |(name, schema)| (name, from_open_api(schema));
                Value::Object(properties.into_iter().map(read).collect())
            }
            ("anyOf" | "any_of" | "prefixItems", Value::Array(schemas)) => {
                Value::Array(schemas.into_iter().map(from_open_api).collect())
            }
            ("items" | "additionalProperties", schema) => from_open_api(schema),
            (_, value) => value,
        };
        read.insert(name, value);
    }
    if is_nullable && let Some(Value::String(word)) = read.get("type") {
        let both = json!([word, "null"]);
        read.insert("type".to_owned(), both);
    }
    Value::Object(read)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::from_open_api;

    #[test]
    fn capitals_and_nullable_become_json_schema() {
        let given = json!({"type": "OBJECT", "required": ["a"], "properties": {
            "a": {"type": "STRING", "nullable": true, "enum": ["A"]},
            "type": {"type": "ARRAY", "items": {"anyOf": [{"type": "INTEGER"}, {"type": "NUMBER", "nullable": false}]}},
        }});
        let wanted = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": ["string", "null"], "enum": ["A"]},
            "type": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "number"}]}},
        }});
        assert_eq!(from_open_api(given), wanted);
        assert_eq!(from_open_api(json!(true)), json!(true));
    }
}
