//! Tools that the vendor brings.

use steer_core::message::{Executor, ToolCallPart};
use steer_core::tools::{MediaSource, ToolInput};
use steer_core::{CompletionResponse, Media, Part, StopReason, StreamChunk};

use crate::read::{answer, stream, whole};

fn call<'a>(answer: &'a CompletionResponse, kind: &str) -> &'a ToolCallPart {
    let found = answer.content.iter().find_map(|part| match part {
        Part::ToolCall(part) if part.kind.as_deref() == Some(kind) => Some(part),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn searches_are_calls_that_the_vendor_ran_with_their_states() {
    let decoded = stream("searches");
    let states = decoded.chunks.iter().filter_map(|chunk| match chunk {
        StreamChunk::ServerToolStatus { index, status } => Some((*index, status.as_str())),
        _ => None,
    });
    assert!(states.eq([
        (0, "in_progress"),
        (0, "searching"),
        (0, "completed"),
        (1, "in_progress"),
        (1, "searching"),
        (1, "completed"),
    ]));
    let answer = decoded.result.unwrap();
    assert!(!answer.has_tool_calls());
    assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
    let web = call(&answer, "web_search_call");
    assert_eq!((web.executor, web.call.name.as_str()), (Executor::Provider, "web_search"));
    assert!(web.call.raw().contains("weather bern"));
    assert!(call(&answer, "file_search_call").meta.replay.as_ref().unwrap().get().contains("\"results\""));
    let counted = [("web_search_call".to_owned(), 1), ("file_search_call".to_owned(), 1)];
    assert_eq!(answer.usage.unwrap().server_tools, counted);
}

#[test]
fn code_comes_as_it_is_written() {
    let answer = answer("code_interpreter");
    let code = call(&answer, "code_interpreter_call");
    assert_eq!(code.call.input, ToolInput::Text("print(\"4\")\n".to_owned()));
    assert!(code.meta.replay.as_ref().unwrap().get().contains("\"logs\":\"4\\n\""));
}

#[test]
fn an_image_shows_itself_early_and_stands_in_the_answer() {
    let decoded = stream("image");
    let early = decoded.chunks.iter().find_map(|chunk| match chunk {
        StreamChunk::MediaPartial { number: 0, media, .. } => Some((**media).clone()),
        _ => None,
    });
    assert_eq!(early, Some(Media::image_bytes("image/webp", vec![1])));
    let answer = decoded.result.unwrap();
    let [Part::Media(part)] = &answer.content[..] else { panic!("{:?}", answer.content) };
    assert_eq!(part.media, Media::image_bytes("image/webp", vec![1, 2, 3]));
    assert_eq!(part.generated.as_ref().unwrap().id.as_deref(), Some("ig_1"));
    assert!(part.meta.replay.is_some());
}

#[test]
fn an_image_that_failed_is_a_call_and_no_picture() {
    let answer = whole("image_failed").result.unwrap();
    let call = call(&answer, "image_generation_call");
    assert_eq!((call.executor, call.status.as_deref()), (Executor::Provider, Some("failed")));
}

#[test]
fn what_the_program_has_to_run_is_told_from_what_the_vendor_runs() {
    let answer = answer("machine_tools");
    for kind in ["computer_call", "local_shell_call", "apply_patch_call"] {
        assert_eq!(call(&answer, kind).executor, Executor::Client, "{kind}");
    }
    let shells: Vec<_> = answer
        .content
        .iter()
        .filter_map(|part| match part {
            Part::ToolCall(part) if part.kind.as_deref() == Some("shell_call") => {
                Some((part.call.id.as_str(), part.executor))
            }
            _ => None,
        })
        .collect();
    assert_eq!(shells, [("call_sh", Executor::Client), ("call_hs", Executor::Provider)]);
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
    let result = answer.content.iter().find_map(|part| match part {
        Part::ToolResult(part) => Some(part),
        _ => None,
    });
    let result = result.unwrap();
    assert_eq!((result.result.call_id.as_str(), result.executor), ("call_hs", Executor::Provider));
}

#[test]
fn tool_servers_list_call_fail_and_ask() {
    let answer = answer("mcp");
    let [
        Part::ToolAvailability(list),
        Part::ToolCall(done),
        Part::ToolCall(failed),
        Part::ApprovalRequest(asks),
    ] = &answer.content[..]
    else {
        panic!("{:?}", answer.content)
    };
    assert_eq!(list.add, ["search"]);
    assert_eq!((done.server_label.as_deref(), done.call.name.as_str()), (Some("docs"), "search"));
    assert_eq!((done.call.raw(), done.executor), ("{\"q\":\"x\"}", Executor::Provider));
    assert_eq!(failed.status.as_deref(), Some("failed"));
    assert_eq!((asks.approval_id.as_str(), asks.call.name.as_str()), ("mcpr_1", "delete"));
    assert_eq!(asks.call.raw(), "{\"id\":7}");
    // Nothing is to be run: the program is asked, and answers with an approval.
    assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
}

/// Quirk 51 again: the vendor gives a search that the program runs its id only when it is whole.
#[test]
fn rare_items_keep_their_places_and_their_json() {
    let answer = answer("rare_items");
    let search = answer.content.iter().filter_map(|part| match part {
        Part::ToolCall(part) if part.kind.as_deref() == Some("tool_search_call") => Some(part),
        _ => None,
    });
    let searches: Vec<_> = search.map(|part| (part.call.id.as_str(), part.executor)).collect();
    assert_eq!(searches, [("tsc_1", Executor::Provider), ("call_ts", Executor::Client)]);
    assert_eq!(answer.content.len(), 8);
    let Part::ToolAvailability(found) = &answer.content[1] else { panic!("{:?}", answer.content[1]) };
    assert_eq!(found.add, ["list_orders"]);
    let Part::Compaction(compaction) = &answer.content[6] else { panic!("{:?}", answer.content[6]) };
    assert_eq!(compaction.encrypted.as_deref(), Some("gAAAAABcompacted=="));
    let Part::Opaque(unknown) = &answer.content[7] else { panic!("{:?}", answer.content[7]) };
    assert_eq!(
        unknown.json.get(),
        r#"{"id":"dr_1","type":"dream_call","call_id":"call_d","depth":[1,2.5],"é":null}"#
    );
}

#[test]
fn an_image_that_cannot_be_read_keeps_its_json() {
    let body = r#"{"id":"r","status":"completed","output":[{"type":"image_generation_call","id":"ig","status":"completed","result":"ÿ"}]}"#;
    let answer = crate::read::bytes(steer_core::Delivery::Whole, body).result.unwrap();
    assert!(matches!(&answer.content[..], [Part::Opaque(part)] if part.kind == "image_generation_call"));
}

#[test]
fn an_image_without_padding_is_read() {
    let body = r#"{"id":"r","status":"completed","output":[{"type":"image_generation_call","id":"ig","status":"completed","result":"AQ"}]}"#;
    let answer = crate::read::bytes(steer_core::Delivery::Whole, body).result.unwrap();
    let [Part::Media(part)] = &answer.content[..] else { panic!("{:?}", answer.content) };
    assert!(matches!(&part.media.source, MediaSource::Bytes(bytes) if bytes[..] == [1]));
}
