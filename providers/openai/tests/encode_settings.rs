//! Tools, their choice, and the settings of a call.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{
    asking, changed, chat, function, raw, refused, send, send_as, send_to, try_call, unlisted, warning,
};
use serde_json::json;
use steer_core::message::CachePoint;
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::request::{CustomTool, FunctionTool, ProviderTool, ServerState, Speech};
use steer_core::{
    Call, Capability, Delivery, Effort, ErrorKind, InputSchema, ModelConfig, ResponseFormat, ThinkingConfig,
    Tool, ToolChoice, ToolSchema,
};
use steer_openai::{API, ReasoningSetting, ResponsesDialect, UserMember};
use steer_openai_compatible::Formats;

fn builtin(json: &str) -> Tool {
    ProviderTool::new(API, raw(json)).into()
}

fn known(modes: &[ThinkingMode], capabilities: &[Capability]) -> ModelConfig {
    let mut model = unlisted();
    model.known = true;
    model.thinking_modes = modes.to_vec();
    model.capabilities = capabilities.iter().copied().collect();
    model
}

#[test]
fn tools_are_flat_and_strict_ones_have_a_schema_that_can_be_held() {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string", "minLength": 1}}});
    let schema = InputSchema::from_json(schema).unwrap();
    let mut strict = ToolSchema::new("weather", schema).description("Tells it.");
    strict.strict = Some(true);
    let mut custom = CustomTool::new("shout");
    custom.format = Some(raw(r#"{"type":"grammar","grammar":{"syntax":"lark","definition":"start: A"}}"#));
    let request = asking().tool(strict).tool(function("look")).tool(Tool::Custom(custom));
    let sent = send(request.tool(builtin(r#"{"type":"web_search",  "x":1}"#)));
    let tools = sent.body["tools"].as_array().unwrap();
    assert_eq!((&tools[0]["name"], &tools[0]["strict"]), (&json!("weather"), &json!(true)));
    assert_eq!(tools[0]["parameters"]["additionalProperties"], false);
    assert_eq!(tools[0]["parameters"]["required"], json!(["city"]));
    // Left to the API: null, since it asks for the member.
    assert_eq!(tools[1].get("strict"), Some(&json!(null)));
    assert_eq!(tools[2]["format"], json!({"type": "grammar", "syntax": "lark", "definition": "start: A"}));
    assert!(sent.text.contains(r#"{"type":"web_search",  "x":1}"#));
}

#[test]
fn tools_that_are_searched_for_come_with_the_search() {
    let mut tool = FunctionTool::new(ToolSchema::new("look", InputSchema::empty()));
    tool.deferred = true;
    let sent = send(asking().tool(tool.clone()));
    assert_eq!(sent.body["tools"][0]["defer_loading"], true);
    assert_eq!((&sent.body["tools"][1], sent.subjects()), (&json!({"type": "tool_search"}), vec!["tools"]));
    let own = r#"{"type":"tool_search","execution":"client"}"#;
    assert_eq!(
        send(asking().tool(tool.clone()).tool(builtin(own))).body["tools"].as_array().unwrap().len(),
        2
    );
    let sent = send_as(asking().tool(tool), changed(|dialect| dialect.deferred_tools = false));
    assert_eq!((sent.body["tools"][0].get("defer_loading"), sent.subjects()), (None, vec!["tool look"]));
}

#[test]
fn a_name_that_the_api_refuses_is_sent_as_another_one() {
    let sent = send(asking().tool(function("fs.read")).tool_choice(ToolChoice::Tool("fs.read".to_owned())));
    let name = sent.body["tools"][0]["name"].as_str().unwrap();
    assert!(name.starts_with("fs_read_"), "{name}");
    assert_eq!(sent.body["tool_choice"], json!({"type": "function", "name": name}));
    assert_eq!(refused(asking().tool(function("a")).tool(function("a"))).kind(), ErrorKind::InvalidRequest);
    assert_eq!(refused(asking().tool(function(" "))).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn tools_of_another_api_are_denied_or_left_out() {
    let tool = Tool::from(ProviderTool::new("other", raw("{}")));
    assert_eq!(refused(asking().tool(tool.clone())).kind(), ErrorKind::UnsupportedFeature);
    let sent = send(asking().tool(tool).policy(warning()));
    assert_eq!((sent.body.get("tools"), sent.subjects()), (None, vec!["provider tool"]));
}

#[test]
fn each_choice_of_tools_has_its_form() {
    let request = asking()
        .tool(function("look"))
        .tool(Tool::Custom(CustomTool::new("shout")))
        .tool(builtin(r#"{"type":"web_search"}"#))
        .tool(builtin(r#"{"type":"mcp","server_label":"files"}"#));
    let chosen = |choice| send(request.clone().tool_choice(choice)).body["tool_choice"].clone();
    assert_eq!(chosen(ToolChoice::Auto), "auto");
    assert_eq!(chosen(ToolChoice::None), "none");
    assert_eq!(chosen(ToolChoice::Required), "required");
    let one = |name: &str| chosen(ToolChoice::Tool(name.to_owned()));
    assert_eq!(one("look"), json!({"type": "function", "name": "look"}));
    assert_eq!(one("shout"), json!({"type": "custom", "name": "shout"}));
    assert_eq!(one("web_search"), json!({"type": "web_search"}));
    assert_eq!(one("files"), json!({"type": "mcp", "server_label": "files"}));
    let allowed =
        |required| ToolChoice::Allowed { tools: vec!["look".to_owned(), "files".to_owned()], required };
    let tools = json!([{"type": "function", "name": "look"}, {"type": "mcp", "server_label": "files"}]);
    assert_eq!(chosen(allowed(true)), json!({"type": "allowed_tools", "mode": "required", "tools": tools}));
    let sent = send_as(
        request.clone().tool_choice(allowed(false)),
        changed(|dialect| dialect.allowed_tools = false),
    );
    assert_eq!((&sent.body["tool_choice"], sent.subjects()), (&json!("auto"), vec!["tool_choice"]));
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 2);
    let none = request.tool_choice(ToolChoice::Tool("nothing".to_owned()));
    assert_eq!(refused(none).kind(), ErrorKind::InvalidRequest);
    assert_eq!(refused(asking().tool_choice(ToolChoice::Required)).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn quirk_44_what_there_is_no_setting_for_is_left_out_with_a_warning() {
    let mut request = asking().stop_sequence("END");
    request.parameters.top_k = Some(5);
    request.parameters.seed = Some(1);
    request.parameters.presence_penalty = Some(0.5);
    request.parameters.frequency_penalty = Some(0.5);
    request.candidates = Some(2);
    request.modalities = vec!["text".to_owned(), "audio".to_owned()];
    request.speech = Some(Speech::default());
    request.state.container = Some("c".to_owned());
    request.state.cached_content = Some("c".to_owned());
    request.cache = Some(CachePoint::new());
    let sent = send(request.clone());
    let mut subjects = sent.subjects();
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [
            "cache",
            "candidates",
            "frequency_penalty",
            "modalities",
            "presence_penalty",
            "seed",
            "speech",
            "state.cached_content",
            "state.container",
            "stop_sequences",
            "top_k"
        ]
    );
    assert_eq!(sent.body.as_object().unwrap().len(), 4, "{}", sent.text);
    request.policy = steer_core::request::FeaturePolicy::all(steer_core::request::OnUnsupported::Deny);
    assert_eq!(refused(request).kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn quirk_45_models_that_think_take_no_sampling_settings() {
    let mut request = asking().temperature(0.5);
    request.parameters.top_p = Some(0.9);
    request.logprobs = Some(2);
    let all = ["include", "input", "model", "store", "temperature", "top_logprobs", "top_p"];
    let names = |sent: &encode_kit::Sent| sent.body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&send(request.clone())), all);
    let thinker = known(&[ThinkingMode::Effort], &[Capability::Thinking]);
    let sent = send_to(request.clone(), thinker);
    assert_eq!(sent.subjects(), ["logprobs", "temperature", "top_p"]);
    // One that samples while it does not think, and refuses to while it does.
    let both = || known(&[ThinkingMode::Effort], &[Capability::Thinking, Capability::Sampling]);
    assert_eq!(names(&send_to(request.clone(), both())), all);
    assert_eq!(send_to(request.clone().effort(Effort::Low), both()).subjects().len(), 3);
    assert!(send_to(request.thinking(ThinkingConfig::Off), both()).subjects().is_empty());
    assert_eq!(refused(asking().temperature(f64::NAN)).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn thinking_is_an_effort_that_the_model_takes_and_a_summary_if_one_is_wanted() {
    let mut request = asking().effort(Effort::Minimal);
    request.parameters.thinking_display = Some(ThinkingDisplay::Summarized);
    assert_eq!(send(request.clone()).body["reasoning"], json!({"effort": "minimal", "summary": "auto"}));
    let mut model = known(&[ThinkingMode::Effort, ThinkingMode::AlwaysOn], &[Capability::Thinking]);
    model.efforts = vec![Effort::Low, Effort::High];
    let sent = send_to(request.clone(), model.clone());
    assert_eq!((&sent.body["reasoning"]["effort"], sent.subjects()), (&json!("low"), vec!["thinking"]));
    let budget = send_to(asking().thinking(ThinkingConfig::Budget(20_000)), model.clone());
    assert_eq!((&budget.body["reasoning"]["effort"], budget.subjects()), (&json!("high"), vec!["thinking"]));
    let off = send_to(asking().thinking(ThinkingConfig::Off), model);
    assert_eq!((off.body.get("reasoning"), off.subjects()), (None, vec!["thinking"]));
    assert_eq!(send(asking().thinking(ThinkingConfig::Off)).body["reasoning"], json!({"effort": "none"}));
    assert!(send(asking().thinking(ThinkingConfig::Adaptive)).body.get("reasoning").is_none());
    let sent = send_to(request.clone(), known(&[], &[Capability::Sampling]));
    assert_eq!(sent.subjects(), ["thinking", "thinking_display"]);
    assert!(sent.body.get("include").is_none(), "a model that does not think has nothing to encrypt");
    let effort = changed(|dialect| dialect.reasoning = ReasoningSetting::Effort);
    let sent = send_as(request, effort);
    assert_eq!(
        (&sent.body["reasoning"], sent.subjects()),
        (&json!({"effort": "minimal"}), vec!["thinking_display"])
    );
}

#[test]
fn answers_have_the_form_and_the_length_that_is_asked_for() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let mut request = asking().response_format(ResponseFormat::JsonSchema {
        name: "an answer".to_owned(),
        description: Some("It.".to_owned()),
        schema,
        strict: Some(true),
    });
    request.verbosity = Some("low".to_owned());
    let sent = send(request);
    let format = &sent.body["text"]["format"];
    assert_eq!(sent.body["text"]["verbosity"], "low");
    assert_eq!((&format["type"], &format["name"]), (&json!("json_schema"), &json!("an_answer")));
    assert_eq!((&format["description"], &format["strict"]), (&json!("It."), &json!(true)));
    assert_eq!(format["schema"]["required"], json!(["a"]));
    let text = changed(|dialect| dialect.formats = Formats::Text);
    let sent = send_as(asking().response_format(ResponseFormat::JsonObject), text);
    assert_eq!((sent.body.get("text"), sent.subjects()), (None, vec!["response_format"]));
}

#[test]
fn quirk_55_an_answer_of_json_is_asked_for_in_the_input() {
    let json =
        |request: steer_core::CompletionRequest| send(request.response_format(ResponseFormat::JsonObject));
    let sent = json(asking().system("Answer in JSON."));
    assert_eq!(sent.body["text"], json!({"format": {"type": "json_object"}}));
    assert_eq!(sent.input()[0], json!({"role": "developer", "content": "Answer in JSON."}));
    assert_eq!(sent.subjects(), ["response_format"]);
    let sent = json(chat().user("Give me Json"));
    assert_eq!((sent.kinds(), sent.subjects()), (vec!["user"], vec![]));
}

#[test]
fn what_stands_around_a_call_has_its_member() {
    let mut request = asking().max_output_tokens(99);
    request.tools = vec![function("look")];
    request.parallel_tool_calls = Some(false);
    request.user = Some("u-1".to_owned());
    request.metadata.insert("a".to_owned(), "b".to_owned());
    request.service_tier = Some("flex".to_owned());
    request.cache_key = Some("k".to_owned());
    let call = Call::new(request.clone(), unlisted());
    let sent = try_call(&call, Delivery::Stream, ResponsesDialect::original()).unwrap();
    for (name, value) in [
        ("stream", json!(true)),
        ("max_output_tokens", json!(99)),
        ("parallel_tool_calls", json!(false)),
        ("safety_identifier", json!("u-1")),
        ("metadata", json!({"a": "b"})),
        ("service_tier", json!("flex")),
        ("prompt_cache_key", json!("k")),
    ] {
        assert_eq!(sent.body[name], value, "{name}");
    }
    let dialect = changed(|dialect| {
        dialect.user = UserMember::User;
        (dialect.metadata, dialect.service_tier, dialect.cache_key) = (false, false, false);
        dialect.parallel_switch = false;
    });
    let sent = send_as(request, dialect);
    assert_eq!(sent.body["user"], "u-1");
    assert_eq!(sent.subjects(), ["metadata", "service_tier", "cache_key", "parallel_tool_calls"]);
}

#[test]
fn a_limit_above_the_models_is_lowered() {
    let mut model = unlisted();
    model.max_output_tokens = Some(50);
    let sent = send_to(asking().max_output_tokens(99), model);
    assert_eq!((&sent.body["max_output_tokens"], sent.subjects()), (&json!(50), vec!["max_output_tokens"]));
}

#[test]
fn a_call_goes_on_from_one_thing_only() {
    let mut request = asking();
    request.state = ServerState::default();
    request.state.previous_response_id = Some("resp_1".to_owned());
    request.state.conversation = Some("conv_1".to_owned());
    assert_eq!(refused(request).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn the_requests_own_members_win_and_null_removes_one() {
    let request = asking()
        .effort(Effort::Low)
        .provider_option(API, "reasoning", json!({"mode": "pro"}))
        .provider_option("acme", "include", json!(["web_search_call.action.sources"]))
        .provider_option(API, "store", json!(null))
        .provider_option(API, "background", true);
    let body = send(request).body;
    assert_eq!(body["reasoning"], json!({"effort": "low", "mode": "pro"}));
    assert_eq!(body["include"], json!(["web_search_call.action.sources"]));
    assert_eq!((body.get("store"), &body["background"]), (None, &json!(true)));
    assert!(send(chat().provider_option(API, "prompt", json!({"id": "pmpt_1"}))).body.get("input").is_none());
}
