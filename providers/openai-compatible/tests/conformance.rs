//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_openai_compatible::REGISTRATION,
    model: "openai-compatible/m-1",
    fixtures: "tests/fixtures",
}
