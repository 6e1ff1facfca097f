//! Why a schema cannot be taken or lowered. Property names may stand here, values never.

/// Why a schema cannot be taken, or cannot be lowered for a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A schema is neither an object nor a boolean.
    #[error("a schema must be a JSON object, but {at} is {found}", at = place(pointer))]
    NotASchema {
        /// JSON pointer of the value.
        pointer: String,
        /// The JSON type that stands there.
        found: &'static str,
    },
    /// A tool's input schema does not describe an object.
    #[error(
        "a tool's input schema must describe an object, but {found}; add `\"type\": \"object\"` with `properties`, \
         and make any other value one of the properties"
    )]
    NotAnObject {
        /// What the schema says instead.
        found: String,
    },
    /// A keyword has a value of the wrong JSON type.
    #[error("`{keyword}` must be {expected} in {at}", at = place(pointer))]
    Malformed {
        /// JSON pointer of the schema that holds the keyword.
        pointer: String,
        /// The keyword.
        keyword: String,
        /// What is expected there.
        expected: &'static str,
    },
    /// The schema is nested more deeply than the limit.
    #[error("the schema is nested more than {limit} levels deep; flatten it or name its parts")]
    TooDeep {
        /// The limit in levels.
        limit: usize,
    },
    /// The schema has more properties than the target takes.
    #[error("the schema has {count} properties, the target takes {limit}; split the tool")]
    TooManyProperties {
        /// Properties at all levels.
        count: usize,
        /// The target's limit.
        limit: usize,
    },
    /// The schema grows too large when its references or alternatives are written out.
    #[error("the schema grows too large at {at} when it is written out for the target; use fewer references or \
             alternatives", at = place(pointer))]
    TooLarge {
        /// JSON pointer of the schema at which the budget ended.
        pointer: String,
    },
    /// The target has no way to say what a keyword says.
    #[error("the target cannot express `{keyword}` in {at}; leave it out of the schema", at = place(pointer))]
    Unsupported {
        /// JSON pointer of the schema that holds the keyword.
        pointer: String,
        /// The keyword.
        keyword: String,
    },
    /// A `$ref` points to nothing in this schema.
    #[error(
        "`$ref` to `{reference}` in {at} points to nothing; only references into the same schema are followed",
        at = place(pointer)
    )]
    UnresolvedRef {
        /// JSON pointer of the schema that holds the `$ref`.
        pointer: String,
        /// The reference as written.
        reference: String,
    },
    /// A `$ref` leads back to itself, which the target does not take.
    #[error(
        "`$ref` to `{reference}` in {at} is recursive, which the target does not take; bound the depth of the type",
        at = place(pointer)
    )]
    RecursiveRef {
        /// JSON pointer of the schema that holds the `$ref`.
        pointer: String,
        /// The reference as written.
        reference: String,
    },
    /// Parts that must all hold contradict each other, or cannot be written as one schema.
    #[error("the parts of {at} cannot be merged into one schema: they differ in `{keyword}`", at = place(pointer))]
    Conflict {
        /// JSON pointer of the schema.
        pointer: String,
        /// The keyword in which they differ.
        keyword: String,
    },
}

fn place(pointer: &str) -> String {
    if pointer.is_empty() { "the top of the schema".to_owned() } else { format!("`{pointer}`") }
}
