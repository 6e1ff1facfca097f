use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::PartMeta;
use crate::redact::redacted_debug;

/// `Thinking` is what a model thought before or between its words, as far as the vendor shows it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Thinking {
    /// The texts, in wire order; several where the vendor sends several summaries or both forms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<ThinkingSection>,
    /// The signature or the encrypted form that a later turn needs, byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Whether the text is shown.
    #[serde(default)]
    pub visibility: Visibility,
    /// The vendor's id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Thinking { visibility, id, meta; sections, seal });

impl Thinking {
    /// Makes a thinking part of one text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            sections: vec![ThinkingSection { form: ThinkingForm::default(), text: text.into() }],
            ..Self::default()
        }
    }

    /// All texts, joined with nothing between them.
    pub fn text(&self) -> Cow<'_, str> {
        match self.sections.as_slice() {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(&one.text),
            many => Cow::Owned(many.iter().map(|section| section.text.as_str()).collect()),
        }
    }
}

/// `ThinkingSection` is one text of a thinking part.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ThinkingSection {
    /// What kind of text it is.
    #[serde(default)]
    pub form: ThinkingForm,
    /// The text.
    pub text: String,
}

redacted_debug!(ThinkingSection { form; text });

impl ThinkingSection {
    /// Makes a section.
    pub fn new(form: ThinkingForm, text: impl Into<String>) -> Self {
        Self { form, text: text.into() }
    }
}

/// `ThinkingForm` says whether a thinking text is the thought or a summary of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkingForm {
    /// The vendor does not say.
    #[default]
    Unspecified,
    /// A summary.
    Summary,
    /// The model's own words.
    Raw,
}

/// `Visibility` says whether the text of a thinking part is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Visibility {
    /// The text is there.
    #[default]
    Shown,
    /// Left out on request; the seal is there.
    Omitted,
    /// Withheld by the vendor; the seal holds it in encrypted form.
    Redacted,
}

/// `Seal` is data that only the origin can check or read, kept byte for byte.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seal {
    /// What the data is.
    pub kind: SealKind,
    /// The data, as the vendor wrote it.
    pub data: String,
}

redacted_debug!(Seal { kind; data });

impl Seal {
    /// A signature over the part.
    pub fn signature(data: impl Into<String>) -> Self {
        Self { kind: SealKind::Signature, data: data.into() }
    }

    /// An encrypted form of the part.
    pub fn encrypted(data: impl Into<String>) -> Self {
        Self { kind: SealKind::Encrypted, data: data.into() }
    }
}

/// `SealKind` says what a seal's data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SealKind {
    /// A signature.
    Signature,
    /// Encrypted content.
    Encrypted,
}
