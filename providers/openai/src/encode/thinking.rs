use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Effort, ThinkingConfig};

use crate::{ReasoningSetting, ResponsesDialect};

/// `Thinking` is whether and how much the model thinks, and whether the answer sums it up:
/// <https://platform.openai.com/docs/guides/reasoning>.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Thinking<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
}

impl<'a> Thinking<'a> {
    pub(super) fn of(
        call: &'a Call,
        dialect: &ResponsesDialect,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let effort = match call.parameters.thinking {
            Some(config) => effort(call, config, dialect, ledger)?,
            None => None,
        };
        let display = call.parameters.thinking_display;
        let is_omitted = display == Some(ThinkingDisplay::Omitted);
        let is_wanted = display.is_some() && !is_omitted;
        let why = match dialect.reasoning {
            _ if is_wanted && never_thinks(call) => Some("the model does not think"),
            ReasoningSetting::EffortSummedUp if is_omitted => {
                Some("the API sums up what the model thinks unasked")
            }
            ReasoningSetting::EffortSummedUp | ReasoningSetting::EffortAndSummary => None,
            // Nothing is shown unless it is asked for.
            _ => is_wanted.then_some("the API has no such setting"),
        };
        if let Some(why) = why {
            ledger.unsupported(FeatureArea::Settings, "thinking_display", why)?;
        }
        // The model has the most detailed summary that it can give.
        let is_asked = dialect.reasoning == ReasoningSetting::EffortAndSummary;
        let summary = (is_asked && is_wanted && why.is_none()).then_some("auto");
        let word = |word: &'a Option<String>| word.as_deref().filter(|_| dialect.extras);
        let mode = word(&call.parameters.thinking_style);
        let context = word(&call.parameters.thinking_context);
        Ok(Self { effort, summary, mode, context })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.effort.is_none() && self.summary.is_none() && self.mode.is_none() && self.context.is_none()
    }
}

/// Whether a catalog says that the model does not think.
pub(super) fn never_thinks(call: &Call) -> bool {
    call.model.known && call.model.thinking_modes.is_empty()
}

fn effort(
    call: &Call,
    config: ThinkingConfig,
    dialect: &ResponsesDialect,
    ledger: &mut Ledger,
) -> Result<Option<&'static str>, ApiError> {
    let is_off = config == ThinkingConfig::Off;
    let is_always = |mode: &ThinkingMode| matches!(mode, ThinkingMode::AlwaysOn | ThinkingMode::BetweenTools);
    let why = if never_thinks(call) {
        // To ask it for nothing is no loss.
        if is_off {
            return Ok(None);
        }
        "the model does not think"
    } else if dialect.reasoning == ReasoningSetting::None {
        "the API has no such setting"
    } else if is_off && call.model.known && call.model.thinking_modes.iter().any(is_always) {
        "the model always thinks"
    } else {
        return word(call, config, ledger);
    };
    ledger.unsupported(FeatureArea::Settings, "thinking", why)?;
    Ok(None)
}

fn word(call: &Call, config: ThinkingConfig, ledger: &mut Ledger) -> Result<Option<&'static str>, ApiError> {
    let takes_levels = !call.model.known || call.model.thinking_modes.contains(&ThinkingMode::Effort);
    let is_level = matches!(config, ThinkingConfig::Effort(_) | ThinkingConfig::Budget(_));
    if is_level && !takes_levels {
        let why = "the model decides itself how much it thinks";
        ledger.unsupported(FeatureArea::Settings, "thinking", why)?;
        return Ok(None);
    }
    Ok(match config {
        ThinkingConfig::Off => Some("none"),
        ThinkingConfig::Effort(effort) => {
            let taken = call.model.nearest_effort(effort);
            if taken != effort {
                let (given, word) = (effort_word(effort), effort_word(taken));
                ledger
                    .adjusted("thinking", format!("the model does not take effort {given}; {word} was set"));
            }
            Some(effort_word(taken))
        }
        ThinkingConfig::Budget(budget) => {
            let word = effort_word(call.model.nearest_effort(effort_for(budget)));
            ledger.adjusted(
                "thinking",
                format!("the API takes no budget; effort {word} was set for {budget} tokens"),
            );
            Some(word)
        }
        // The model decides where nothing is said.
        _ => None,
    })
}

/// The effort that about these many tokens stand for.
fn effort_for(budget: u32) -> Effort {
    match budget {
        0..=512 => Effort::Minimal,
        513..=2048 => Effort::Low,
        2049..=8192 => Effort::Medium,
        8193..=16384 => Effort::High,
        16385..=24576 => Effort::XHigh,
        _ => Effort::Max,
    }
}

fn effort_word(effort: Effort) -> &'static str {
    match effort {
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        _ => "max",
    }
}
