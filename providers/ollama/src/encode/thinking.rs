use serde::Serialize;
use steer_core::model::ThinkingMode;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Effort, ThinkingConfig};

/// `Think` is whether the model thinks, or how much, where it takes levels: <https://docs.ollama.com/capabilities/thinking>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Think {
    Switch(bool),
    Level(&'static str),
}

impl Think {
    pub(super) fn of(call: &Call, ledger: &mut Ledger) -> Result<Option<Self>, ApiError> {
        let Some(config) = call.parameters.thinking else { return Ok(None) };
        let (model, is_off) = (&call.model, config == ThinkingConfig::Off);
        if model.known && model.thinking_modes.is_empty() {
            if !is_off {
                ledger.unsupported(FeatureArea::Settings, "thinking", "the model does not think")?;
            }
            return Ok(None);
        }
        let is_always =
            |mode: &ThinkingMode| matches!(mode, ThinkingMode::AlwaysOn | ThinkingMode::BetweenTools);
        if is_off && model.known && model.thinking_modes.iter().any(is_always) {
            ledger.unsupported(FeatureArea::Settings, "thinking", "the model always thinks")?;
            return Ok(None);
        }
        let effort = match config {
            ThinkingConfig::Off => return Ok(Some(Self::Switch(false))),
            ThinkingConfig::Effort(effort) => effort,
            ThinkingConfig::Budget(budget) => effort_for(budget),
            _ => return Ok(Some(Self::Switch(true))),
        };
        if model.known && !model.thinking_modes.contains(&ThinkingMode::Effort) {
            ledger.adjusted("thinking", "the model thinks or does not; it was told to think");
            return Ok(Some(Self::Switch(true)));
        }
        let taken = model.nearest_effort(effort);
        let (level, named) = level(taken);
        if let ThinkingConfig::Budget(budget) = config {
            ledger.adjusted(
                "thinking",
                format!("the API takes no budget; level {level} was set for {budget} tokens"),
            );
        } else if named != effort {
            ledger.adjusted("thinking", format!("the level was set to {level}, the nearest that is taken"));
        }
        Ok(Some(Self::Level(level)))
    }
}

/// The levels of the API, and what they stand for: <https://docs.ollama.com/api/chat#body-think>.
fn level(effort: Effort) -> (&'static str, Effort) {
    match effort {
        Effort::Minimal | Effort::Low => ("low", Effort::Low),
        Effort::Medium => ("medium", Effort::Medium),
        _ => ("high", Effort::High),
    }
}

/// The effort that about these many tokens stand for.
fn effort_for(budget: u32) -> Effort {
    match budget {
        0..=2048 => Effort::Low,
        2049..=8192 => Effort::Medium,
        _ => Effort::High,
    }
}
