use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Capability, ThinkingConfig};

use super::invalid;
use crate::{LogprobsSetting, ResponsesDialect};

/// `Sampling` is how the next token is chosen.
#[derive(Debug, Default)]
pub(super) struct Sampling {
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    /// How many of the likeliest tokens are told beside each one of the answer, and how that is asked for.
    pub(super) logprobs: Option<(u32, LogprobsSetting)>,
}

/// What there is no setting for.
const NONE: &str = "the API has no such setting";

impl Sampling {
    pub(super) fn of(call: &Call, dialect: &ResponsesDialect, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let given = &call.parameters;
        for (name, value) in [("temperature", given.temperature), ("top_p", given.top_p)] {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(invalid(format!("{name} is not a finite number")));
            }
        }
        let candidates = match call.request.candidates {
            Some(0) => return Err(invalid("candidates is 0; ask for 1 at least")),
            count => count.is_some_and(|count| count > 1),
        };
        for (name, is_set) in [
            ("top_k", given.top_k.is_some()),
            ("presence_penalty", given.presence_penalty.is_some()),
            ("frequency_penalty", given.frequency_penalty.is_some()),
            ("seed", given.seed.is_some()),
            ("stop_sequences", given.stop_sequences.iter().any(|text| !text.is_empty())),
            ("candidates", candidates),
        ] {
            if is_set {
                ledger.unsupported(FeatureArea::Settings, name, NONE)?;
            }
        }
        let why = refusal(call, dialect);
        let logprobs = call.request.logprobs;
        let not_told = (dialect.logprobs == LogprobsSetting::None).then_some(NONE).or(why);
        if let Some(why) = not_told.filter(|_| logprobs.is_some()) {
            ledger.unsupported(FeatureArea::Settings, "logprobs", why)?;
        }
        let logprobs = logprobs.filter(|_| not_told.is_none());
        let mut take = |name: &str, value: Option<f64>| match why {
            Some(why) if value.is_some() => {
                ledger.unsupported(FeatureArea::Settings, name, why).map(|()| None)
            }
            _ => Ok(value),
        };
        Ok(Self {
            temperature: take("temperature", given.temperature)?,
            top_p: take("top_p", given.top_p)?,
            logprobs: logprobs.map(|others| (others, dialect.logprobs)),
        })
    }
}

/// Why sampling settings are refused. What samples only while it does not think refuses them while it does:
/// <https://platform.openai.com/docs/guides/latest-model>.
fn refusal(call: &Call, dialect: &ResponsesDialect) -> Option<&'static str> {
    let thinks = !matches!(call.parameters.thinking, None | Some(ThinkingConfig::Off));
    match call.model.supports(Capability::Sampling) {
        _ if !dialect.sampling => Some(NONE),
        Some(false) => Some("the model takes no sampling settings"),
        Some(true) if thinks && !call.model.thinking_modes.is_empty() => {
            Some("the model takes no sampling settings while it thinks")
        }
        _ => None,
    }
}
