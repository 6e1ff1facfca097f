//! The cases that every provider passes, over the fixtures.

steer_testkit::conformance! {
    registration: steer_gemini::REGISTRATION,
    model: "gemini/gemini-3.8-flash",
    fixtures: "tests/fixtures",
}
