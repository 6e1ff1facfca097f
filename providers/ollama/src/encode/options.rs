use serde::Serialize;
use steer_core::encode::output_limit;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Capability};

use super::invalid;

/// `Options` is how the answer is made: <https://docs.ollama.com/modelfile#valid-parameters-and-values>.
#[derive(Debug, Default, Serialize)]
pub(super) struct Options<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_predict: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop: Vec<&'a str>,
}

impl<'a> Options<'a> {
    pub(super) fn of(call: &'a Call, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let given = &call.parameters;
        for (name, value) in [
            ("temperature", given.temperature),
            ("top_p", given.top_p),
            ("presence_penalty", given.presence_penalty),
            ("frequency_penalty", given.frequency_penalty),
        ] {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(invalid(format!("{name} is not a finite number")));
            }
        }
        let stop: Vec<&str> =
            given.stop_sequences.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        if stop.len() < given.stop_sequences.len() {
            let why = "the API takes no empty stop sequence";
            ledger.unsupported(FeatureArea::Settings, "stop_sequences", why)?;
        }
        let options =
            Self { seed: given.seed, num_predict: output_limit(call, ledger), stop, ..Self::default() };
        if call.model.supports(Capability::Sampling) == Some(false) {
            for (name, is_set) in [
                ("temperature", given.temperature.is_some()),
                ("top_p", given.top_p.is_some()),
                ("top_k", given.top_k.is_some()),
                ("presence_penalty", given.presence_penalty.is_some()),
                ("frequency_penalty", given.frequency_penalty.is_some()),
            ] {
                if is_set {
                    let why = "the model takes no sampling settings";
                    ledger.unsupported(FeatureArea::Settings, name, why)?;
                }
            }
            return Ok(options);
        }
        Ok(Self {
            temperature: given.temperature,
            top_p: given.top_p,
            top_k: given.top_k,
            presence_penalty: given.presence_penalty,
            frequency_penalty: given.frequency_penalty,
            ..options
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.temperature.is_none()
            && self.top_p.is_none()
            && self.top_k.is_none()
            && self.presence_penalty.is_none()
            && self.frequency_penalty.is_none()
            && self.seed.is_none()
            && self.num_predict.is_none()
            && self.stop.is_empty()
    }
}
