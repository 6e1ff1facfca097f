use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Capability};

use super::invalid;
use crate::Dialect;

/// `Sampling` is how the next token is chosen, where the answer stops, and how many answers there are.
#[derive(Debug, Default)]
pub(super) struct Sampling<'a> {
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    pub(super) top_k: Option<u32>,
    pub(super) presence_penalty: Option<f64>,
    pub(super) frequency_penalty: Option<f64>,
    pub(super) seed: Option<i64>,
    pub(super) logit_bias: Option<Biases<'a>>,
    pub(super) stop: Vec<&'a str>,
    pub(super) candidates: Option<u32>,
    /// How many of the likeliest tokens are told beside each one of the answer.
    pub(super) logprobs: Option<u32>,
}

/// `Biases` is how much likelier tokens are made; the inventor of the format takes whole numbers only, written as such.
#[derive(Debug)]
pub(super) struct Biases<'a>(&'a BTreeMap<String, f64>);

impl Serialize for Biases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = |bias: f64| {
            let whole = bias as i64;
            if whole as f64 == bias { Number::from(whole).into() } else { Value::from(bias) }
        };
        serializer.collect_map(self.0.iter().map(|(token, bias)| (token, number(*bias))))
    }
}

/// What there is no setting for.
const NONE: &str = "the API has no such setting";

impl<'a> Sampling<'a> {
    pub(super) fn of(call: &'a Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Self, ApiError> {
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
        if given.logit_bias.values().any(|bias| !bias.is_finite()) {
            return Err(invalid("logit_bias holds what is not a finite number"));
        }
        // Whether the model samples at all is only known of one that a catalog lists.
        let fixed = (call.model.supports(Capability::Sampling) == Some(false))
            .then_some("the model takes no sampling settings");
        let unless = |is_taken: bool| fixed.or((!is_taken).then_some(NONE));
        let penalties = unless(dialect.penalties).or_else(|| thinking(call, dialect));
        let mut take = Take { ledger };
        Ok(Self {
            temperature: take.unless(fixed, "temperature", given.temperature)?,
            top_p: take.unless(fixed, "top_p", given.top_p)?,
            top_k: take.unless(unless(dialect.top_k), "top_k", given.top_k)?,
            presence_penalty: take.unless(penalties, "presence_penalty", given.presence_penalty)?,
            frequency_penalty: take.unless(penalties, "frequency_penalty", given.frequency_penalty)?,
            // Where the dialect does not have it, it was told of already.
            logit_bias: take.unless(
                fixed,
                "logit_bias",
                Some(Biases(&given.logit_bias)).filter(|bias| dialect.logit_bias && !bias.0.is_empty()),
            )?,
            seed: take.unless((!dialect.seed).then_some(NONE), "seed", given.seed)?,
            candidates: take.unless(
                (!dialect.candidates).then_some(NONE),
                "candidates",
                candidates(call.request.candidates)?,
            )?,
            logprobs: take.unless((!dialect.logprobs).then_some(NONE), "logprobs", call.request.logprobs)?,
            stop: stop(call, dialect, ledger)?,
        })
    }
}

/// Why a setting that only models without thinking take cannot be sent.
fn thinking(call: &Call, dialect: &Dialect) -> Option<&'static str> {
    let thinks = call.model.supports(Capability::Thinking) == Some(true);
    (thinks && !dialect.stop_while_thinking).then_some("the API does not take it for a model that thinks")
}

struct Take<'l> {
    ledger: &'l mut Ledger,
}

impl Take<'_> {
    /// Takes a setting, unless there is a reason against it.
    fn unless<T>(&mut self, why: Option<&str>, name: &str, value: Option<T>) -> Result<Option<T>, ApiError> {
        match why {
            Some(why) if value.is_some() => {
                self.ledger.unsupported(FeatureArea::Settings, name, why)?;
                Ok(None)
            }
            _ => Ok(value),
        }
    }
}

fn candidates(given: Option<u32>) -> Result<Option<u32>, ApiError> {
    match given {
        Some(0) => Err(invalid("candidates is 0; ask for 1 at least")),
        count => Ok(count.filter(|count| *count > 1)),
    }
}

fn stop<'a>(call: &'a Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Vec<&'a str>, ApiError> {
    let given = call.parameters.stop_sequences.iter().map(String::as_str);
    let mut stop: Vec<&str> = given.filter(|text| !text.is_empty()).collect();
    if let Some(why) = thinking(call, dialect).filter(|_| !stop.is_empty()) {
        ledger.unsupported(FeatureArea::Settings, "stop_sequences", why)?;
        stop.clear();
    }
    if stop.len() > dialect.stop_sequences {
        let why = match dialect.stop_sequences {
            0 => NONE.to_owned(),
            most => format!("the API takes {most} of them; the others were left out"),
        };
        ledger.unsupported(FeatureArea::Settings, "stop_sequences", &why)?;
        stop.truncate(dialect.stop_sequences);
    }
    Ok(stop)
}
