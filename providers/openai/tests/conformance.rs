//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_openai::REGISTRATION,
    model: "openai/m-1",
    fixtures: "tests/fixtures",
}
