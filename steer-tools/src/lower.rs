//! Schema lowering: a schema that may say anything -> a schema that the target accepts, and what was changed.

mod choices;
mod describe;
mod flatten;
mod keywords;
mod merge;
mod objects;
mod pass;
mod profile;
mod refs;
mod report;
mod size;
mod types;
mod unions;
mod values;
mod walk;

use serde_json::Value;

pub use self::choices::{
    AllOf, Constants, Cycles, EnumValues, ExtraProperties, MinItems, Nullability, OneOf, RefSiblings, Refs,
    RequiredProperties, RootUnion,
};
pub use self::profile::SchemaProfile;
pub use self::report::{ChangeAction, Lowered, SchemaChange};
use crate::schema::{InputSchema, SchemaError, check_depth};

// One pass nearly always suffices; the passes after it see that nothing is left to do, which makes the result stable
// under being lowered again.
const MAX_PASSES: usize = 8;

impl SchemaProfile {
    /// Rewrites a tool's input schema for the target.
    ///
    /// The result is the same for the same input, byte for byte, and lowering it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] when the schema is malformed, refers to nothing, is recursive where the target takes no
    /// recursion, contradicts itself, or exceeds a limit.
    pub fn lower(&self, schema: &InputSchema) -> Result<Lowered, SchemaError> {
        self.lower_value(schema.as_value())
    }

    /// Rewrites any schema for the target, such as the schema of a structured answer.
    ///
    /// # Errors
    ///
    /// As [`SchemaProfile::lower`].
    pub fn lower_value(&self, schema: &Value) -> Result<Lowered, SchemaError> {
        check_depth(schema)?;
        if *self == Self::full() {
            return Ok(Lowered { schema: schema.clone(), changes: Vec::new() });
        }
        let mut lowered = Lowered { schema: schema.clone(), changes: Vec::new() };
        for _ in 0..MAX_PASSES {
            let (schema, changes) = pass::run(self, &lowered.schema)?;
            check_depth(&schema)?;
            let settled = schema == lowered.schema;
            lowered.schema = schema;
            lowered.changes.extend(changes);
            if settled {
                break;
            }
        }
        size::check(self, &lowered.schema)?;
        Ok(lowered)
    }
}
