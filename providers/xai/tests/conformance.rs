//! The cases that every provider passes, over the fixtures of each wire format.

mod responses {
    steer_testkit::conformance! {
        registration: steer_xai::REGISTRATION,
        model: "xai/grok-4.7",
        fixtures: "tests/fixtures/responses",
    }
}

mod chat {
    steer_testkit::conformance! {
        registration: steer_xai::REGISTRATION,
        model: "xai/grok-4.7",
        api_format: steer_xai::CHAT_API,
        fixtures: "tests/fixtures/chat",
    }
}
