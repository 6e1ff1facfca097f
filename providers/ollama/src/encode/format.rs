use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use steer_core::{ApiError, CompletionRequest, ResponseFormat};

use super::invalid;

/// `Format` is the form of the answer, to which the server holds the model:
/// <https://docs.ollama.com/capabilities/structured-outputs>.
#[derive(Debug)]
pub(super) enum Format<'a> {
    Json,
    Schema(Cow<'a, Value>),
}

impl<'a> Format<'a> {
    pub(super) fn of(request: &'a CompletionRequest) -> Result<Option<Self>, ApiError> {
        Ok(match &request.response_format {
            None | Some(ResponseFormat::Text) => None,
            Some(ResponseFormat::JsonObject) => Some(Self::Json),
            Some(ResponseFormat::JsonSchema { schema, description, .. }) => {
                let mut schema = Cow::Borrowed(schema);
                if let Some(description) = description
                    && schema.get("description").is_none()
                    && let Value::Object(members) = schema.to_mut()
                {
                    members.insert("description".to_owned(), description.as_str().into());
                }
                Some(Self::Schema(schema))
            }
            Some(_) => return Err(invalid("the API has no such form of an answer")),
        })
    }
}

impl Serialize for Format<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json => serializer.serialize_str("json"),
            Self::Schema(schema) => schema.serialize(serializer),
        }
    }
}
