use serde_json::Value;
use steer_core::protocol::Ledger;
use steer_core::{ApiError, CompletionRequest, ResponseFormat};

use super::{invalid, schema};
use crate::SchemaForm;

/// `Format` is the form of the answer: <https://ai.google.dev/gemini-api/docs/structured-output>.
#[derive(Debug)]
pub(super) enum Format {
    Json,
    Schema(Value),
}

impl Format {
    pub(super) fn of(
        request: &CompletionRequest,
        form: SchemaForm,
        ledger: &mut Ledger,
    ) -> Result<Option<Self>, ApiError> {
        Ok(match &request.response_format {
            None | Some(ResponseFormat::Text) => None,
            Some(ResponseFormat::JsonObject) => Some(Self::Json),
            Some(ResponseFormat::JsonSchema { schema, description, .. }) => {
                let mut schema = schema::lower(schema, form, "response_format", ledger)?;
                if let (Some(description), Value::Object(members)) = (description, &mut schema) {
                    members.entry("description").or_insert_with(|| description.as_str().into());
                }
                Some(Self::Schema(schema))
            }
            Some(_) => return Err(invalid("the API has no such form of an answer")),
        })
    }
}
