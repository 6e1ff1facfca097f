#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_openai_compatible::REGISTRATION, "openai-compatible/any").expect("it builds");
}

const START: &[u8] = b"data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}\n\n\
    data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}\n\n";

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::stream(subject, START, &cut)));
