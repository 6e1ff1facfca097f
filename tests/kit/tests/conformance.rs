//! The cases of the conformance suite find what they are for: a sound provider passes, and each fault is found.
#![cfg(feature = "conformance")]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "only tests are here")]

use std::sync::Arc;

use steer_core::bytes::Bytes;
use steer_core::http::HttpProvider;
use steer_core::message::Text;
use steer_core::protocol::BodyEnd;
use steer_core::{
    ApiError, Call, ChunkSink, Decoder, Delivery, EndProof, Frame, Outgoing, Part, Protocol, Provider,
    ProviderSettings, Registration, StreamChunk, StreamError,
};
use steer_testkit::conformance::{self, Fixture, Subject};

const CATALOG: &str = r#"
[[providers]]
id = "tiny"
name = "Tiny"
api_format = "tiny-lines"
base_url = "https://tiny.example"
env = ["TINY_API_KEY"]

[[models]]
provider = "tiny"
id = "one"
recommended = true
"#;

/// A wire format of one event a word: `+text`, `end`, and whatever is to come. It has one fault, or none.
#[derive(Debug)]
struct Tiny<const FAULT: u8>;

const NONE: u8 = 0;
const INVENTS_AN_END: u8 = 1;
const FAILS_AT_THE_UNKNOWN: u8 = 2;
const COUNTS_WHAT_IT_SKIPS: u8 = 3;

struct TinyDecoder<const FAULT: u8> {
    open: bool,
    skipped: usize,
}

impl<const FAULT: u8> Protocol for Tiny<FAULT> {
    fn api(&self) -> &str {
        "tiny-lines"
    }

    fn encode(&self, _: &Call, _: Delivery) -> Result<Outgoing, ApiError> {
        Ok(Outgoing::post("/v1", "{}"))
    }

    fn decoder(&self, _: &Call, _: Delivery) -> Box<dyn Decoder> {
        Box::new(TinyDecoder::<FAULT> { open: false, skipped: 0 })
    }
}

impl<const FAULT: u8> Decoder for TinyDecoder<FAULT> {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if let Some(text) = frame.data.strip_prefix('+') {
            if !std::mem::replace(&mut self.open, true) {
                out.push(StreamChunk::ContentBlockStart {
                    index: 0,
                    part: Box::new(Part::Text(Text::default())),
                });
            }
            let dots = ".".repeat(if FAULT == COUNTS_WHAT_IT_SKIPS { self.skipped } else { 0 });
            out.push(StreamChunk::TextDelta { index: 0, text: format!("{text}{dots}") });
        } else if frame.data == "end" {
            out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        } else if FAULT == FAILS_AT_THE_UNKNOWN {
            return Err(ApiError::parsing("what is this?").into());
        } else {
            self.skipped += 1;
        }
        Ok(())
    }

    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError> {
        if FAULT == INVENTS_AN_END && end == BodyEnd::Clean {
            out.push(StreamChunk::MessageEnd { proof: EndProof::Inferred });
        }
        Ok(())
    }
}

fn build<const FAULT: u8>(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(HttpProvider::new(Tiny::<FAULT>, settings)?))
}

fn registration<const FAULT: u8>(catalog: &'static str) -> Registration {
    Registration::new("tiny", "tiny", &["tiny-lines"], catalog, build::<FAULT>)
}

fn subject<const FAULT: u8>() -> Subject {
    Subject::new(registration::<FAULT>(CATALOG), "tiny/one").unwrap()
}

fn fixture(body: &'static str) -> Fixture {
    Fixture {
        name: "tiny".to_owned(),
        delivery: Delivery::Stream,
        is_lines: false,
        body: Bytes::from_static(body.as_bytes()),
        whole: None,
    }
}

const ANSWER: &str = ": by hand\n\ndata: +Grüße, \n\ndata: +Welt of tests\n\ndata: end\n\n";

#[test]
fn a_sound_provider_passes_every_case() {
    let (subject, fixture) = (subject::<NONE>(), fixture(ANSWER));
    assert_eq!(fixture.decode(&subject).result.unwrap().extract_text(), "Grüße, Welt of tests");
    conformance::pass(conformance::the_registration_and_its_catalog_are_valid(registration::<NONE>(CATALOG)));
    for case in [
        conformance::any_pieces_give_the_same_chunks,
        conformance::line_ends_and_keep_alives_change_nothing,
        conformance::an_answer_that_is_cut_is_an_error_with_what_came,
        conformance::unknown_events_change_nothing,
        conformance::a_whole_answer_equals_its_stream,
        conformance::the_content_is_not_in_debug_output,
    ] {
        conformance::pass(case(&subject, &fixture));
    }
    for case in [
        conformance::a_status_alone_gives_its_kind,
        conformance::no_body_of_an_error_is_quoted_as_markup,
        conformance::the_key_goes_into_one_header_and_into_no_text,
    ] {
        conformance::pass(case(&subject));
    }
}

#[test]
fn an_invented_end_is_found() {
    let report = conformance::an_answer_that_is_cut_is_an_error_with_what_came(
        &subject::<INVENTS_AN_END>(),
        &fixture(ANSWER),
    );
    assert!(report.unwrap_err().contains("it is a success"));
}

#[test]
fn an_answer_that_ends_before_its_last_event_is_found() {
    let body = ": by hand\n\ndata: +one\n\ndata: end\n\ndata: +two\n\n";
    let report =
        conformance::an_answer_that_is_cut_is_an_error_with_what_came(&subject::<NONE>(), &fixture(body));
    assert!(report.unwrap_err().contains("ends before its last event"));
}

#[test]
fn a_failure_at_an_unknown_event_is_found() {
    let report =
        conformance::unknown_events_change_nothing(&subject::<FAILS_AT_THE_UNKNOWN>(), &fixture(ANSWER));
    assert!(report.unwrap_err().contains("what is this?"));
}

#[test]
fn an_unknown_event_that_changes_the_text_is_found() {
    let report =
        conformance::unknown_events_change_nothing(&subject::<COUNTS_WHAT_IT_SKIPS>(), &fixture(ANSWER));
    assert!(report.unwrap_err().contains("the chunks are others"));
}

#[test]
fn a_whole_body_that_differs_from_its_stream_is_found() {
    let mut fixture = fixture(ANSWER);
    fixture.whole = Some(Bytes::from_static(b"+Gruesse"));
    let report = conformance::a_whole_answer_equals_its_stream(&subject::<NONE>(), &fixture);
    assert!(report.is_err());
}

#[test]
fn a_catalog_that_recommends_no_model_is_found() {
    let catalog: &'static str = Box::leak(CATALOG.replace("recommended = true", "").into_boxed_str());
    let report = conformance::the_registration_and_its_catalog_are_valid(registration::<NONE>(catalog));
    assert!(report.unwrap_err().contains("recommends no model"));
}

#[test]
fn a_catalog_that_contradicts_itself_is_found() {
    const THINKS: &str = "capabilities = [\"thinking\"]\nthinking_modes = [\"effort\"]\n";
    let found = |lines: String| {
        let catalog = CATALOG.replace("recommended = true", &format!("recommended = true\n{lines}"));
        assert_ne!(catalog, CATALOG);
        let catalog: &'static str = Box::leak(catalog.into_boxed_str());
        conformance::the_registration_and_its_catalog_are_valid(registration::<NONE>(catalog))
    };
    conformance::pass(found(format!("{THINKS}efforts = [\"low\", \"high\"]")));
    for (lines, message) in [
        (
            "context_window_tokens = 9\nmax_output_tokens = 10".to_owned(),
            "more tokens than its context window",
        ),
        ("capabilities = [\"thinking\"]".to_owned(), "without a way of thinking"),
        ("thinking_modes = [\"effort\"]".to_owned(), "without a way of thinking"),
        ("efforts = [\"low\"]".to_owned(), "efforts that it does not take"),
        (format!("{THINKS}efforts = [\"high\", \"low\"]"), "out of order"),
        (format!("{THINKS}efforts = [\"low\", \"low\"]"), "twice"),
        (format!("{THINKS}max_thinking_budget_tokens = 9"), "bounds a budget"),
        (
            THINKS.replace("effort", "budget")
                + "min_thinking_budget_tokens = 10\nmax_thinking_budget_tokens = 9",
            "takes no budget at all",
        ),
        ("price = { input = \"1\", output = \"2\" }".to_owned(), "without its source or its day"),
        (
            "price = { version = \"ours\", as_of = \"2026-11-25\", input = \"1\" }".to_owned(),
            "for one direction alone",
        ),
    ] {
        let report = found(lines.clone()).expect_err(&lines);
        assert!(report.contains(message), "{lines}: {report}");
    }
}

#[test]
fn readings_that_differ_say_where() {
    let subject = subject::<NONE>();
    let (one, two) =
        (fixture(ANSWER).decode(&subject), fixture("data: +Grüße, \n\ndata: end\n\n").decode(&subject));
    assert!(one.same_as(&two).unwrap_err().contains("chunks"));
    assert!(one.ends_as(&two).unwrap_err().contains("the answer is"));
}
