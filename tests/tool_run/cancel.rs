use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use steer::tools::{NoArguments, Tool, ToolBox};
use steer::{CancellationToken, ErrorKind, ToolRunEvent};

use crate::support::{calls, model, pairs, request, results, says, tools};

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_at_once_keeps_what_was_said_and_can_go_on() {
    let two = [("a", "nap", r#"{"seconds":1}"#), ("b", "nap", r#"{"seconds":60}"#)];
    let (client, _) = model([calls(two), says("done")]);
    let cancel = CancellationToken::new();
    let start = tokio::time::Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        cancel.cancel();
    };
    let run = client.run_tools(request(), tools()).cancel_on(cancel.clone());
    let (ended, ()) = tokio::join!(std::future::IntoFuture::into_future(run), later);
    let error = ended.unwrap_err();
    assert_eq!((start.elapsed().as_secs(), error.kind()), (5, Some(ErrorKind::Cancelled)));
    assert_eq!(results(&error.run.request.messages[2]), pairs([("a", "1 s")]));
    let run = client.run_tools(error.run.request, tools()).await.unwrap();
    assert_eq!(results(&run.request.messages[2]), pairs([("a", "1 s"), ("b", "60 s")]));
}

#[tokio::test]
async fn a_run_that_is_cancelled_before_it_begins_asks_nothing() {
    let (client, model) = model([says("done")]);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = client.run_tools(request(), tools()).cancel_on(cancel).await.unwrap_err();
    assert_eq!((error.kind(), model.asked().len()), (Some(ErrorKind::Cancelled), 0));
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_drops_the_tools_that_run() {
    let seen = Arc::new(Mutex::new(None));
    let tool = {
        let seen = Arc::clone(&seen);
        Tool::with_context("waits", move |_: NoArguments, context| {
            *seen.lock().unwrap() = Some(context.cancel);
            std::future::pending::<Result<(), _>>()
        })
        .unwrap()
    };
    let (client, _) = model([calls([("a", "waits", "")])]);
    let mut stream = client.run_tools(request(), ToolBox::new([tool]).unwrap()).stream();
    while let Some(event) = stream.next().await {
        if matches!(event.unwrap(), ToolRunEvent::ToolStarted { .. }) {
            break;
        }
    }
    // The tool begins as soon as the stream is read on.
    assert!(tokio::time::timeout(Duration::from_secs(1), stream.next()).await.is_err());
    let running = seen.lock().unwrap().clone().unwrap();
    assert!(!running.is_cancelled());
    drop(stream);
    assert!(running.is_cancelled());
}
