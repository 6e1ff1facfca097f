#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_anthropic::REGISTRATION, "anthropic/any").expect("it builds");
}

const START: &[u8] = b"data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}\n\n\
    data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::stream(subject, START, &cut)));
