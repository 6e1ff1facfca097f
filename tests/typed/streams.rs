use futures::StreamExt;
use serde_json::{Value, json};
use steer::{StreamChunk, TypedChunk, TypedStream};

use crate::support::{City, OSLO, ask, call, client, oslo, script, text};

/// Every value that the stream shows, and the last item.
async fn shown(stream: &mut TypedStream<City>) -> (Vec<Value>, City) {
    let mut values = Vec::new();
    while let Some(item) = stream.next().await {
        match item.unwrap() {
            TypedChunk::Chunk { grew: true, .. } => values.push(stream.partial().clone()),
            TypedChunk::StartedOver => values.push(json!("again")),
            TypedChunk::Complete(typed) => {
                assert!(stream.next().await.is_none());
                return (values, typed.value);
            }
            _ => {}
        }
    }
    panic!("no value")
}

#[tokio::test]
async fn the_value_grows_with_the_answer_and_is_checked_at_its_end() {
    let transport = script([text(OSLO, 11, "stop")]);
    let mut stream = client(&transport).stream_as::<City>(ask("native"));
    let (values, city) = shown(&mut stream).await;
    let grown =
        [json!({"name": "Os"}), json!({"name": "Oslo"}), json!({"name": "Oslo", "inhabitants": 700_000})];
    assert_eq!(values, grown);
    assert_eq!(city, oslo());
}

#[tokio::test]
async fn the_arguments_of_the_tool_that_takes_the_answer_grow_too() {
    let mut stream = client(&script([call("answer_City", OSLO)])).stream_as::<City>(ask("tools"));
    let (values, city) = shown(&mut stream).await;
    assert_eq!((values.first(), city), (Some(&json!({"name": "Oslo"})), oslo()));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_told_of_and_the_value_begins_anew() {
    let transport = script([text(r#"{"name":5}"#, 99, "stop"), text(OSLO, 99, "stop")]);
    let mut stream = client(&transport).stream_as::<City>(ask("native"));
    let (values, city) = shown(&mut stream).await;
    let whole = json!({"name": "Oslo", "inhabitants": 700_000});
    assert_eq!(values, [json!({"name": 5}), json!("again"), whole]);
    assert_eq!(city, oslo());
}

#[tokio::test]
async fn what_has_come_of_a_list_is_a_list_and_reads_as_a_type() {
    let transport = script([text(r#"{"answer":["Oslo","Rome"]}"#, 20, "stop")]);
    let mut stream = client(&transport).stream_as::<Vec<String>>(ask("native"));
    while let Some(item) = stream.next().await {
        if let TypedChunk::Chunk { grew: true, chunk: StreamChunk::TextDelta { .. } } = item.unwrap() {
            break;
        }
    }
    assert_eq!(stream.partial_as::<Vec<String>>().unwrap(), ["Oslo", "R"]);
    assert_eq!(stream.collect().await.unwrap().value, ["Oslo", "Rome"]);
}
