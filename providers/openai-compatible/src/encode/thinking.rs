use serde::ser::SerializeMap;
use steer_core::encode::BodyWriter;
use steer_core::model::ThinkingMode;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Effort, ThinkingConfig};

use crate::{Dialect, ThinkingSetting};

/// `Thinking` is whether and how much the model thinks, in the members that a vendor has for it.
#[derive(Debug)]
pub(super) enum Thinking {
    /// Nothing is said.
    Unsaid,
    /// <https://platform.openai.com/docs/guides/reasoning>
    Effort(&'static str),
    /// <https://openrouter.ai/docs/use-cases/reasoning-tokens>
    Object(ReasoningObject),
    /// <https://docs.z.ai/guides/capabilities/thinking-mode>
    Switch(&'static str),
    /// <https://api-docs.deepseek.com/guides/thinking_mode>
    On(&'static str),
    /// <https://www.alibabacloud.com/help/en/model-studio/deep-thinking>
    Flag { is_on: bool, budget: Option<u32> },
}

#[derive(Debug, Default, serde::Serialize)]
pub(super) struct ReasoningObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
}

impl Thinking {
    pub(super) fn of(call: &Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Self, ApiError> {
        if call.parameters.thinking_display.is_some() {
            let why = "the API has no such setting";
            ledger.unsupported(FeatureArea::Settings, "thinking_display", why)?;
        }
        let Some(config) = call.parameters.thinking else { return Ok(Self::Unsaid) };
        let (modes, is_off) = (&call.model.thinking_modes, config == ThinkingConfig::Off);
        if call.model.known && modes.is_empty() {
            if !is_off {
                ledger.unsupported(FeatureArea::Settings, "thinking", "the model does not think")?;
            }
            return Ok(Self::Unsaid);
        }
        let is_always =
            |mode: &ThinkingMode| matches!(mode, ThinkingMode::AlwaysOn | ThinkingMode::BetweenTools);
        if is_off && call.model.known && modes.iter().any(is_always) {
            ledger.unsupported(FeatureArea::Settings, "thinking", "the model always thinks")?;
            return Ok(Self::Unsaid);
        }
        Ok(match dialect.thinking {
            ThinkingSetting::Effort => Self::effort(call, config, ledger)?,
            ThinkingSetting::Object => Self::object(config),
            ThinkingSetting::Switch => {
                let is_on = switched(config, ledger);
                Self::Switch(if is_on { "enabled" } else { "disabled" })
            }
            ThinkingSetting::SwitchEffort => match config {
                ThinkingConfig::Off => Self::Switch("disabled"),
                _ => match Self::effort(call, config, ledger)? {
                    Self::Effort(word) => Self::On(word),
                    _ => Self::Switch("enabled"),
                },
            },
            ThinkingSetting::Flag => match config {
                ThinkingConfig::Budget(budget) => Self::Flag { is_on: true, budget: Some(budget) },
                _ => Self::Flag { is_on: switched(config, ledger), budget: None },
            },
            ThinkingSetting::None => {
                ledger.unsupported(FeatureArea::Settings, "thinking", "the API has no such setting")?;
                Self::Unsaid
            }
        })
    }

    fn effort(call: &Call, config: ThinkingConfig, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let takes_levels = !call.model.known || call.model.thinking_modes.contains(&ThinkingMode::Effort);
        let is_level = matches!(config, ThinkingConfig::Effort(_) | ThinkingConfig::Budget(_));
        if is_level && !takes_levels {
            let why = "the model decides itself how much it thinks";
            ledger.unsupported(FeatureArea::Settings, "thinking", why)?;
            return Ok(Self::Unsaid);
        }
        Ok(Self::Effort(match config {
            ThinkingConfig::Off => "none",
            ThinkingConfig::Effort(effort) => {
                let taken = call.model.nearest_effort(effort);
                if taken != effort {
                    let (given, word) = (effort_word(effort), effort_word(taken));
                    ledger.adjusted(
                        "thinking",
                        format!("the model does not take effort {given}; {word} was set"),
                    );
                }
                effort_word(taken)
            }
            ThinkingConfig::Budget(budget) => {
                let word = effort_word(call.model.nearest_effort(effort_for(budget)));
                ledger.adjusted(
                    "thinking",
                    format!("the API takes no budget; effort {word} was set for {budget} tokens"),
                );
                word
            }
            // The model decides where nothing is said.
            _ => return Ok(Self::Unsaid),
        }))
    }

    fn object(config: ThinkingConfig) -> Self {
        let mut object = ReasoningObject::default();
        match config {
            ThinkingConfig::Off => object.enabled = Some(false),
            ThinkingConfig::Effort(effort) => object.effort = Some(effort_word(effort)),
            ThinkingConfig::Budget(budget) => object.max_tokens = Some(budget),
            _ => object.enabled = Some(true),
        }
        Self::Object(object)
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut BodyWriter<'_, '_, M>) -> Result<(), M::Error> {
        match self {
            Self::Unsaid => Ok(()),
            Self::Effort(word) => body.member("reasoning_effort", *word),
            Self::Object(object) => body.member("reasoning", object),
            Self::Switch(kind) => body.member("thinking", &Switch { kind }),
            Self::On(word) => {
                body.member("thinking", &Switch { kind: "enabled" })?;
                body.member("reasoning_effort", *word)
            }
            Self::Flag { is_on, budget } => {
                body.member("enable_thinking", is_on)?;
                body.optional("thinking_budget", budget.as_ref())
            }
        }
    }
}

#[derive(serde::Serialize)]
struct Switch<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

/// Whether a switch is on; it cannot say how much.
fn switched(config: ThinkingConfig, ledger: &mut Ledger) -> bool {
    if matches!(config, ThinkingConfig::Effort(_) | ThinkingConfig::Budget(_)) {
        ledger.adjusted("thinking", "the API takes thinking on or off; it was turned on");
    }
    config != ThinkingConfig::Off
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
