use serde::Serialize;
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Effort, ThinkingConfig};

/// What lets the model decide itself how much it thinks.
const DYNAMIC: i64 = -1;

/// `Thinking` is whether and how much the model thinks, by a level or by a budget:
/// <https://ai.google.dev/gemini-api/docs/thinking>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Thinking {
    #[serde(skip_serializing_if = "Option::is_none")]
    include_thoughts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_budget: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<&'static str>,
}

impl Thinking {
    pub(super) fn of(call: &Call, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let modes = Modes::of(call);
        let mut thinking = match call.parameters.thinking {
            Some(config) => Self::asked(config, modes, call, ledger)?,
            None => Self::default(),
        };
        let is_off = call.parameters.thinking == Some(ThinkingConfig::Off);
        // Thoughts are told only where that is asked for, and who asks for thinking wants to see it.
        thinking.include_thoughts = match call.parameters.thinking_display {
            _ if modes.is_none => None,
            None if is_off || call.parameters.thinking.is_none() => None,
            Some(ThinkingDisplay::Omitted) => Some(false),
            _ if is_off => None,
            _ => Some(true),
        };
        Ok(thinking)
    }

    fn asked(
        config: ThinkingConfig,
        modes: Modes,
        call: &Call,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        if config == ThinkingConfig::Off {
            return Self::off(modes, ledger);
        }
        if modes.is_none {
            ledger.unsupported(FeatureArea::Settings, "thinking", "the model does not think")?;
            return Ok(Self::default());
        }
        Ok(match config {
            ThinkingConfig::Budget(budget) if modes.budget => {
                Self::budget(taken_budget(budget, modes, call, ledger).into())
            }
            ThinkingConfig::Budget(budget) => {
                let level = level_word(call.model.nearest_effort(effort_for(budget)));
                ledger.adjusted(
                    "thinking",
                    format!("the model takes no budget; level {level} was set for {budget} tokens"),
                );
                Self::level(level)
            }
            ThinkingConfig::Adaptive if modes.effort => Self::default(),
            ThinkingConfig::Adaptive => Self::budget(DYNAMIC),
            ThinkingConfig::Effort(effort) if modes.effort => Self::level(level(effort, call, ledger)),
            ThinkingConfig::Effort(effort) => {
                Self::budget(call.model.nearest_budget(budget_for(effort)).into())
            }
            _ => {
                ledger.unsupported(FeatureArea::Settings, "thinking", "the API has no such setting")?;
                Self::default()
            }
        })
    }

    fn off(modes: Modes, ledger: &mut Ledger) -> Result<Self, ApiError> {
        if modes.always_on {
            ledger.unsupported(FeatureArea::Settings, "thinking", "the model always thinks")?;
            return Ok(Self::default());
        }
        // A model that does not think is not told so.
        Ok(if modes.is_none { Self::default() } else { Self::budget(0) })
    }

    fn budget(tokens: i64) -> Self {
        Self { thinking_budget: Some(tokens), ..Self::default() }
    }

    fn level(level: &'static str) -> Self {
        Self { thinking_level: Some(level), ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `Modes` are the ways of thinking that the model takes; all of them where no catalog lists it.
#[derive(Clone, Copy)]
struct Modes {
    budget: bool,
    effort: bool,
    always_on: bool,
    is_none: bool,
}

impl Modes {
    fn of(call: &Call) -> Self {
        let model = &call.model;
        let has = |mode| !model.known || model.thinking_modes.contains(&mode);
        Self {
            budget: has(ThinkingMode::Budget),
            effort: has(ThinkingMode::Effort),
            always_on: model.known && has(ThinkingMode::AlwaysOn),
            is_none: model.known && model.thinking_modes.is_empty(),
        }
    }
}

/// The level that the model takes: most have none above high, and some no minimal one, for which the API has an error:
/// <https://ai.google.dev/gemini-api/docs/thinking#thinking-levels>.
fn level(asked: Effort, call: &Call, ledger: &mut Ledger) -> &'static str {
    let taken = call.model.nearest_effort(asked).min(Effort::XHigh);
    let word = level_word(taken);
    if taken != asked {
        ledger.adjusted("thinking", format!("the model does not take this level; {word} was set"));
    }
    word
}

fn level_word(effort: Effort) -> &'static str {
    match effort {
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        _ => "xhigh",
    }
}

/// The budget that the model takes: <https://ai.google.dev/gemini-api/docs/thinking#set-budget>.
fn taken_budget(asked: u32, modes: Modes, call: &Call, ledger: &mut Ledger) -> u32 {
    // With none at all the model does not think, which is below the least of some that do.
    if asked == 0 && !modes.always_on {
        return 0;
    }
    let taken = call.model.nearest_budget(asked);
    if taken != asked {
        ledger.adjusted("thinking", format!("the model takes no budget of {asked} tokens; {taken} was set"));
    }
    taken
}

const EFFORTS: [(Effort, u32); 6] = [
    (Effort::Minimal, 512),
    (Effort::Low, 2048),
    (Effort::Medium, 8192),
    (Effort::High, 16384),
    (Effort::XHigh, 20480),
    (Effort::Max, MOST),
];

/// The most that all models take that take a budget.
const MOST: u32 = 24576;

fn budget_for(effort: Effort) -> u32 {
    EFFORTS.iter().find(|(level, _)| *level >= effort).map_or(MOST, |(_, budget)| *budget)
}

fn effort_for(budget: u32) -> Effort {
    EFFORTS.iter().take(4).find(|(_, most)| *most >= budget).map_or(Effort::High, |(level, _)| *level)
}
