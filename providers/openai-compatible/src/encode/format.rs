use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use steer_core::encode::plain;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, CompletionRequest, ResponseFormat};

use super::schema;
use crate::{Dialect, Formats};

/// The longest name of a schema.
const MAX_NAME: usize = 64;

/// `Format` is the form of the answer: <https://platform.openai.com/docs/guides/structured-outputs>.
#[derive(Debug)]
pub(super) enum Format<'a> {
    Object,
    Schema(JsonSchema<'a>),
}

#[derive(Debug, serde::Serialize)]
pub(super) struct JsonSchema<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
    schema: Cow<'a, Value>,
}

impl<'a> Format<'a> {
    pub(super) fn of(
        request: &'a CompletionRequest,
        dialect: &Dialect,
        ledger: &mut Ledger,
    ) -> Result<Option<Self>, ApiError> {
        let why = match (&request.response_format, dialect.formats) {
            (None | Some(ResponseFormat::Text), _) => return Ok(None),
            (Some(ResponseFormat::JsonObject), Formats::Object | Formats::Schema) => {
                return Ok(Some(Self::Object));
            }
            (Some(ResponseFormat::JsonSchema { name, description, schema, strict }), Formats::Schema) => {
                let schema = match strict {
                    Some(true) => {
                        Cow::Owned(schema::strict_answer_schema(schema, "response_format", ledger)?)
                    }
                    _ => Cow::Borrowed(schema),
                };
                let given = if name.trim().is_empty() { "answer" } else { name };
                let name = plain(given, MAX_NAME);
                if name != given {
                    ledger.adjusted(
                        "response_format",
                        "the name of the schema was changed to what the API takes",
                    );
                }
                let description = description.as_deref();
                return Ok(Some(Self::Schema(JsonSchema { name, description, strict: *strict, schema })));
            }
            (Some(ResponseFormat::JsonSchema { .. }), Formats::Object) => {
                let why =
                    "the API has JSON answers, but none that fit a schema; any JSON object is asked for";
                ledger.unsupported(FeatureArea::Settings, "response_format", why)?;
                return Ok(Some(Self::Object));
            }
            _ => "the API has no such form of answers",
        };
        ledger.unsupported(FeatureArea::Settings, "response_format", why)?;
        Ok(None)
    }
}

impl Serialize for Format<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Object => map.serialize_entry("type", "json_object")?,
            Self::Schema(schema) => {
                map.serialize_entry("type", "json_schema")?;
                map.serialize_entry("json_schema", schema)?;
            }
        }
        map.end()
    }
}
