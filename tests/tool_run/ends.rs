use steer::message::{Executor, ToolCallPart};
use steer::request::ServerState;
use steer::tool_run::ToolRunFailure;
use steer::{ErrorKind, Part, ToolCall, ToolRunEnd};

use crate::support::{calls, model, pairs, request, results, says, tools};

#[tokio::test]
async fn the_programs_function_ends_a_run_behind_a_step() {
    let (client, model) = model([calls([("a", "fails", "")]), calls([("b", "nap", r#"{"seconds":0}"#)])]);
    let run = client
        .run_tools(request(), tools())
        .stop_when(|end| end.called("nap") && end.results.parts.len() == 1 && end.answer.parts.len() == 1)
        .await
        .unwrap();
    assert_eq!((run.end, model.asked().len()), (ToolRunEnd::Stopped, 2));
    assert_eq!(results(run.request.messages.last().unwrap()), pairs([("b", "0 s")]));
}

#[tokio::test]
async fn a_tool_that_fails_for_good_ends_the_run_and_the_error_has_the_conversation() {
    let (client, _) = model([calls([("a", "fails", ""), ("b", "ends", "")]), says("done")]);
    let error = client.run_tools(request(), tools()).await.unwrap_err();
    let ToolRunFailure::Tool(cause) = &error.failure else { panic!("{error:?}") };
    assert_eq!((cause.tool.as_str(), error.kind(), error.run.end), ("ends", None, ToolRunEnd::Failed));
    assert_eq!(results(&error.run.request.messages[2]), pairs([("a", "no luck")]));
}

#[tokio::test]
async fn calls_that_the_vendor_runs_are_left_alone() {
    let mut part = ToolCallPart::new(ToolCall::new("s", "search", "{}"));
    part.executor = Executor::Provider;
    let mut answer = says("Found it");
    answer.content.insert(0, Part::ToolCall(part));
    let (client, _) = model([answer]);
    let run = client.run_tools(request(), tools()).await.unwrap();
    assert_eq!(
        (run.end, run.steps[0].called.len(), run.request.messages.len()),
        (ToolRunEnd::Answered, 0, 2)
    );
}

#[tokio::test]
async fn a_call_of_the_model_that_fails_ends_the_run() {
    let (client, _) = model([calls([("a", "fails", "")])]);
    let error = client.run_tools(request(), tools()).await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::QuotaExhausted));
    assert_eq!(error.run.request.messages.len(), 3);
}

#[tokio::test]
async fn a_conversation_that_the_vendor_keeps_is_refused_before_anything_is_asked() {
    let (client, model) = model([says("done")]);
    let mut state = ServerState::default();
    state.conversation = Some("conv_1".to_owned());
    let error = client.run_tools(request().state(state), tools()).await.unwrap_err();
    assert_eq!((error.kind(), model.asked().len()), (Some(ErrorKind::UnsupportedFeature), 0));
}
