use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `ModelParameters` are the settings of a call that most vendors share; `None` leaves the vendor's default.
///
/// They stand in the catalog per model and in a request, which wins field by field
/// ([`ModelParameters::effective_parameters`]). What a target cannot take becomes a warning on the response or an
/// error before sending, as the request's policy says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelParameters {
    /// Sampling temperature; the usual ranges are 0 to 1 or 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Nucleus sampling, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Samples from the `top_k` likeliest tokens only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// The most tokens the answer may have, thinking included where the vendor counts it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// Texts at which the answer stops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop_sequences: Vec<String>,
    /// Seed for repeatable sampling, where the vendor offers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Penalty on tokens that have appeared, -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// Penalty on tokens by how often they appeared, -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// How much likelier each token is made, by the vendor's number of the token; the usual range is -100 to 100.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub logit_bias: BTreeMap<String, f64>,
    /// Whether and how much the model thinks before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<ThinkingConfig>,
    /// Whether thinking is shown, summarised or left out of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_display: Option<ThinkingDisplay>,
    /// How the model thinks, in the vendor's word, such as `pro`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_style: Option<String>,
    /// Which of its earlier thinking the model sees again, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_context: Option<String>,
}

impl ModelParameters {
    /// The settings a call uses: each field from `call` where it is set there, else from `self`.
    #[must_use]
    pub fn effective_parameters(&self, call: &Self) -> Self {
        Self {
            temperature: call.temperature.or(self.temperature),
            top_p: call.top_p.or(self.top_p),
            top_k: call.top_k.or(self.top_k),
            max_output_tokens: call.max_output_tokens.or(self.max_output_tokens),
            stop_sequences: if call.stop_sequences.is_empty() {
                self.stop_sequences.clone()
            } else {
                call.stop_sequences.clone()
            },
            seed: call.seed.or(self.seed),
            presence_penalty: call.presence_penalty.or(self.presence_penalty),
            frequency_penalty: call.frequency_penalty.or(self.frequency_penalty),
            logit_bias: if call.logit_bias.is_empty() { &self.logit_bias } else { &call.logit_bias }.clone(),
            thinking: call.thinking.or(self.thinking),
            thinking_display: call.thinking_display.or(self.thinking_display),
            thinking_style: call.thinking_style.clone().or_else(|| self.thinking_style.clone()),
            thinking_context: call.thinking_context.clone().or_else(|| self.thinking_context.clone()),
        }
    }
}

/// `ThinkingConfig` says whether and how much a model thinks before it answers.
///
/// One setting for all vendors: the catalog knows which of them a model takes, and a provider translates between
/// effort and budget where it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkingConfig {
    /// The model does not think.
    Off,
    /// The model decides how much.
    Adaptive,
    /// An effort level.
    Effort(Effort),
    /// At most this many tokens.
    Budget(u32),
}

/// `Effort` is how hard a model works on an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effort {
    /// As little as the model can.
    Minimal,
    /// Little.
    Low,
    /// The middle.
    Medium,
    /// Much.
    High,
    /// Very much.
    XHigh,
    /// As much as the model can.
    Max,
}

/// `ThinkingDisplay` says what of the thinking the answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkingDisplay {
    /// A summary, or the text itself where the vendor shows it.
    Summarized,
    /// Nothing but the signature that a later turn needs.
    Omitted,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field set, in two sets that differ in each.
    fn full(second: bool) -> ModelParameters {
        let number = if second { 2 } else { 1 };
        ModelParameters {
            temperature: Some(f64::from(number)),
            top_p: Some(f64::from(number)),
            top_k: Some(number),
            max_output_tokens: Some(number),
            stop_sequences: vec![number.to_string()],
            seed: Some(i64::from(number)),
            presence_penalty: Some(f64::from(number)),
            frequency_penalty: Some(f64::from(number)),
            logit_bias: BTreeMap::from([("9".to_owned(), f64::from(number))]),
            thinking: Some(ThinkingConfig::Budget(number)),
            thinking_display: Some(if second {
                ThinkingDisplay::Summarized
            } else {
                ThinkingDisplay::Omitted
            }),
            thinking_style: Some(number.to_string()),
            thinking_context: Some(number.to_string()),
        }
    }

    #[test]
    fn what_the_call_says_wins_and_what_it_leaves_open_is_the_models() {
        let (model, call, none) = (full(false), full(true), ModelParameters::default());
        assert_eq!(model.effective_parameters(&call), call);
        assert_eq!(model.effective_parameters(&none), model);
        assert_eq!(none.effective_parameters(&call), call);
        assert_eq!(none.effective_parameters(&none), none);
        let one = ModelParameters { top_p: Some(0.5), ..ModelParameters::default() };
        assert_eq!(model.effective_parameters(&one), ModelParameters { top_p: Some(0.5), ..model });
    }
}
