use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Usd;

/// `Rate` is what a million tokens of one kind cost. It may rise with the length of the prompt, and then holds for
/// every token of the answer and its prompt, not only for those beyond the step.
///
/// In a catalog it is a decimal, `"2.5"`, or a table with steps:
/// `{ base = "2.5", steps = [{ above = 200000, price = "5" }] }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// The price up to the first step.
    pub base: Usd,
    /// The steps, the lowest first.
    pub steps: Vec<RateStep>,
}

/// `RateStep` is the price from one length of the prompt on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RateStep {
    /// It holds for prompts of more tokens than these.
    pub above: u64,
    /// The price of a million tokens.
    pub price: Usd,
}

impl Rate {
    /// The price of a million tokens with a prompt of this length.
    pub fn at(&self, prompt_tokens: u64) -> Usd {
        let step = self.steps.iter().rfind(|step| prompt_tokens > step.above);
        step.map_or(self.base, |step| step.price)
    }
}

impl From<Usd> for Rate {
    fn from(base: Usd) -> Self {
        Self { base, steps: Vec::new() }
    }
}

/// The form with steps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stepped {
    base: Usd,
    steps: Vec<RateStep>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a price as a decimal in quotes, or as `{ base = …, steps = [{ above = …, price = … }] }`"
)]
enum Form {
    Flat(Usd),
    Stepped(Stepped),
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.steps.is_empty() {
            return self.base.serialize(serializer);
        }
        Stepped { base: self.base, steps: self.steps.clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Flat(base) => base.into(),
            Form::Stepped(Stepped { base, mut steps }) => {
                steps.sort_by_key(|step| step.above);
                Self { base, steps }
            }
        })
    }
}
