//! How settings are written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use std::time::Duration;

use encode_kit::{asking, chat, listed, refused, send, send_open_api, send_to, unlisted};
use serde_json::{Value, json};
use steer_core::message::{CachePoint, Message};
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::request::Speech;
use steer_core::tools::{InputSchema, MediaKind, MediaSource, VideoClip};
use steer_core::{
    Effort, ErrorKind, Media, ModelConfig, ResponseFormat, ThinkingConfig, ToolChoice, ToolSchema,
};

fn thinking(config: ThinkingConfig, model: ModelConfig) -> (Value, usize) {
    let sent = send_to(asking().thinking(config), model);
    (sent.body["generationConfig"]["thinkingConfig"].clone(), sent.warnings.len())
}

#[test]
fn every_setting_has_its_member() {
    let mut request = asking().temperature(0.5).max_output_tokens(100).stop_sequence("END");
    request.parameters.top_p = Some(0.9);
    request.parameters.top_k = Some(40);
    request.parameters.seed = Some(7);
    request.parameters.presence_penalty = Some(0.25);
    request.parameters.frequency_penalty = Some(-0.25);
    request.candidates = Some(2);
    request.modalities = vec!["text".into(), "image".into()];
    request.logprobs = Some(3);
    request.speech = Some(Speech::voice("Kore"));
    request.service_tier = Some("flex".into());
    request.metadata.insert("team".into(), "a".into());
    let sent = send(request);
    assert_eq!(
        sent.body["generationConfig"],
        json!({
            "temperature": 0.5, "topP": 0.9, "topK": 40, "seed": 7, "presencePenalty": 0.25,
            "frequencyPenalty": -0.25, "candidateCount": 2, "maxOutputTokens": 100, "stopSequences": ["END"],
            "responseModalities": ["TEXT", "IMAGE"], "responseLogprobs": true, "logprobs": 3,
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
        })
    );
    assert_eq!((&sent.body["serviceTier"], &sent.body["labels"]), (&json!("flex"), &json!({"team": "a"})));
    assert!(sent.warnings.is_empty());
}

#[test]
fn quirk_109_a_level_or_a_budget_is_written_as_the_model_takes_it() {
    let (levels, budgets) = (listed(&[ThinkingMode::Effort]), listed(&[ThinkingMode::Budget]));
    let effort = ThinkingConfig::Effort(Effort::Low);
    let shown = |key: &str, value: Value| json!({"includeThoughts": true, key: value});
    assert_eq!(thinking(effort, levels.clone()), (shown("thinkingLevel", json!("low")), 0));
    assert_eq!(thinking(effort, budgets.clone()), (shown("thinkingBudget", json!(2048)), 0));
    assert_eq!(
        thinking(ThinkingConfig::Budget(3000), budgets.clone()),
        (shown("thinkingBudget", json!(3000)), 0)
    );
    assert_eq!(
        thinking(ThinkingConfig::Budget(3000), levels.clone()),
        (shown("thinkingLevel", json!("medium")), 1)
    );
    assert_eq!(thinking(ThinkingConfig::Adaptive, budgets.clone()), (shown("thinkingBudget", json!(-1)), 0));
    assert_eq!(thinking(ThinkingConfig::Adaptive, levels.clone()), (json!({"includeThoughts": true}), 0));
    assert_eq!(thinking(ThinkingConfig::Off, budgets), (json!({"thinkingBudget": 0}), 0));
}

#[test]
fn quirk_109_a_level_is_one_that_the_model_takes() {
    let told = |asked, efforts: &[Effort]| {
        let mut model = listed(&[ThinkingMode::Effort]);
        model.efforts = efforts.to_vec();
        let (config, warnings) = thinking(asked, model);
        (config["thinkingLevel"].as_str().unwrap().to_owned(), warnings)
    };
    let (effort, budget) = (ThinkingConfig::Effort, ThinkingConfig::Budget);
    let three = [Effort::Low, Effort::Medium, Effort::High];
    assert_eq!(
        told(effort(Effort::Minimal), &three),
        ("low".to_owned(), 1),
        "the API has an error for minimal"
    );
    assert_eq!(told(effort(Effort::Medium), &three), ("medium".to_owned(), 0));
    assert_eq!(told(effort(Effort::XHigh), &three), ("high".to_owned(), 1));
    assert_eq!(told(budget(1), &three), ("low".to_owned(), 1));
    let to_the_top = [Effort::Low, Effort::High, Effort::XHigh];
    assert_eq!(told(effort(Effort::XHigh), &to_the_top), ("xhigh".to_owned(), 0));
    assert_eq!(told(effort(Effort::Max), &to_the_top), ("xhigh".to_owned(), 1));
    assert_eq!(told(effort(Effort::Max), &[]), ("xhigh".to_owned(), 1), "the API has none above");
}

#[test]
fn quirk_109_a_budget_is_one_that_the_model_takes() {
    let told = |asked, modes: &[ThinkingMode]| {
        let mut model = listed(modes);
        model.min_thinking_budget_tokens = Some(600);
        model.max_thinking_budget_tokens = Some(24_576);
        let (config, warnings) = thinking(asked, model);
        (config["thinkingBudget"].as_i64().unwrap(), warnings)
    };
    let budget = ThinkingConfig::Budget;
    let modes = [ThinkingMode::Budget];
    assert_eq!(told(budget(100), &modes), (600, 1));
    assert_eq!(told(budget(3000), &modes), (3000, 0));
    assert_eq!(told(budget(50_000), &modes), (24_576, 1));
    assert_eq!(told(budget(0), &modes), (0, 0), "to think not at all is no budget");
    assert_eq!(told(budget(0), &[ThinkingMode::Budget, ThinkingMode::AlwaysOn]), (600, 1));
    assert_eq!(told(ThinkingConfig::Effort(Effort::Minimal), &modes), (600, 0));
}

#[test]
fn quirk_109_a_model_that_always_thinks_says_so() {
    let always = listed(&[ThinkingMode::Effort, ThinkingMode::AlwaysOn]);
    assert_eq!(thinking(ThinkingConfig::Off, always), (Value::Null, 1));
    assert_eq!(thinking(ThinkingConfig::Effort(Effort::High), listed(&[])), (Value::Null, 1));
    assert_eq!(thinking(ThinkingConfig::Off, listed(&[])), (Value::Null, 0));
}

#[test]
fn thoughts_are_told_as_the_display_says() {
    let config = |display| {
        let mut request = asking().effort(Effort::Low);
        request.parameters.thinking_display = display;
        send_to(request, unlisted()).body["generationConfig"]["thinkingConfig"]["includeThoughts"].clone()
    };
    assert_eq!(config(Some(ThinkingDisplay::Omitted)), json!(false));
    assert_eq!(config(Some(ThinkingDisplay::Summarized)), json!(true));
    assert!(send(asking()).body.get("generationConfig").is_none());
}

#[test]
fn an_answers_schema_is_written_in_either_form() {
    let schema = json!({
        "type": "object",
        "properties": {"a": {"type": ["integer", "null"], "exclusiveMinimum": 0}},
        "required": ["a"],
    });
    let request = asking().response_format(ResponseFormat::json_schema("answer", schema));
    let sent = send(request.clone());
    let config = &sent.body["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert!(config["responseJsonSchema"]["properties"]["a"].get("exclusiveMinimum").is_none());
    assert_eq!(sent.subjects(), ["response_format/properties/a"]);
    let sent = send_open_api(request);
    assert_eq!(sent.body["generationConfig"]["responseSchema"]["properties"]["a"]["nullable"], true);
    let json = send(asking().response_format(ResponseFormat::JsonObject));
    assert_eq!(json.body["generationConfig"], json!({"responseMimeType": "application/json"}));
}

#[test]
fn quirk_111_a_cached_content_leaves_prompt_tools_and_choice_out() {
    let mut request = asking().system("Be brief.").tool(ToolSchema::new("look", InputSchema::empty()));
    request = request.tool_choice(ToolChoice::Auto);
    request.state.cached_content = Some("cachedContents/a".into());
    let sent = send(request);
    assert_eq!(
        sent.body,
        json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "cachedContent": "cachedContents/a"})
    );
    assert_eq!(sent.subjects(), ["system", "tools", "tool_choice"]);
}

#[test]
fn anything_else_is_merged_into_the_body() {
    let request = asking()
        .temperature(0.5)
        .provider_option("gemini", "safetySettings", json!([{"category": "C", "threshold": "BLOCK_NONE"}]))
        .provider_option(
            "gemini",
            "generationConfig",
            json!({"speechConfig": {"languageCode": "de"}, "temperature": null}),
        );
    let body = send(request).body;
    assert_eq!(body["safetySettings"][0]["threshold"], "BLOCK_NONE");
    assert_eq!(body["generationConfig"], json!({"speechConfig": {"languageCode": "de"}}));
}

#[test]
fn settings_without_a_place_are_reported_and_impossible_ones_refused() {
    let mut request = asking().cache(CachePoint::new()).parallel_tool_calls(false);
    request.user = Some("u".into());
    request.verbosity = Some("low".into());
    request.speech = Some(Speech::default().format("mp3"));
    request.state.previous_response_id = Some("r".into());
    for text in ["a", "b", "c", "d", "e", "f"] {
        request = request.stop_sequence(text);
    }
    let sent = send(request);
    let expected = [
        "verbosity",
        "cache",
        "user",
        "state.previous_response_id",
        "speech.format",
        "stop_sequences",
        "parallel_tool_calls",
    ];
    assert_eq!(sent.subjects(), expected);
    assert_eq!(sent.body["generationConfig"]["stopSequences"].as_array().unwrap().len(), 5);
    assert_eq!(refused(asking().temperature(f64::NAN)).kind(), ErrorKind::InvalidRequest);
    let mut none = asking();
    none.candidates = Some(0);
    assert_eq!(refused(none).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn media_are_data_or_addresses_with_their_clip_and_resolution() {
    let part =
        |media: Media| send(chat().message(Message::user(media))).body["contents"][0]["parts"][0].clone();
    assert_eq!(
        part(Media::image_bytes("image/jpg", "abc")),
        json!({"inlineData": {"mimeType": "image/jpeg", "data": "YWJj"}})
    );
    assert_eq!(part(Media::image_url("data:image/png;base64,YWJj"))["inlineData"]["data"], "YWJj");
    assert_eq!(
        part(Media::document_text("abc"))["inlineData"],
        json!({"mimeType": "text/plain", "data": "YWJj"})
    );
    let mut video = Media::new(MediaKind::Video, MediaSource::Url("https://youtu.be/x".into()));
    video.clip =
        Some(VideoClip::new().start(Duration::from_millis(1500)).end(Duration::from_secs(9)).fps(2.0));
    video.detail = Some("low".into());
    assert_eq!(
        part(video),
        json!({
            "fileData": {"fileUri": "https://youtu.be/x"},
            "videoMetadata": {"startOffset": "1.5s", "endOffset": "9s", "fps": 2.0},
            "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"},
        })
    );
    let file = Media::file(MediaKind::Audio, "gemini", "https://x/files/a").media_type("audio/wav");
    assert_eq!(part(file)["fileData"], json!({"mimeType": "audio/wav", "fileUri": "https://x/files/a"}));
    for foreign in [
        Media::file(MediaKind::Image, "openai", "file-1"),
        Media::new(MediaKind::Image, MediaSource::Bytes("abc".into())),
    ] {
        assert_eq!(refused(chat().message(Message::user(foreign))).kind(), ErrorKind::UnsupportedFeature);
    }
}
