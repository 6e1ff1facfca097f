use steer_core::json::Record;
use steer_core::{Effort, ThinkingConfig};

use super::object;

/// Reads how much the model shall think, in whichever words a server has for it. The members stay: what the encoder
/// makes of the setting is compared with them.
pub(super) fn read(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    effort(members).or_else(|| reasoning(members)).or_else(|| switch(members)).or_else(|| flag(members))
}

/// <https://platform.openai.com/docs/guides/reasoning>
fn effort(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    word(&members.text("reasoning_effort")?)
}

/// <https://openrouter.ai/docs/use-cases/reasoning-tokens>
fn reasoning(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    let mut reasoning = object(members.get("reasoning"))?;
    let effort = reasoning.text("effort").and_then(|effort| word(&effort));
    let budget = reasoning.lenient("max_tokens").map(ThinkingConfig::Budget);
    let found = effort.or(budget).or_else(|| {
        let is_on: bool = reasoning.lenient("enabled")?;
        Some(if is_on { ThinkingConfig::Adaptive } else { ThinkingConfig::Off })
    });
    if found.is_some() {
        let _ = members.take("reasoning");
    }
    found
}

/// <https://docs.z.ai/guides/capabilities/thinking-mode>
fn switch(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    let found = match object(members.get("thinking"))?.text("type")?.as_str() {
        "enabled" => ThinkingConfig::Adaptive,
        "disabled" => ThinkingConfig::Off,
        _ => return None,
    };
    let _ = members.take("thinking");
    Some(found)
}

/// <https://www.alibabacloud.com/help/en/model-studio/deep-thinking>
fn flag(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    let is_on: bool = members.lenient("enable_thinking")?;
    let budget = members.lenient("thinking_budget").map(ThinkingConfig::Budget);
    Some(if is_on { budget.unwrap_or(ThinkingConfig::Adaptive) } else { ThinkingConfig::Off })
}

fn word(word: &str) -> Option<ThinkingConfig> {
    Some(match word {
        "none" => ThinkingConfig::Off,
        "minimal" => ThinkingConfig::Effort(Effort::Minimal),
        "low" => ThinkingConfig::Effort(Effort::Low),
        "medium" => ThinkingConfig::Effort(Effort::Medium),
        "high" => ThinkingConfig::Effort(Effort::High),
        "xhigh" => ThinkingConfig::Effort(Effort::XHigh),
        "max" => ThinkingConfig::Effort(Effort::Max),
        _ => return None,
    })
}
