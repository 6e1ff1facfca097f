//! The choices of a profile, one enum each.

/// What becomes of `$ref` and `$defs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refs {
    /// They stay, recursive or not.
    Keep,
    /// References to `$defs` stay unless they are recursive.
    KeepAcyclic,
    /// Every reference is replaced by what it points to.
    Inline,
}

/// What may stand beside a `$ref` that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefSiblings {
    /// Anything.
    Any,
    /// Annotations, such as `description`.
    Annotations,
    /// Nothing.
    Forbidden,
}

/// What becomes of a recursive `$ref` where it cannot stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cycles {
    /// It is [`SchemaError::RecursiveRef`](crate::SchemaError::RecursiveRef).
    Refuse,
    /// It is written out this many times, then cut: the cut place keeps only the type and the description of what it
    /// pointed to, so that it allows more than the original.
    CutAfter(u8),
}

/// What becomes of `allOf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllOf {
    /// It stays.
    Keep,
    /// Its parts and its siblings become one schema: properties and `required` are united, limits take the tighter
    /// value.
    Merge,
}

/// What becomes of `oneOf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OneOf {
    /// It stays.
    Keep,
    /// It becomes `anyOf`.
    AnyOf,
}

/// What becomes of an `anyOf` at the top of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootUnion {
    /// It stays.
    Keep,
    /// Its object parts become one object that has the properties of all parts, and requires what all parts require.
    /// The result allows more than the original.
    Flatten,
}

/// What becomes of `const`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constants {
    /// It stays.
    Keep,
    /// It becomes an `enum` of one value.
    Enum,
}

/// Which values `enum` may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnumValues {
    /// All.
    Any,
    /// Only strings, beside type `string`; an `enum` of other values moves into the description.
    Strings,
}

/// What becomes of properties that an object does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtraProperties {
    /// As the schema says.
    AsWritten,
    /// Every object gets `additionalProperties: false`. Implies [`AllOf::Merge`].
    Forbid,
}

/// Which properties are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequiredProperties {
    /// As the schema says.
    AsWritten,
    /// All; what was optional may be null instead.
    All,
}

/// How a value that may be null is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nullability {
    /// As the schema says. What the lowering itself makes nullable is written as a type array.
    AsWritten,
    /// `"type": ["string", "null"]`.
    TypeArray,
    /// `"type": "string", "nullable": true`; other type arrays become `anyOf`.
    Keyword,
    /// `"anyOf": [{"type": "string"}, {"type": "null"}]`; other type arrays become `anyOf` too.
    AnyOf,
}

/// Which values `minItems` may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MinItems {
    /// All.
    Any,
    /// Only 0 and 1; a higher value becomes 1 and moves into the description.
    ZeroOrOne,
}
