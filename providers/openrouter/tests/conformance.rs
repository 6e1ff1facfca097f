//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_openrouter::REGISTRATION,
    model: "openrouter/anthropic/claude-sonnet-5.5",
    fixtures: "tests/fixtures",
}
