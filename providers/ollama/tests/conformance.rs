//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_ollama::REGISTRATION,
    model: "ollama/gemma3",
    fixtures: "tests/fixtures",
}
