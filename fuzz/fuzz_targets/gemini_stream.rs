#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_gemini::REGISTRATION, "gemini/any").expect("it builds");
}

const START: &[u8] = b"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"promptTokenCount\":1}}\n\n\
    data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]}}],\"usageMetadata\":{\"promptTokenCount\":2}}\n\n";

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::stream(subject, START, &cut)));
