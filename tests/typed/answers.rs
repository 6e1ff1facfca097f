use serde_json::json;
use steer::request::{FeaturePolicy, OnUnsupported};
use steer::{AnswerError, AnswerStrategy, CompletionRequest, ErrorKind, InputSchema, ToolSchema};

use crate::support::{City, OSLO, ask, call, client, oslo, script, sent, text};

#[tokio::test]
async fn a_model_whose_vendor_holds_it_to_a_schema_gets_the_schema_lowered_for_the_vendor() {
    let transport = script([text(r#"{"name":"Oslo","inhabitants":700000,"rivers":null}"#, 9, "stop")]);
    let answer = client(&transport).complete_as::<City>(ask("native")).await.unwrap();
    assert_eq!((answer.value, answer.strategy, answer.attempts), (oslo(), AnswerStrategy::Native, 1));
    assert!(answer.response.extract_text().starts_with('{'), "the answer comes along");
    let format = &sent(&transport, 0)["response_format"]["json_schema"];
    assert_eq!((&format["name"], &format["strict"]), (&json!("City"), &json!(true)));
    // The vendor wants every member required, so that what may be left out may be null instead.
    assert_eq!(format["schema"]["required"].as_array().unwrap().len(), 3);
    assert_eq!(format["schema"]["additionalProperties"], false);
}

#[tokio::test]
async fn a_model_that_has_tools_alone_must_call_one_whose_arguments_are_the_answer() {
    let transport = script([call("answer_City", OSLO)]);
    let answer = client(&transport).complete_as::<City>(ask("tools")).await.unwrap();
    assert_eq!((answer.value, answer.strategy), (oslo(), AnswerStrategy::Tool));
    let sent = sent(&transport, 0);
    assert_eq!(sent["tool_choice"]["function"]["name"], "answer_City");
    assert_eq!(sent["tools"][0]["function"]["parameters"]["required"], json!(["name", "inhabitants"]));
    assert!(sent.get("response_format").is_none());
}

#[tokio::test]
async fn a_model_that_has_neither_is_told_and_what_it_writes_around_the_json_does_no_harm() {
    let transport = script([text(&format!("Sure!\n```json\n{OSLO}\n```\nAnything else?"), 7, "stop")]);
    let answer = client(&transport).complete_as::<City>(ask("plain")).await.unwrap();
    assert_eq!((answer.value, answer.strategy), (oslo(), AnswerStrategy::Prompt));
    let sent = sent(&transport, 0).to_string();
    assert!(
        sent.contains("Be brief.") && sent.contains("JSON Schema") && sent.contains("inhabitants"),
        "{sent}"
    );
}

#[tokio::test]
async fn the_program_may_say_how_the_model_is_asked() {
    let transport = script([text(OSLO, 9, "stop")]);
    let call = client(&transport).complete_as::<City>(ask("native")).strategy(AnswerStrategy::Prompt);
    assert_eq!(call.await.unwrap().strategy, AnswerStrategy::Prompt);
    assert!(sent(&transport, 0).get("response_format").is_none());
}

#[tokio::test]
async fn an_answer_that_does_not_fit_goes_back_with_the_place_that_does_not() {
    let transport = script([
        text(r#"{"name":"Oslo","inhabitants":"many"}"#, 9, "stop"),
        text("I do not know.", 9, "stop"),
        text(OSLO, 9, "stop"),
    ]);
    let answer = client(&transport).complete_as::<City>(ask("native")).await.unwrap();
    assert_eq!((answer.value, answer.attempts), (oslo(), 3));
    assert_eq!(answer.usage.input_tokens, Some(30));
    assert_eq!(answer.strategy, AnswerStrategy::Native, "the vendor still holds the model to the schema");
    let messages = sent(&transport, 2)["messages"].clone();
    let told = messages[3]["content"].as_str().unwrap();
    assert!(told.contains("at `inhabitants`: invalid type: string \"many\", expected u64"), "{told}");
    assert!(messages[5]["content"].as_str().unwrap().contains("not valid JSON"));
}

/// A model whose server takes no format, whatever its catalog says.
fn on_old_server() -> CompletionRequest {
    CompletionRequest::new("old/formless").user("Which city?")
}

#[tokio::test]
async fn a_format_that_the_server_does_not_take_is_followed_by_another_way() {
    let transport = script([text("Oslo, of course.", 9, "stop"), call("answer_City", OSLO)]);
    let answer = client(&transport).complete_as::<City>(on_old_server()).await.unwrap();
    assert_eq!((answer.value, answer.strategy, answer.attempts), (oslo(), AnswerStrategy::Tool, 2));
    assert!(sent(&transport, 0).get("response_format").is_none());

    // Where the program denies what cannot be sent, nothing is sent in vain.
    let transport = script([call("answer_City", OSLO)]);
    let request = on_old_server().policy(FeaturePolicy::all(OnUnsupported::Deny));
    let answer = client(&transport).complete_as::<City>(request).await.unwrap();
    assert_eq!((answer.strategy, answer.attempts), (AnswerStrategy::Tool, 1));
}

#[tokio::test]
async fn a_call_that_does_not_fit_gets_its_result() {
    let transport = script([call("answer_City", r#"{"name":"Oslo"}"#), call("answer_City", OSLO)]);
    let answer = client(&transport).complete_as::<City>(ask("tools")).await.unwrap();
    assert_eq!((answer.value, answer.attempts), (oslo(), 2));
    let result = &sent(&transport, 1)["messages"][3];
    assert_eq!((&result["role"], &result["tool_call_id"]), (&json!("tool"), &json!("a")));
    assert!(result["content"].as_str().unwrap().contains("missing field `inhabitants`"));
}

#[tokio::test]
async fn after_the_last_attempt_the_error_has_the_answer_and_shows_nothing_of_it() {
    let wrong = || text(r#"{"name":"private words","inhabitants":-1}"#, 9, "stop");
    let transport = script([wrong(), wrong(), wrong()]);
    let error = client(&transport).complete_as::<City>(ask("native")).max_attempts(2).await.unwrap_err();
    let AnswerError::Invalid { attempts: 2, misfit, response } = &error else { panic!("{error:?}") };
    assert_eq!((misfit.path(), transport.requests().len()), (Some("inhabitants"), 2));
    assert!(response.extract_text().contains("private words"));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("private") && !shown.contains("-1"), "{shown}");
}

#[tokio::test]
async fn a_refusal_a_cut_off_answer_and_calls_of_other_tools_are_errors_of_their_own() {
    let part = r#"{"name":"Os"#;
    let error =
        client(&script([text(part, 9, "length")])).complete_as::<City>(ask("native")).await.unwrap_err();
    assert!(matches!(error, AnswerError::Truncated { .. }), "{error:?}");
    let error = client(&script([text(part, 9, "content_filter")])).complete_as::<City>(ask("native")).await;
    assert!(matches!(error.unwrap_err(), AnswerError::Refused { .. }));
    let request = ask("native").tool(ToolSchema::new("search", InputSchema::empty()));
    let error = client(&script([call("search", "{}")])).complete_as::<City>(request).await.unwrap_err();
    let AnswerError::ToolCalls { response } = error else { panic!("{error:?}") };
    assert!(response.has_tool_calls());
}

#[tokio::test]
async fn an_answer_that_is_whole_counts_whatever_ended_it() {
    let answer = client(&script([text(OSLO, 9, "length")])).complete_as::<City>(ask("native")).await;
    assert_eq!(answer.unwrap().value, oslo());
}

#[tokio::test]
async fn a_list_is_a_member_of_an_object_on_the_way() {
    let transport = script([text(r#"{"answer":["Oslo","Rome"]}"#, 3, "stop")]);
    let answer = client(&transport).complete_as::<Vec<String>>(ask("native")).await.unwrap();
    assert_eq!(answer.value, ["Oslo", "Rome"]);
}

#[tokio::test]
async fn a_call_that_fails_is_the_calls_own_error() {
    let error = client(&script([])).complete_as::<City>(ask("none/such")).await;
    let AnswerError::Api(error) = error.unwrap_err() else { panic!() };
    assert_eq!(error.kind(), ErrorKind::Network, "an unlisted model is asked as it is named");
}
