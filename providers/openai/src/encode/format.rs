use std::borrow::Cow;

use serde_json::Value;
use steer_core::encode::plain;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, CompletionRequest, ResponseFormat};
use steer_openai_compatible::Formats;
use steer_openai_compatible::strict_answer_schema;

use crate::ResponsesDialect;

/// The longest name of a schema.
const MAX_NAME: usize = 64;

/// `TextConfig` is the form of the answer's text.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct TextConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'a str>,
}

/// `Format` is its structure: <https://platform.openai.com/docs/guides/structured-outputs>.
#[derive(Debug, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Format<'a> {
    JsonObject,
    JsonSchema {
        name: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        strict: Option<bool>,
        schema: Cow<'a, Value>,
    },
}

impl<'a> TextConfig<'a> {
    pub(super) fn of(
        request: &'a CompletionRequest,
        dialect: &ResponsesDialect,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        if request.verbosity.is_some() && !dialect.verbosity {
            ledger.unsupported(FeatureArea::Settings, "verbosity", "the API has no such setting")?;
        }
        let verbosity = request.verbosity.as_deref().filter(|_| dialect.verbosity);
        Ok(Self { format: Format::of(request, dialect, ledger)?, verbosity })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.format.is_none() && self.verbosity.is_none()
    }

    /// Whether the API asks for the word "json" in the input.
    pub(super) fn wants_json(&self) -> bool {
        matches!(self.format, Some(Format::JsonObject))
    }
}

impl<'a> Format<'a> {
    fn of(
        request: &'a CompletionRequest,
        dialect: &ResponsesDialect,
        ledger: &mut Ledger,
    ) -> Result<Option<Self>, ApiError> {
        let why = match (&request.response_format, dialect.formats) {
            (None | Some(ResponseFormat::Text), _) => return Ok(None),
            (Some(ResponseFormat::JsonObject), Formats::Object | Formats::Schema) => {
                return Ok(Some(Self::JsonObject));
            }
            (Some(ResponseFormat::JsonSchema { name, description, schema, strict }), Formats::Schema) => {
                let schema = match strict {
                    Some(true) => Cow::Owned(strict_answer_schema(schema, "response_format", ledger)?),
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
                return Ok(Some(Self::JsonSchema { name, description, strict: *strict, schema }));
            }
            (Some(ResponseFormat::JsonSchema { .. }), Formats::Object) => {
                let why =
                    "the API has JSON answers, but none that fit a schema; any JSON object is asked for";
                ledger.unsupported(FeatureArea::Settings, "response_format", why)?;
                return Ok(Some(Self::JsonObject));
            }
            _ => "the API has no such form of answers",
        };
        ledger.unsupported(FeatureArea::Settings, "response_format", why)?;
        Ok(None)
    }
}
