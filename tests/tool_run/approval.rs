use std::sync::{Arc, Mutex};

use steer::{Approval, ToolRunEnd};

use crate::support::{calls, model, pairs, request, results, says, tools};

#[tokio::test(start_paused = true)]
async fn each_call_is_asked_for_in_order_and_a_denied_one_tells_the_model_why() {
    let (client, model) = model([calls([("a", "nap", r#"{"seconds":3}"#), ("b", "ends", "")]), says("done")]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let run = client.run_tools(request(), tools()).approve(move |call| {
        seen.lock().unwrap().push(call.name.clone());
        async move { if call.name == "nap" { Approval::Allow } else { Approval::deny("not on a Sunday") } }
    });
    run.await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["nap", "ends"]);
    let given = results(&model.asked()[1].request.messages[2]);
    assert_eq!(given, pairs([("a", "3 s"), ("b", "not on a Sunday")]));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_handed_back_waits_while_the_others_run_and_runs_when_the_program_has_decided() {
    let three = [
        ("a", "nap", r#"{"seconds":1}"#),
        ("b", "nap", r#"{"seconds":2}"#),
        ("c", "nap", r#"{"seconds":3}"#),
    ];
    let (client, model) = model([calls(three), says("done")]);
    let run = client
        .run_tools(request(), tools())
        .approve(async |call| if call.id == "b" { Approval::Allow } else { Approval::HandBack })
        .await
        .unwrap();
    let ToolRunEnd::HandedBack { calls } = &run.end else { panic!("{:?}", run.end) };
    assert_eq!(calls.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(results(&run.request.messages[2]), pairs([("b", "2 s")]));

    // The conversation may be stored in between.
    let stored = serde_json::to_string(&run.request).unwrap();
    let request: steer::CompletionRequest = serde_json::from_str(&stored).unwrap();
    let run = client
        .run_tools(request, tools())
        .decide("a", Approval::Allow)
        .decide("c", Approval::deny("too long"))
        .approve(async |_| panic!("all is decided"))
        .await
        .unwrap();
    assert_eq!((run.text().as_ref(), model.asked().len()), ("done", 2));
    let given = results(&model.asked()[1].request.messages[2]);
    assert_eq!(given, pairs([("a", "1 s"), ("b", "2 s"), ("c", "too long")]));
    assert_eq!(model.asked()[1].request.tools.len(), 3, "no tool is offered twice");
}

#[test]
fn a_reason_does_not_show() {
    assert!(!format!("{:?}", Approval::deny("private")).contains("private"));
}
