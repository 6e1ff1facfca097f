#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_ollama::REGISTRATION, "ollama/any").expect("it builds");
}

const START: &[u8] =
    b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\n\
    {\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"b\"},\"done\":false}\n";

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::stream(subject, START, &cut)));
