//! The schema of an answer that is a Rust type, and how the answer is read.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{InputSchema, Misfit, SchemaError, fit};

/// What every API takes as the name of a schema or a tool.
const MAX_NAME: usize = 64;

/// `AnswerSchema` is the schema that a model answers in so that its answer is a Rust type.
///
/// It is always an object's: a type that is none, such as a list or an enum, is the member `answer` of one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AnswerSchema {
    /// The type's name, of letters, digits, `_` and `-`.
    pub name: String,
    /// The type's documentation.
    pub description: Option<String>,
    /// The schema.
    pub schema: InputSchema,
    /// Whether the type is the member `answer` of an object.
    pub wrapped: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Wrapped<T> {
    answer: T,
}

impl AnswerSchema {
    /// The schema of a type.
    ///
    /// # Errors
    ///
    /// As [`InputSchema::from_json`], but for types that are no object.
    pub fn for_type<T: JsonSchema>() -> Result<Self, SchemaError> {
        let (schema, wrapped) = match InputSchema::for_type::<T>() {
            Ok(schema) => (schema, false),
            Err(SchemaError::NotAnObject { .. }) => (InputSchema::for_type::<Wrapped<T>>()?, true),
            Err(error) => return Err(error),
        };
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
        let name: String = T::schema_name().chars().map(plain).take(MAX_NAME).collect();
        let described = schema.as_value().get("description").and_then(Value::as_str).map(str::to_owned);
        let name = if name.is_empty() { "answer".to_owned() } else { name };
        Ok(Self { name, description: described, schema, wrapped })
    }

    /// Reads an answer in this schema.
    ///
    /// # Errors
    ///
    /// The answer is not of the type.
    pub fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, Misfit> {
        match self.wrapped {
            true => fit::<Wrapped<T>>(text).map(|wrapped| wrapped.answer),
            false => fit(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Mood {
        Good,
        Bad,
    }

    /// A tree of moods.
    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    struct Tree {
        mood: Mood,
        #[serde(default)]
        below: Vec<Tree>,
    }

    #[test]
    fn a_type_that_is_no_object_is_a_member_of_one() {
        for schema in [AnswerSchema::for_type::<Mood>(), AnswerSchema::for_type::<Vec<Tree>>()] {
            let schema = schema.unwrap();
            assert!(schema.wrapped);
            assert_eq!(schema.schema.as_value()["required"], serde_json::json!(["answer"]));
        }
        let schema = AnswerSchema::for_type::<Vec<Tree>>().unwrap();
        assert_eq!(schema.name, "Array_of_Tree");
        let read: Vec<Tree> = schema.read(r#"{"answer":[{"mood":"bad","below":[]}]}"#).unwrap();
        assert_eq!(read, [Tree { mood: Mood::Bad, below: vec![] }]);
        let misfit = schema.read::<Vec<Tree>>(r#"{"answer":[{"mood":"so"}]}"#).unwrap_err();
        assert!(misfit.path().is_some_and(|path| path.starts_with("answer[0].mood")), "{:?}", misfit.path());
    }

    #[test]
    fn an_object_is_itself_and_its_documentation_says_what_it_is() {
        let schema = AnswerSchema::for_type::<Tree>().unwrap();
        assert_eq!((schema.name.as_str(), schema.wrapped), ("Tree", false));
        assert_eq!(schema.description.as_deref(), Some("A tree of moods."));
    }
}
