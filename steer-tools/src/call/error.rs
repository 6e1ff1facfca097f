//! Why arguments cannot be used. Nothing here repeats what the model wrote.

/// Why the arguments of a call cannot be read. Neither its text nor its source quotes the arguments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentsError {
    /// The text is not JSON.
    #[error(
        "the arguments of tool `{tool}` are not valid JSON (line {line}, column {column}); \
         return the error to the model so that it repeats the call"
    )]
    InvalidJson {
        /// The tool's name.
        tool: String,
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault in bytes; 0 when the line is empty.
        column: usize,
        /// What kind of fault it is.
        source: JsonFault,
    },
    /// The text is JSON but does not fit the asked-for type.
    #[error(
        "the arguments of tool `{tool}` do not fit the tool's type (line {line}, column {column}); \
         return the error to the model, or compare the type with the tool's schema"
    )]
    Mismatch {
        /// The tool's name.
        tool: String,
        /// Line of the value that does not fit, from 1; 0 when unknown.
        line: usize,
        /// Column of the value that does not fit; 0 when unknown.
        column: usize,
    },
    /// The stream ended inside the arguments.
    #[error("the arguments of tool `{tool}` are cut off; do not run the call, repeat the request")]
    Incomplete {
        /// The tool's name.
        tool: String,
    },
    /// The input is free text of a custom tool.
    #[error("the input of tool `{tool}` is free text, not JSON; read it with `raw()`")]
    NotJson {
        /// The tool's name.
        tool: String,
    },
}

/// The kind of fault in broken JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonFault {
    /// A character stands where JSON does not allow it, or an escape is wrong.
    #[error("JSON syntax error")]
    Syntax,
    /// The text ends before the value does.
    #[error("unexpected end of JSON")]
    UnexpectedEnd,
}
