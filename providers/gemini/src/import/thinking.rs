use steer_core::json::Record;
use steer_core::model::{ModelParameters, ThinkingDisplay};
use steer_core::{Effort, ThinkingConfig};

use super::member;

/// Takes how much the model thinks, and whether it tells: <https://ai.google.dev/gemini-api/docs/thinking>. What has no
/// type stays among the members.
pub(super) fn take(members: &mut Record<'_>, parameters: &mut ModelParameters) {
    let name = if members.get("thinkingConfig").is_some() { "thinkingConfig" } else { "thinking_config" };
    let Some(mut config) = member::object(members.get(name)) else { return };
    let budget = member::lenient::<i64>(&mut config, "thinkingBudget", "thinking_budget");
    let level = member::text(&mut config, "thinkingLevel", "thinking_level");
    let is_told = member::lenient::<bool>(&mut config, "includeThoughts", "include_thoughts");
    if config.rest().next().is_some() {
        return;
    }
    let asked = match budget {
        Some(0) => Some(ThinkingConfig::Off),
        Some(budget) => Some(u32::try_from(budget).map_or(ThinkingConfig::Adaptive, ThinkingConfig::Budget)),
        None => match level.as_deref().map(effort) {
            Some(None) => return,
            level => level.flatten().map(ThinkingConfig::Effort),
        },
    };
    parameters.thinking = asked;
    // Thoughts are told only where that is asked for.
    parameters.thinking_display = match (is_told, asked) {
        (Some(true), Some(_)) | (None, None | Some(ThinkingConfig::Off)) => None,
        (Some(true), None) => Some(ThinkingDisplay::Summarized),
        _ => Some(ThinkingDisplay::Omitted),
    };
    let _ = members.take(name);
}

fn effort(level: &str) -> Option<Effort> {
    Some(match level.to_ascii_lowercase().as_str() {
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        _ => return None,
    })
}
