//! What single vendors of this format want, as their dialects say it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, changed, chat, function, send, send_as, send_to, unlisted};
use serde_json::json;
use steer_core::message::{CachePoint, CacheTtl};
use steer_core::model::ThinkingMode;
use steer_core::request::Speech;
use steer_core::{
    Capability, CompletionRequest, Effort, Message, ModelConfig, Part, Role, SystemContext, ThinkingConfig,
    ToolCall, ToolChoice, ToolResult,
};
use steer_openai_compatible::{Dialect, ThinkingSetting};

fn called_and_answered() -> CompletionRequest {
    asking()
        .message(Message::assistant(Part::from(ToolCall::new("call_1", "f", "{}"))))
        .message(Message::tool(ToolResult::text("call_1", "4").for_tool("f")))
}

#[test]
fn a_limit_above_the_most_of_the_model_is_lowered_to_it() {
    let mut model = unlisted();
    model.max_output_tokens = Some(100);
    let sent = send_to(asking().max_output_tokens(101), model.clone());
    assert_eq!((&sent.body["max_tokens"], sent.subjects()), (&json!(100), vec!["max_output_tokens"]));
    assert!(send_to(asking().max_output_tokens(100), model).warnings.is_empty());
}

fn thinker(efforts: &[Effort], modes: &[ThinkingMode]) -> ModelConfig {
    let mut model = unlisted();
    model.known = true;
    model.capabilities.insert(Capability::Thinking);
    (model.efforts, model.thinking_modes) = (efforts.to_vec(), modes.to_vec());
    model
}

#[test]
fn a_level_of_effort_that_the_model_lacks_becomes_the_nearest_one_with_a_warning() {
    let model = || thinker(&[Effort::Low, Effort::High], &[ThinkingMode::Effort]);
    let sent = send_to(asking().effort(Effort::Max), model());
    assert_eq!((&sent.body["reasoning_effort"], sent.subjects()), (&json!("high"), vec!["thinking"]));
    let sent = send_to(asking().thinking(ThinkingConfig::Budget(400)), model());
    assert_eq!(sent.body["reasoning_effort"], "low");
    assert!(send_to(asking().effort(Effort::Low), model()).warnings.is_empty());
}

#[test]
fn a_model_that_decides_itself_is_told_no_level() {
    let sent = send_to(asking().effort(Effort::Low), thinker(&[], &[ThinkingMode::AlwaysOn]));
    assert_eq!((sent.body.get("reasoning_effort"), sent.subjects()), (None, vec!["thinking"]));
}

#[test]
fn stop_sequences_and_penalties_stay_with_models_that_do_not_think_where_the_vendor_wants_it_so() {
    let picky = changed(|dialect| dialect.stop_while_thinking = false);
    let mut request = asking().stop_sequence("END");
    request.parameters.presence_penalty = Some(1.0);
    let sent = send_as(request, picky);
    assert_eq!((&sent.body["stop"], &sent.body["presence_penalty"]), (&json!(["END"]), &json!(1.0)));
}

#[test]
fn a_word_of_the_models_stands_between_results_and_the_user_where_the_vendor_wants_one() {
    let request = called_and_answered().user("And now?");
    assert_eq!(send(request.clone()).roles(), ["user", "assistant", "tool", "user"]);
    let sent = send_as(request, changed(|dialect| dialect.user_after_results = false));
    assert_eq!(sent.roles(), ["user", "assistant", "tool", "assistant", "user"]);
    assert_eq!((&sent.messages()[3]["content"], sent.subjects()), (&json!("OK"), vec!["tool_result"]));
}

#[test]
fn the_tools_stay_at_home_where_the_vendor_answers_badly_when_none_may_be_called() {
    let mut request = asking().tool(function("f")).tool_choice(ToolChoice::None);
    request.parallel_tool_calls = Some(true);
    assert_eq!(send(request.clone()).body["tool_choice"], "none");
    let sent = send_as(request, changed(|dialect| dialect.choice_none = false));
    for member in ["tools", "tool_choice", "parallel_tool_calls"] {
        assert_eq!(sent.body.get(member), None, "{member}");
    }
    assert_eq!(sent.subjects(), ["tool_choice"]);
}

#[test]
fn a_conversation_with_calls_declares_their_names_where_the_vendor_wants_tools() {
    assert_eq!(send(called_and_answered()).body.get("tools"), None);
    let wants = changed(|dialect| dialect.tools_for_calls = true);
    let sent = send_as(called_and_answered(), wants);
    let any = json!({"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}});
    assert_eq!((&sent.body["tools"], &sent.body["tool_choice"]), (&json!([any]), &json!("none")));
    assert_eq!(sent.subjects(), ["tools"]);
    assert_eq!(send_as(asking(), wants).body.get("tools"), None, "without a call none is wanted");
}

#[test]
fn probabilities_are_asked_for_where_there_are_any() {
    let mut request = asking();
    request.logprobs = Some(0);
    let body = send(request.clone()).body;
    assert_eq!((&body["logprobs"], body.get("top_logprobs")), (&json!(true), None));
    request.logprobs = Some(3);
    assert_eq!(send(request.clone()).body["top_logprobs"], 3);
    let sent = send_as(request, changed(|dialect| dialect.logprobs = false));
    assert_eq!((sent.body.get("logprobs"), sent.subjects()), (None, vec!["logprobs"]));
}

#[test]
fn a_voice_is_the_inventors_alone() {
    let mut request = asking();
    request.modalities = vec!["text".into(), "audio".into()];
    request.speech = Some(Speech::voice("alloy").format("mp3"));
    let body = send_as(request.clone(), Dialect::original()).body;
    assert_eq!(body["audio"], json!({"voice": "alloy", "format": "mp3"}));
    request.modalities.clear();
    assert_eq!(send(request).subjects(), ["speech"]);
}

#[test]
fn cache_points_stand_where_the_vendor_takes_them() {
    let points = changed(|dialect| dialect.cache_points = true);
    let request = chat()
        .system(SystemContext::new("You are brief.").cached(CachePoint::lasting(CacheTtl::OneHour)))
        .message(Message::new(
            Role::User,
            vec![Part::text("A long text."), Part::text("Sum it up.").cached(CachePoint::new())],
        ))
        .cache(CachePoint::new());
    let sent = send_as(request, points);
    assert_eq!(
        sent.messages(),
        [
            json!({"role": "system", "content": [{"type": "text", "text": "You are brief.",
                "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}),
            json!({"role": "user", "content": [{"type": "text", "text": "A long text."},
                {"type": "text", "text": "Sum it up.", "cache_control": {"type": "ephemeral"}}]}),
        ]
    );
    assert_eq!(sent.body["cache_control"], json!({"type": "ephemeral"}));
    assert!(sent.warnings.is_empty(), "{:?}", sent.warnings);
    let on_answer = asking().message(Message::assistant(Part::text("Hi").cached(CachePoint::new())));
    let sent = send_as(on_answer, points);
    assert_eq!(sent.subjects(), ["cache"]);
    assert!(!sent.text.contains("cache_control"), "{}", sent.text);
}

#[test]
fn thinking_is_turned_on_with_its_effort_where_the_vendor_has_a_switch_and_a_word() {
    let both = changed(|dialect| dialect.thinking = ThinkingSetting::SwitchEffort);
    let sent = |config| send_as(asking().thinking(config), both).body;
    let (off, on) = (sent(ThinkingConfig::Off), sent(ThinkingConfig::Effort(Effort::High)));
    assert_eq!((&off["thinking"], off.get("reasoning_effort")), (&json!({"type": "disabled"}), None));
    assert_eq!((&on["thinking"], &on["reasoning_effort"]), (&json!({"type": "enabled"}), &json!("high")));
    let unsaid = sent(ThinkingConfig::Adaptive);
    assert_eq!((&unsaid["thinking"], unsaid.get("reasoning_effort")), (&json!({"type": "enabled"}), None));
}
