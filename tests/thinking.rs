//! Each model of the catalogs is told to think in the words that its vendor takes for it, whatever is asked for.
#![cfg(all(feature = "anthropic", feature = "gemini", feature = "openai", feature = "xai"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::Arc;

use serde_json::Value;
use steer::model::ThinkingMode;
use steer::{Client, CompletionRequest, Effort, ModelConfig, ThinkingConfig};

const VENDORS: [&str; 4] = ["anthropic", "gemini", "openai", "xai"];

const EFFORTS: [(Effort, &str); 6] = [
    (Effort::Minimal, "minimal"),
    (Effort::Low, "low"),
    (Effort::Medium, "medium"),
    (Effort::High, "high"),
    (Effort::XHigh, "xhigh"),
    (Effort::Max, "max"),
];

/// What a request says of thinking.
#[derive(Debug, Default)]
struct Told {
    /// A level, or `none`.
    effort: Option<String>,
    budget: Option<i64>,
    /// `adaptive`, `enabled`, `disabled`, `between_tools`.
    kind: Option<String>,
}

fn told(client: &Client, model: &ModelConfig, config: ThinkingConfig) -> Told {
    let request = CompletionRequest::new(model.id.to_string()).user("Hi").thinking(config);
    let request = client.preview(request.max_output_tokens(60_000)).unwrap().unwrap();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let gemini = &body["generationConfig"]["thinkingConfig"];
    let efforts = [
        &body["output_config"]["effort"],
        &body["reasoning"]["effort"],
        &body["reasoning_effort"],
        &gemini["thinkingLevel"],
    ];
    let budgets = [&body["thinking"]["budget_tokens"], &gemini["thinkingBudget"]];
    Told {
        effort: efforts.into_iter().find_map(text),
        budget: budgets.into_iter().find_map(Value::as_i64),
        kind: text(&body["thinking"]["type"]),
    }
}

fn client() -> Client {
    let keys = VENDORS.iter().fold(Client::builder(), |builder, vendor| builder.api_key(*vendor, "key"));
    keys.build().unwrap()
}

/// The models of the four vendors, each of which has some that think.
fn models(client: &Client) -> Vec<Arc<ModelConfig>> {
    let is_theirs = |model: &&Arc<ModelConfig>| VENDORS.contains(&model.id.provider.as_str());
    let models: Vec<_> = client.models().all().filter(is_theirs).cloned().collect();
    for vendor in VENDORS {
        let thinks = |model: &&Arc<ModelConfig>| {
            model.id.provider.as_str() == vendor && !model.thinking_modes.is_empty()
        };
        assert!(models.iter().any(|model| thinks(&model)), "{vendor}");
    }
    models
}

fn has(model: &ModelConfig, mode: ThinkingMode) -> bool {
    model.thinking_modes.contains(&mode)
}

#[test]
fn a_model_is_told_no_effort_that_its_catalog_does_not_have() {
    let client = client();
    for model in models(&client) {
        for (asked, _) in EFFORTS {
            let told = told(&client, &model, ThinkingConfig::Effort(asked));
            let Some(word) = &told.effort else { continue };
            assert!(has(&model, ThinkingMode::Effort), "{} {asked:?}: {told:?}", model.id);
            let (effort, _) = EFFORTS.iter().find(|(_, known)| known == word).unwrap();
            let is_taken = model.efforts.is_empty() || model.efforts.contains(effort);
            assert!(is_taken, "{} {asked:?}: {told:?}", model.id);
        }
    }
}

#[test]
fn a_model_that_takes_efforts_is_told_each_that_its_catalog_has() {
    let client = client();
    for model in models(&client) {
        for effort in &model.efforts {
            let told = told(&client, &model, ThinkingConfig::Effort(*effort));
            let (_, word) = EFFORTS.iter().find(|(known, _)| known == effort).unwrap();
            assert_eq!(told.effort.as_deref(), Some(*word), "{}: {told:?}", model.id);
        }
    }
}

#[test]
fn a_budget_goes_to_models_that_take_one_and_within_its_bounds() {
    let client = client();
    let budgets = [0, 1, 100, 5000, 30_000, 50_000].map(ThinkingConfig::Budget);
    let efforts = EFFORTS.map(|(effort, _)| ThinkingConfig::Effort(effort));
    let mut count = 0_usize;
    for model in models(&client) {
        for config in budgets.iter().chain(&efforts).chain(&[ThinkingConfig::Adaptive]) {
            let told = told(&client, &model, *config);
            let Some(budget) = told.budget else { continue };
            assert!(has(&model, ThinkingMode::Budget), "{} {config:?}: {told:?}", model.id);
            let (least, most) = (model.min_thinking_budget_tokens, model.max_thinking_budget_tokens);
            let is_within =
                i64::from(least.unwrap_or(1024)) <= budget && budget <= most.map_or(59_999, i64::from);
            let is_off = budget == 0 && !has(&model, ThinkingMode::AlwaysOn);
            let is_dynamic = budget == -1 && *config == ThinkingConfig::Adaptive;
            assert!(is_within || is_off || is_dynamic, "{} {config:?}: {told:?}", model.id);
            count += 1;
        }
    }
    assert!(count > 50, "{count} budgets were told");
}

#[test]
fn only_a_model_that_can_is_told_not_to_think_and_each_that_can_is() {
    let client = client();
    for model in models(&client) {
        let told = told(&client, &model, ThinkingConfig::Off);
        let is_off = told.effort.as_deref() == Some("none")
            || told.kind.as_deref() == Some("disabled")
            || told.budget == Some(0);
        let stays =
            [ThinkingMode::AlwaysOn, ThinkingMode::BetweenTools].iter().any(|mode| has(&model, *mode));
        assert_eq!(is_off, !stays && !model.thinking_modes.is_empty(), "{}: {told:?}", model.id);
        let is_between = told.kind.as_deref() == Some("between_tools");
        assert_eq!(is_between, has(&model, ThinkingMode::BetweenTools), "{}: {told:?}", model.id);
    }
}

#[test]
fn a_model_that_decides_itself_is_told_so_where_its_vendor_has_a_word_for_it() {
    let client = client();
    for model in models(&client) {
        let is_anthropic = model.id.provider.as_str() == "anthropic";
        for config in [ThinkingConfig::Adaptive, ThinkingConfig::Effort(Effort::High)] {
            let told = told(&client, &model, config);
            let kind = if has(&model, ThinkingMode::Adaptive) { "adaptive" } else { "enabled" };
            let expected = (is_anthropic && !model.thinking_modes.is_empty()).then_some(kind);
            assert_eq!(told.kind.as_deref(), expected, "{} {config:?}: {told:?}", model.id);
        }
    }
}
