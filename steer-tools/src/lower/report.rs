//! What a lowering gives back: the schema, and an account of what it changed.

use std::fmt;

use serde_json::Value;

/// A schema rewritten for a target.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Lowered {
    /// The schema that the target accepts.
    pub schema: Value,
    /// What was changed, in the order it was met; empty when the schema fitted.
    pub changes: Vec<SchemaChange>,
}

impl fmt::Debug for Lowered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lowered")
            .field("schema", &format_args!("<{} bytes>", self.schema.to_string().len()))
            .field("changes", &self.changes)
            .finish()
    }
}

/// One change that a lowering made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SchemaChange {
    /// JSON pointer of the schema that held the keyword, in the schema as it looks with references written out and
    /// `allOf` merged. Empty for the top.
    pub pointer: String,
    /// The keyword that was changed.
    pub keyword: String,
    /// What was done to it.
    pub action: ChangeAction,
}

/// What was done to a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeAction {
    /// It went into the description's text; the target no longer enforces it.
    Moved,
    /// It is gone.
    Dropped,
    /// It is said in another way.
    Rewritten,
}
