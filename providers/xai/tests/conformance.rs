//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_xai::REGISTRATION,
    model: "xai/grok-4.7",
    fixtures: "tests/fixtures",
}
