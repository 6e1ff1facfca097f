use serde::Serialize;
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Effort, ThinkingConfig};

use super::tokens::MIN_BUDGET;

/// The budget of a model that cannot decide itself how much it thinks.
const DEFAULT_BUDGET: u32 = 8192;

/// `Thinking` is whether and how much the model thinks, as it is sent:
/// <https://docs.claude.com/en/docs/build-with-claude/adaptive-thinking>,
/// <https://docs.claude.com/en/docs/build-with-claude/effort>.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    pub(super) kind: Option<ThinkingType>,
    pub(super) effort: Option<&'static str>,
    display: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThinkingType {
    Disabled,
    /// Nothing but what the model writes between tool calls.
    BetweenTools,
    Adaptive,
    /// With a budget, which was asked for by number or stands for an effort.
    Enabled {
        budget: u32,
        is_exact: bool,
    },
}

impl Thinking {
    pub(super) fn of(call: &Call, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let mut thinking = match call.parameters.thinking {
            Some(config) => {
                let nearest = |effort| call.model.nearest_effort(effort);
                Self::asked(taken(config, call, ledger), Modes::of(call), nearest, ledger)?
            }
            None => Self::default(),
        };
        thinking.display = match call.parameters.thinking_display {
            Some(ThinkingDisplay::Summarized) if thinking.is_on() => Some("summarized"),
            Some(ThinkingDisplay::Omitted) if thinking.is_on() => Some("omitted"),
            None => None,
            Some(_) if thinking.kind == Some(ThinkingType::Disabled) => None,
            Some(_) => {
                let why = "the API takes it only together with a thinking setting";
                ledger.unsupported(FeatureArea::Settings, "thinking_display", why)?;
                None
            }
        };
        Ok(thinking)
    }

    /// Whether thinking was turned on.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.kind, Some(ThinkingType::Adaptive | ThinkingType::Enabled { .. }))
    }

    /// The member's value.
    pub(super) fn wire(&self) -> Option<WireThinking> {
        let (kind, budget_tokens) = match self.kind? {
            ThinkingType::Disabled => ("disabled", None),
            ThinkingType::BetweenTools => ("between_tools", None),
            ThinkingType::Adaptive => ("adaptive", None),
            ThinkingType::Enabled { budget, .. } => ("enabled", Some(budget)),
        };
        Some(WireThinking { kind, budget_tokens, display: self.display })
    }

    fn asked(
        config: ThinkingConfig,
        modes: Modes,
        nearest: impl Fn(Effort) -> Effort,
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
            ThinkingConfig::Budget(budget) if modes.budget => Self::enabled(at_least(budget, ledger), true),
            ThinkingConfig::Budget(budget) => {
                let effort = effort_word(nearest(effort_for(budget)));
                ledger.adjusted(
                    "thinking",
                    format!("the model takes no budget; effort {effort} was set for {budget} tokens"),
                );
                modes.with_effort(effort)
            }
            ThinkingConfig::Adaptive if modes.adaptive => Self::adaptive(None),
            ThinkingConfig::Adaptive if modes.budget => {
                ledger.adjusted(
                    "thinking",
                    format!("the model does not decide itself; a budget of {DEFAULT_BUDGET} was set"),
                );
                Self::enabled(DEFAULT_BUDGET, false)
            }
            // It thinks unless it is told not to.
            ThinkingConfig::Adaptive => Self::default(),
            ThinkingConfig::Effort(effort) if modes.adaptive || !modes.budget => {
                modes.with_effort(effort_word(effort))
            }
            ThinkingConfig::Effort(effort) => {
                let mut thinking = Self::enabled(budget_for(effort), false);
                thinking.effort = Some(effort_word(effort)).filter(|_| modes.effort);
                thinking
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
        if modes.between_tools {
            ledger.adjusted("thinking", "the model's thinking is kept to the time between tool calls");
            return Ok(Self { kind: Some(ThinkingType::BetweenTools), ..Self::default() });
        }
        // Some models think unless they are told not to.
        Ok(Self { kind: Some(ThinkingType::Disabled).filter(|_| !modes.is_none), ..Self::default() })
    }

    fn adaptive(effort: Option<&'static str>) -> Self {
        Self { kind: Some(ThinkingType::Adaptive), effort, display: None }
    }

    fn enabled(budget: u32, is_exact: bool) -> Self {
        Self { kind: Some(ThinkingType::Enabled { budget, is_exact }), ..Self::default() }
    }
}

/// `WireThinking` is the `thinking` member.
#[derive(Serialize)]
pub(super) struct WireThinking {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<&'static str>,
}

/// `Modes` are the ways of thinking that the model takes; all of them where no catalog lists it.
#[derive(Clone, Copy)]
struct Modes {
    adaptive: bool,
    budget: bool,
    effort: bool,
    always_on: bool,
    between_tools: bool,
    is_none: bool,
}

impl Modes {
    fn of(call: &Call) -> Self {
        let model = &call.model;
        let has = |mode| !model.known || model.thinking_modes.contains(&mode);
        Self {
            adaptive: has(ThinkingMode::Adaptive),
            budget: has(ThinkingMode::Budget),
            effort: has(ThinkingMode::Effort),
            always_on: model.known && has(ThinkingMode::AlwaysOn),
            between_tools: model.known && has(ThinkingMode::BetweenTools),
            is_none: model.known && model.thinking_modes.is_empty(),
        }
    }

    fn with_effort(self, effort: &'static str) -> Thinking {
        if self.adaptive {
            return Thinking::adaptive(Some(effort));
        }
        Thinking { effort: Some(effort), ..Thinking::default() }
    }
}

/// The setting with a level of effort that the model takes, where a catalog says which it takes.
fn taken(config: ThinkingConfig, call: &Call, ledger: &mut Ledger) -> ThinkingConfig {
    let ThinkingConfig::Effort(asked) = config else { return config };
    let nearest = call.model.nearest_effort(asked);
    if nearest != asked {
        let (given, word) = (effort_name(asked), effort_name(nearest));
        ledger.adjusted("thinking", format!("the model does not take effort {given}; {word} was set"));
    }
    ThinkingConfig::Effort(nearest)
}

fn effort_name(effort: Effort) -> &'static str {
    if effort == Effort::Minimal { "minimal" } else { effort_word(effort) }
}

fn at_least(budget: u32, ledger: &mut Ledger) -> u32 {
    if budget < MIN_BUDGET {
        ledger.adjusted(
            "thinking",
            format!("the budget was raised from {budget} to {MIN_BUDGET}, the least that the API takes"),
        );
    }
    budget.max(MIN_BUDGET)
}

const EFFORTS: [(Effort, u32); 5] = [
    (Effort::Low, 2048),
    (Effort::Medium, 8192),
    (Effort::High, 16384),
    (Effort::XHigh, 24576),
    (Effort::Max, 32000),
];

fn budget_for(effort: Effort) -> u32 {
    EFFORTS.iter().find(|(level, _)| *level >= effort).map_or(DEFAULT_BUDGET, |(_, budget)| *budget)
}

fn effort_for(budget: u32) -> Effort {
    EFFORTS.iter().find(|(_, most)| *most >= budget).map_or(Effort::Max, |(level, _)| *level)
}

fn effort_word(effort: Effort) -> &'static str {
    match effort {
        Effort::Minimal | Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        _ => "max",
    }
}
