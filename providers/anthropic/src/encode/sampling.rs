use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Capability};

use super::invalid;
use super::thinking::Thinking;

/// `Sampling` is how the next token is chosen, and where the answer stops.
#[derive(Debug, Default)]
pub(super) struct Sampling<'a> {
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    pub(super) top_k: Option<u32>,
    pub(super) stop_sequences: Vec<&'a str>,
}

impl<'a> Sampling<'a> {
    pub(super) fn of(call: &'a Call, thinking: &Thinking, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let parameters = &call.parameters;
        for (name, value) in [
            ("temperature", parameters.temperature),
            ("top_p", parameters.top_p),
            ("presence_penalty", parameters.presence_penalty),
            ("frequency_penalty", parameters.frequency_penalty),
        ] {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(invalid(format!("{name} is not a finite number")));
            }
        }
        for (name, is_set) in [
            ("seed", parameters.seed.is_some()),
            ("presence_penalty", parameters.presence_penalty.is_some()),
            ("frequency_penalty", parameters.frequency_penalty.is_some()),
        ] {
            if is_set {
                ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
            }
        }
        let mut sampling = Self { stop_sequences: stop_sequences(call, ledger)?, ..Self::default() };
        if let Some(why) = refusal(call, thinking) {
            for (name, is_set) in [
                ("temperature", parameters.temperature.is_some()),
                ("top_p", parameters.top_p.is_some()),
                ("top_k", parameters.top_k.is_some()),
            ] {
                if is_set {
                    ledger.unsupported(FeatureArea::Settings, name, why)?;
                }
            }
            return Ok(sampling);
        }
        sampling.temperature = parameters.temperature.map(|given| in_range("temperature", given, ledger));
        sampling.top_p = parameters.top_p.map(|given| in_range("top_p", given, ledger));
        sampling.top_k = parameters.top_k;
        // Servers of other houses take both, so this is only known of a model that a catalog lists.
        if call.model.known && sampling.temperature.is_some() && sampling.top_p.take().is_some() {
            let why = "the model takes temperature or top_p; temperature was kept";
            ledger.unsupported(FeatureArea::Settings, "top_p", why)?;
        }
        Ok(sampling)
    }
}

/// Why the model takes no sampling settings, if so.
/// <https://docs.claude.com/en/docs/build-with-claude/extended-thinking#feature-compatibility>
fn refusal(call: &Call, thinking: &Thinking) -> Option<&'static str> {
    if call.model.supports(Capability::Sampling) == Some(false) {
        Some("the model takes no sampling settings")
    } else if thinking.is_on() {
        Some("the API does not take it together with thinking")
    } else {
        None
    }
}

fn in_range(name: &str, given: f64, ledger: &mut Ledger) -> f64 {
    let clamped = given.clamp(0.0, 1.0);
    if clamped != given {
        ledger.adjusted(name, format!("{given} was changed to {clamped}; the API takes 0 to 1"));
    }
    clamped
}

fn stop_sequences<'a>(call: &'a Call, ledger: &mut Ledger) -> Result<Vec<&'a str>, ApiError> {
    let given = &call.parameters.stop_sequences;
    let kept: Vec<&str> = given.iter().map(String::as_str).filter(|text| !text.trim().is_empty()).collect();
    if kept.len() < given.len() {
        let why = "the API does not take a stop sequence of white space";
        ledger.unsupported(FeatureArea::Settings, "stop_sequences", why)?;
    }
    Ok(kept)
}
