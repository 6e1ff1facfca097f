use futures::StreamExt;
use serde_json::{Value, json};
use steer::{Role, StreamChunk, ToolRunEvent};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::support::{client, pairs, request, results, tools};

fn event(json: Value) -> String {
    format!("data: {json}\n\n")
}

/// Two calls, the second with broken arguments, in the pieces in which they come.
fn two_calls() -> String {
    let delta =
        |calls: Value| event(json!({"id": "c1", "choices": [{"index": 0, "delta": {"tool_calls": calls}}]}));
    let call = |index: u32, id: &str, arguments: &str| json!([{"index": index, "id": id, "type": "function", "function": {"name": "nap", "arguments": arguments}}]);
    [
        delta(call(0, "a", "{\"sec")),
        delta(json!([{"index": 0, "function": {"arguments": "onds\":2}"}}])),
        delta(call(1, "b", "{\"seconds\":")),
        event(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})),
        event(json!({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}})),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat()
}

fn done() -> String {
    [
        event(json!({"id": "c2", "choices": [{"index": 0, "delta": {"content": "Well "}}]})),
        event(json!({"choices": [{"index": 0, "delta": {"content": "rested."}, "finish_reason": "stop"}]})),
        event(json!({"choices": [], "usage": {"prompt_tokens": 200, "completion_tokens": 20, "total_tokens": 220}})),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat()
}

fn script() -> ScriptedTransport {
    ScriptedTransport::responses([two_calls(), done()].map(|body| Response::sse(body).each_event_a_piece()))
}

fn body(transport: &ScriptedTransport, request: usize) -> Value {
    serde_json::from_slice(&transport.requests()[request].body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_the_tools_said_goes_back_to_the_model_and_broken_arguments_are_told_to_it() {
    let transport = script();
    let run = client(&transport).run_tools(request(), tools()).await.unwrap();
    assert!(run.is_answered());
    assert_eq!(run.text(), "Well rested.");

    let sent = body(&transport, 0);
    assert_eq!(sent["tools"][0]["function"]["name"], "nap");
    let sent = body(&transport, 1);
    let messages = sent["messages"].as_array().unwrap();
    assert_eq!(messages[1]["tool_calls"][0]["function"]["arguments"], "{\"seconds\":2}");
    assert_eq!((&messages[2]["tool_call_id"], &messages[2]["content"]), (&json!("a"), &json!("2 s")));
    let told = messages[3]["content"].as_str().unwrap();
    assert!(told.contains("the arguments of tool `nap` cannot be read"), "{told}");

    let roles: Vec<_> = run.request.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::Tool, Role::Assistant]);
    assert_eq!(run.response.unwrap().content, run.request.messages[3].parts);
    assert_eq!((run.usage.input_tokens, run.usage.output_tokens), (Some(300), Some(30)));
    assert_eq!(run.cost.unwrap().to_string(), "0.00033");
    assert_eq!(run.steps[0].called, ["nap", "nap"]);
}

/// An event in a word.
fn word(event: &ToolRunEvent) -> String {
    match event {
        ToolRunEvent::StepStarted { step } => format!("step {step}"),
        ToolRunEvent::Chunk { step, chunk } => match chunk {
            StreamChunk::TextDelta { text, .. } => format!("{step}: {text}"),
            StreamChunk::ToolInputDelta { delta, .. } => format!("{step}: {delta}"),
            StreamChunk::MessageComplete(_) => format!("{step}: complete"),
            _ => String::new(),
        },
        ToolRunEvent::ToolStarted { step, call } => format!("{step}: runs {}", call.id),
        ToolRunEvent::ToolResult { step, result } => format!("{step}: result {}", result.call_id),
        ToolRunEvent::StepEnded { step } => format!("ended {}", step.number),
        ToolRunEvent::Finished(run) => format!("finished {}", run.text()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_hands_out_every_chunk_of_every_step_and_what_the_tools_said() {
    let mut stream = client(&script()).run_tools(request(), tools()).stream();
    let mut words = Vec::new();
    while let Some(event) = stream.next().await {
        words.push(word(&event.unwrap()));
    }
    words.retain(|word| !word.is_empty());
    let expected = [
        "step 1",
        "1: {\"sec",
        "1: onds\":2}",
        "1: {\"seconds\":",
        "1: complete",
        "1: runs a",
        "1: runs b",
        // It fails at once.
        "1: result b",
        "1: result a",
        "ended 1",
        "step 2",
        "2: Well ",
        "2: rested.",
        "2: complete",
        "ended 2",
        "finished Well rested.",
    ];
    assert_eq!(words, expected);
    assert!(stream.next().await.is_none() && stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_collected_is_the_run_that_is_awaited() {
    let streamed = client(&script()).run_tools(request(), tools()).stream().collect().await.unwrap();
    let awaited = client(&script()).run_tools(request(), tools()).await.unwrap();
    assert_eq!(streamed.request, awaited.request);
    assert_eq!(streamed.usage, awaited.usage);
    assert_eq!(results(&streamed.request.messages[2])[0], pairs([("a", "2 s")])[0]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_ends_the_run_and_the_conversation_so_far_is_in_the_error() {
    let broken = event(json!({"id": "c2", "choices": [{"index": 0, "delta": {"content": "We"}}]}));
    let transport = ScriptedTransport::responses([two_calls(), broken].map(Response::sse));
    let error = client(&transport).run_tools(request(), tools()).stream().collect().await.unwrap_err();
    assert_eq!(error.kind(), Some(steer::ErrorKind::Truncated), "{error:?}");
    assert_eq!(error.run.request.messages.len(), 3);
    assert_eq!(error.run.steps.len(), 1);
}
