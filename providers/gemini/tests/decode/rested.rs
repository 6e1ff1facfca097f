//! What an answer rests on: grounding, fetched pages, and text that is repeated.

use steer_core::message::{Citation, CitationTarget};
use steer_core::{CompletionResponse, Delivery, Part};

use crate::read::{answer, bytes};

fn citations(answer: &CompletionResponse) -> &[Citation] {
    match &answer.content[0] {
        Part::Text(text) => &text.citations,
        _ => panic!(),
    }
}

fn sources(answer: &CompletionResponse) -> Vec<&str> {
    let mut sources = Vec::new();
    for part in &answer.content {
        if let Part::Source(source) = part {
            sources.extend(source.url.as_deref().or(source.title.as_deref()));
        }
    }
    sources
}

#[test]
fn quirk_117_grounding_comes_late_and_whole_and_cites_the_text_before_it() {
    let answer = answer("grounding");
    let citations = citations(&answer);
    assert_eq!(citations.len(), 4, "what came twice is told once, and a place that is not there not at all");
    let spans: Vec<_> = citations.iter().map(|citation| citation.span.unwrap()).collect();
    assert_eq!(spans, [(0, 16), (0, 16), (16, 31), (16, 31)]);
    assert_eq!(&answer.extract_text()[16..31], citations[2].quoted.as_deref().unwrap());
    assert!(
        matches!(&citations[0].target, CitationTarget::Url { url, .. } if url == "https://example.org/a")
    );
    assert!(matches!(&citations[2].target, CitationTarget::File { file_id, .. } if file_id.ends_with("/d")));
    assert!(matches!(&citations[3].target, CitationTarget::Other { kind } if kind == "maps"));
    assert_eq!(sources(&answer), ["https://example.org/a", "https://example.org/b", "notes.txt", "A place"]);
    assert!(answer.provider_metadata["groundingMetadata"].get().contains("searchEntryPoint"));
}

#[test]
fn pages_that_were_fetched_are_sources_and_each_is_named_once() {
    let answer = answer("url_context");
    assert_eq!(sources(&answer), ["https://example.org/a", "https://example.org/c"]);
    assert!(answer.provider_metadata["urlContextMetadata"].get().contains("gone"));
}

#[test]
fn text_that_is_repeated_is_cited() {
    let answer = answer("citations");
    let citations = citations(&answer);
    assert_eq!(citations[0].span, Some((3, 9)));
    assert!(matches!(&citations[0].target, CitationTarget::Url { url, .. } if url.ends_with("/poem")));
    assert!(matches!(&citations[1].target, CitationTarget::Other { .. }));
}

#[test]
fn grounding_may_follow_the_reason_and_points_into_the_text_it_means() {
    let parts = r#"[{"text":"abc"},{"text":"(think)","thought":true},{"text":"defg"}]"#;
    let support = |segment: &str| format!(r#"{{"segment":{segment},"groundingChunkIndices":[0]}}"#);
    let supports = [
        support(r#"{"startIndex":1,"endIndex":3}"#),
        support(r#"{"startIndex":4,"endIndex":6}"#),
        support(r#"{"partIndex":2,"startIndex":0,"endIndex":2}"#),
        support(r#"{"startIndex":4000,"endIndex":5000}"#),
    ]
    .join(",");
    let body = format!(
        "data: {{\"candidates\":[{{\"content\":{{\"parts\":{parts}}},\"finishReason\":\"STOP\"}}]}}\n\n\
         data: {{\"candidates\":[{{\"groundingMetadata\":{{\"groundingChunks\":[{{\"web\":{{\"uri\":\"u\"}}}}],\"groundingSupports\":[{supports}]}}}}]}}\n\n"
    );
    let answer = bytes(Delivery::Stream, body).result.unwrap();
    let spans = |place: usize| match &answer.content[place] {
        Part::Text(text) => text.citations.iter().map(|citation| citation.span.unwrap()).collect::<Vec<_>>(),
        _ => panic!(),
    };
    assert_eq!(spans(0), [(1, 3)]);
    assert_eq!(spans(2), [(1, 3), (0, 2), (4, 4)]);
}
