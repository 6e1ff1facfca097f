//! What a target accepts, as data. Nothing here knows a target's name.

use super::choices::{
    AllOf, Constants, Cycles, EnumValues, ExtraProperties, MinItems, Nullability, OneOf, RefSiblings, Refs,
    RequiredProperties, RootUnion,
};

/// The part of JSON Schema that a target accepts.
///
/// Starts as [`SchemaProfile::full`], narrowed with by-value setters; every setter is `const`, so a profile can be a
/// constant. [`SchemaProfile::lower`] rewrites a schema for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaProfile {
    /// The keywords that may stand in a schema; `None` allows all. What is not named moves into the description
    /// where that says something to a model, and is dropped otherwise.
    pub keywords: Option<&'static [&'static str]>,
    /// The values that `format` may have; `None` allows all. Others move into the description.
    pub formats: Option<&'static [&'static str]>,
    /// What becomes of `$ref` and `$defs`.
    pub refs: Refs,
    /// What may stand beside a `$ref` that stays; with other siblings it is written out.
    pub ref_siblings: RefSiblings,
    /// What becomes of a recursive `$ref` where it cannot stay.
    pub cycles: Cycles,
    /// What becomes of `allOf`.
    pub all_of: AllOf,
    /// What becomes of `oneOf`.
    pub one_of: OneOf,
    /// What becomes of an `anyOf` at the top.
    pub root_union: RootUnion,
    /// What becomes of `const`.
    pub constants: Constants,
    /// Which values `enum` may hold.
    pub enum_values: EnumValues,
    /// What becomes of properties that an object does not name.
    pub extra_properties: ExtraProperties,
    /// Which properties are required.
    pub required: RequiredProperties,
    /// How a value that may be null is written.
    pub nullability: Nullability,
    /// Which values `minItems` may have.
    pub min_items: MinItems,
    /// The deepest nesting of schemas; the top is level 1. `None` means no limit of the target's own.
    pub max_depth: Option<usize>,
    /// The most properties at all levels together. `None` means no limit.
    pub max_properties: Option<usize>,
}

impl SchemaProfile {
    /// A target that takes every schema as it is.
    pub const fn full() -> Self {
        Self {
            keywords: None,
            formats: None,
            refs: Refs::Keep,
            ref_siblings: RefSiblings::Any,
            cycles: Cycles::Refuse,
            all_of: AllOf::Keep,
            one_of: OneOf::Keep,
            root_union: RootUnion::Keep,
            constants: Constants::Keep,
            enum_values: EnumValues::Any,
            extra_properties: ExtraProperties::AsWritten,
            required: RequiredProperties::AsWritten,
            nullability: Nullability::AsWritten,
            min_items: MinItems::Any,
            max_depth: None,
            max_properties: None,
        }
    }

    /// Allows only these keywords. `$ref` and `$defs` are governed by [`SchemaProfile::refs`], not by this list.
    pub const fn keywords(mut self, keywords: &'static [&'static str]) -> Self {
        self.keywords = Some(keywords);
        self
    }

    /// Allows only these values of `format`.
    pub const fn formats(mut self, formats: &'static [&'static str]) -> Self {
        self.formats = Some(formats);
        self
    }

    /// Sets what becomes of `$ref` and `$defs`.
    pub const fn refs(mut self, refs: Refs) -> Self {
        self.refs = refs;
        self
    }

    /// Sets what may stand beside a `$ref` that stays.
    pub const fn ref_siblings(mut self, ref_siblings: RefSiblings) -> Self {
        self.ref_siblings = ref_siblings;
        self
    }

    /// Sets what becomes of a recursive `$ref` where it cannot stay.
    pub const fn cycles(mut self, cycles: Cycles) -> Self {
        self.cycles = cycles;
        self
    }

    /// Sets what becomes of `allOf`.
    pub const fn all_of(mut self, all_of: AllOf) -> Self {
        self.all_of = all_of;
        self
    }

    /// Sets what becomes of `oneOf`.
    pub const fn one_of(mut self, one_of: OneOf) -> Self {
        self.one_of = one_of;
        self
    }

    /// Sets what becomes of an `anyOf` at the top.
    pub const fn root_union(mut self, root_union: RootUnion) -> Self {
        self.root_union = root_union;
        self
    }

    /// Sets what becomes of `const`.
    pub const fn constants(mut self, constants: Constants) -> Self {
        self.constants = constants;
        self
    }

    /// Sets which values `enum` may hold.
    pub const fn enum_values(mut self, enum_values: EnumValues) -> Self {
        self.enum_values = enum_values;
        self
    }

    /// Sets what becomes of properties that an object does not name.
    pub const fn extra_properties(mut self, extra_properties: ExtraProperties) -> Self {
        self.extra_properties = extra_properties;
        self
    }

    /// Sets which properties are required.
    pub const fn required(mut self, required: RequiredProperties) -> Self {
        self.required = required;
        self
    }

    /// Sets how a value that may be null is written.
    pub const fn nullability(mut self, nullability: Nullability) -> Self {
        self.nullability = nullability;
        self
    }

    /// Sets which values `minItems` may have.
    pub const fn min_items(mut self, min_items: MinItems) -> Self {
        self.min_items = min_items;
        self
    }

    /// Limits the nesting of schemas; the top is level 1.
    pub const fn max_depth(mut self, levels: usize) -> Self {
        self.max_depth = Some(levels);
        self
    }

    /// Limits the number of properties at all levels together.
    pub const fn max_properties(mut self, count: usize) -> Self {
        self.max_properties = Some(count);
        self
    }

    pub(super) fn allows(&self, keyword: &str) -> bool {
        self.keywords.is_none_or(|keywords| keywords.contains(&keyword))
    }

    // Closed parts of an `allOf` would refuse each other's properties, so closing implies merging.
    pub(super) fn merges_all_of(&self) -> bool {
        self.all_of == AllOf::Merge
            || self.extra_properties == ExtraProperties::Forbid
            || !self.allows("allOf")
    }

    // Only a target that takes everything is spared the tidying that narrow targets insist on.
    pub(super) fn is_narrow(&self) -> bool {
        self.keywords.is_some()
    }
}

impl Default for SchemaProfile {
    fn default() -> Self {
        Self::full()
    }
}
