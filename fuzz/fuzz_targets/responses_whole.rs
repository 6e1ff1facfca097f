#![no_main]

#[path = "answer.rs"]
mod answer;

use answer::Cut;
use libfuzzer_sys::fuzz_target;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_openai::REGISTRATION, "openai/any").expect("it builds");
}

fuzz_target!(|cut: Cut<'_>| SUBJECT.with(|subject| answer::whole(subject, false, &cut)));
