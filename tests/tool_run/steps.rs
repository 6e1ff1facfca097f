use std::sync::Arc;

use steer::{CompletionRequest, StopReason, ToolChoice, ToolRunEnd};

use crate::support::{calls, model, pairs, request, results, says, tools};

#[tokio::test(start_paused = true)]
async fn calls_of_one_answer_run_together_and_their_results_stand_in_the_calls_order() {
    let three = [("a", "nap", r#"{"seconds":9}"#), ("b", "fails", ""), ("c", "nap", r#"{"seconds":4}"#)];
    let (client, model) = model([calls(three), says("done")]);
    let start = tokio::time::Instant::now();
    let run = client.run_tools(request(), tools()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 9);
    let given = results(&model.asked()[1].request.messages[2]);
    assert_eq!(given, pairs([("a", "9 s"), ("b", "no luck"), ("c", "4 s")]));
    assert_eq!(run.text(), "done");
}

#[tokio::test(start_paused = true)]
async fn a_long_run_copies_the_conversation_never() {
    let answers = (0..12).map(|_| calls([("a", "nap", r#"{"seconds":1}"#)])).chain([says("done")]);
    let (client, model) = model(answers);
    let run = client.run_tools(request(), tools()).stream().collect().await.unwrap();
    assert_eq!(run.steps.len(), 13);
    let addresses: Vec<_> = model.asked().iter().map(|asked| asked.address).collect();
    assert!(addresses.iter().all(|address| *address == addresses[0]), "{addresses:?}");
}

#[tokio::test]
async fn a_request_that_the_program_keeps_is_not_changed() {
    let (client, _) = model([calls([("a", "fails", "")]), says("done")]);
    let kept = Arc::new(request());
    let run = client.run_tools(&kept, tools()).await.unwrap();
    assert_eq!((*kept).clone(), request());
    assert_eq!(run.request.messages.len(), 4);
}

#[tokio::test]
async fn at_the_limit_of_steps_the_last_calls_are_answered_and_the_conversation_can_go_on() {
    let (client, model) = model([calls([("a", "fails", "")]), calls([("b", "fails", "")]), says("done")]);
    let run = client.run_tools(request(), tools()).max_steps(2).await.unwrap();
    assert_eq!((run.end, run.steps.len(), model.asked().len()), (ToolRunEnd::StepLimit, 2, 2));
    assert_eq!(results(&run.request.messages[4]), pairs([("b", "no luck")]));
    assert!(run.response.unwrap().has_tool_calls(), "the last answer is whole");
    let run = client.run_tools(run.request, tools()).await.unwrap();
    assert_eq!((run.text().as_ref(), run.steps.len()), ("done", 1));
}

#[tokio::test]
async fn a_choice_that_forces_a_call_holds_for_the_first_answer_alone() {
    let (client, model) = model([calls([("a", "fails", "")]), says("done")]);
    let request: CompletionRequest = request().tool_choice(ToolChoice::Required);
    let run = client.run_tools(request, tools()).await.unwrap();
    let choices: Vec<_> = model.asked().into_iter().map(|asked| asked.request.tool_choice).collect();
    assert_eq!(choices, [Some(ToolChoice::Required), Some(ToolChoice::Auto)]);
    assert_eq!(run.request.tool_choice, Some(ToolChoice::Required), "what the program said comes back");
}

#[tokio::test]
async fn a_turn_that_the_vendor_pauses_goes_on() {
    let mut paused = says("Let me see");
    paused.stop_reason = Some(StopReason::Paused);
    let (client, model) = model([paused, says("done")]);
    let run = client.run_tools(request(), tools()).await.unwrap();
    assert_eq!((run.text().as_ref(), run.steps.len()), ("done", 2));
    assert_eq!(model.asked()[1].request.messages.len(), 2);
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_not_run_and_the_model_is_told() {
    let mut cut = calls([("a", "ends", "")]);
    let steer::Part::ToolCall(part) = &mut cut.content[0] else { panic!() };
    part.call.complete = false;
    let (client, model) = model([cut, says("done")]);
    client.run_tools(request(), tools()).await.unwrap();
    let told = &results(&model.asked()[1].request.messages[2])[0].1;
    assert!(told.contains("cut off"), "{told}");
}
