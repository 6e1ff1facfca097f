#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_openai::REGISTRATION, "openai/any").expect("it builds");
}

const START: &[u8] = b"data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"status\":\"in_progress\"}}\n\n\
    data: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n\n";

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::stream(subject, START, &cut)));
