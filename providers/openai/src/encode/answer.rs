use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use steer_core::RawJson;
use steer_core::encode::{Joined, Object, is_plain};
use steer_core::json::Members;

use super::content::says;

/// The longest id of an item.
pub(super) const MAX_ID: usize = 64;

/// `Answer` is what the model said in one message: <https://platform.openai.com/docs/guides/conversation-state>.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// The vendor's id, where it goes back.
    pub(super) id: Option<&'a str>,
    /// The place in the answer, which a message brings back with it:
    /// <https://platform.openai.com/docs/guides/reasoning>.
    pub(super) phase: Option<&'a str>,
    pub(super) content: Vec<Said<'a>>,
    pub(super) extra: Members<'a>,
}

/// `Said` is one content of it.
#[derive(Debug)]
pub(super) enum Said<'a> {
    Text { text: &'a str, annotations: Vec<&'a RawValue>, extra: Members<'a> },
    Refusal { text: &'a str, extra: Members<'a> },
    Raw(&'a RawJson),
}

impl<'a> Answer<'a> {
    /// The message at its place in the input.
    pub(super) fn at<'x>(&'x self, place: usize) -> PlacedAnswer<'x, 'a> {
        PlacedAnswer { answer: self, place }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.content.iter().all(|said| match said {
            Said::Text { text, annotations, .. } => text.trim().is_empty() && annotations.is_empty(),
            Said::Refusal { text, .. } => text.trim().is_empty(),
            Said::Raw(_) => false,
        })
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.content.iter().any(|said| matches!(said, Said::Text { text, .. } if says(text, word)))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let sizes = self.content.iter().map(|said| match said {
            Said::Text { text, annotations, .. } => {
                let annotations: usize = annotations.iter().map(|raw| raw.get().len()).sum();
                text.len().saturating_add(text.len() / 16).saturating_add(annotations)
            }
            Said::Refusal { text, .. } => text.len(),
            Said::Raw(raw) => raw.get().len(),
        });
        sizes.sum::<usize>().saturating_add(self.content.len().saturating_mul(64)).saturating_add(160)
    }

    /// The texts, where it is nothing else and has no id that would want the vendor's own form.
    fn plain(&self) -> Option<Vec<&'a str>> {
        let plain = |said: &Said<'a>| match said {
            Said::Text { text, annotations, extra } => {
                (annotations.is_empty() && extra.rest().next().is_none()).then_some(*text)
            }
            _ => None,
        };
        self.content.iter().map(plain).collect::<Option<_>>().filter(|_| self.id.is_none())
    }
}

/// `PlacedAnswer` writes it.
pub(super) struct PlacedAnswer<'x, 'a> {
    answer: &'x Answer<'a>,
    place: usize,
}

impl Serialize for PlacedAnswer<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.answer;
        let mut message = Object::new(serializer.serialize_map(None)?);
        if let Some(texts) = answer.plain() {
            message.member("role", "assistant")?;
            message.member("content", &Joined(&texts, ""))?;
        } else {
            message.member("type", "message")?;
            match answer.id {
                Some(id) => message.member("id", id)?,
                // The form wants an id, and an unknown one is as good as any.
                None => message.member("id", &format!("msg_{}", self.place))?,
            }
            message.member("role", "assistant")?;
            message.member("status", "completed")?;
            message.member("content", &answer.content)?;
        }
        message.optional("phase", answer.phase)?;
        message.end(&answer.extra, &["id"])
    }
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.nested().serialize(serializer),
            Self::Text { text, annotations, extra } => {
                let mut part = Object::new(serializer.serialize_map(None)?);
                part.member("type", "output_text")?;
                part.member("text", text)?;
                part.member("annotations", annotations)?;
                // They are told and not taken.
                part.end(extra, &["logprobs"])
            }
            Self::Refusal { text, extra } => {
                let mut part = Object::new(serializer.serialize_map(None)?);
                part.member("type", "refusal")?;
                part.member("refusal", text)?;
                part.end(extra, &[])
            }
        }
    }
}

/// An item's id as far as the API takes it.
pub(super) fn item_id(id: Option<&str>) -> Option<&str> {
    id.filter(|id| is_plain(id, MAX_ID) && !id.ends_with('_'))
}
