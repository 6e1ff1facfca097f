//! Responses with another status than a success.

use std::time::Duration;

use steer::{CompletionRequest, ErrorKind, RetryPolicy};
use steer_testkit::transport::Response;

use crate::formats::{ALL, Format};
use crate::rig::{Rig, headed, request, stream, typed};

fn refused(format: Format, status: u16, message: &str) -> Response {
    typed(status, "application/json", format.refusal(message))
}

fn once(format: Format) -> Rig {
    Rig::with(format, |builder| builder.retry(RetryPolicy::attempts(1)))
}

#[tokio::test]
async fn a_refused_stream_keeps_its_kind_its_wait_its_id_and_its_words() {
    for format in ALL {
        let rig = once(format);
        let response = headed(refused(format, 429, "slow down, please"), "retry-after", "7");
        let id = if format == Format::Messages { "request-id" } else { "x-request-id" };
        for whole in [false, true] {
            let response = headed(response.clone(), id, "req-77");
            let asked = match whole {
                true => rig.ask_whole([response]).await,
                false => rig.ask([response]).await,
            };
            let error = asked.failed();
            assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, Some(429)), "{format:?}");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{format:?}");
            assert_eq!(error.request_id(), Some("req-77"), "{format:?}");
            assert!(error.to_string().contains("slow down, please"), "{format:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_met_with_as_many_requests_as_allowed_whichever_way_the_answer_comes() {
    for format in ALL {
        for attempts in [1, 2, 5] {
            let rig = Rig::with(format, |builder| builder.retry(RetryPolicy::attempts(attempts)));
            for whole in [false, true] {
                let outage = std::iter::repeat_with(|| refused(format, 503, "later")).take(9);
                let asked = if whole { rig.ask_whole(outage).await } else { rig.ask(outage).await };
                let error = asked.result.unwrap_err();
                assert_eq!(
                    (asked.requests, error.attempts()),
                    (usize::try_from(attempts).unwrap(), attempts)
                );
                assert_eq!(error.status(), Some(503), "{format:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_help_is_sent_once_in_every_wire_format() {
    for format in ALL {
        let rig = Rig::new(format);
        for status in [400, 401, 402, 403, 404, 405, 410, 413, 422] {
            let asked = rig.ask([refused(format, status, "no"), stream(format, format.stream(&["x"]))]).await;
            assert_eq!(asked.failed().status(), Some(status), "{format:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_credit_left_is_told_from_too_many_requests_and_sent_once() {
    for body in [
        r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
        r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
    ] {
        for format in [Format::Chat, Format::Responses] {
            let asked = Rig::new(format).ask([typed(429, "application/json", body)]).await;
            assert_eq!(asked.failed().kind(), ErrorKind::QuotaExhausted, "{format:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_to_ask_for_a_wait_is_heard_and_nonsense_does_not_hide_the_refusal() {
    let format = Format::Chat;
    for (name, value, waits) in [
        ("retry-after", "1", Some(1000)),
        ("retry-after", "1.5", Some(1500)),
        ("retry-after-ms", "250", Some(250)),
    ] {
        let first = headed(refused(format, 429, "later"), name, value);
        let asked = Rig::new(format).ask([first, stream(format, format.stream(&["x"]))]).await;
        assert_eq!((asked.requests, Some(asked.took.as_millis())), (2, waits), "{name}: {value}");
    }
    for far in ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"] {
        let first = headed(refused(format, 429, "later"), "retry-after", far);
        let asked = Rig::new(format).ask([first, stream(format, format.stream(&["x"]))]).await;
        let error = asked.failed();
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{far}");
        assert!(error.retry_after().unwrap() >= Duration::from_secs(3600) && asked.took.is_zero(), "{far}");
    }
    for nonsense in
        ["0", "-1", "1e308", "nan", "soon", "", "Wed, 21 Oct 2009 07:28:00 GMT", "18446744073709551616"]
    {
        let first = headed(refused(format, 429, "later"), "retry-after", nonsense);
        let asked = Rig::new(format).ask([first, stream(format, format.stream(&["x"]))]).await;
        match &asked.result {
            Ok(_) => assert!(asked.requests == 2 && asked.took <= Duration::from_secs(8), "{nonsense}"),
            Err(error) => {
                assert_eq!((error.kind(), asked.requests), (ErrorKind::RateLimited, 1), "{nonsense}")
            }
        }
        let first = headed(refused(format, 429, "later"), "retry-after", nonsense);
        assert_eq!(once(format).ask([first]).await.failed().status(), Some(429), "{nonsense}");
    }
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_known_in_the_words_of_many_servers() {
    for (status, message) in [
        (400, "prompt is too long: 213462 tokens > 200000 maximum"),
        (
            400,
            "input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000, decrease input length or `max_tokens` and try again",
        ),
        (
            400,
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. Please reduce the length of the messages.",
        ),
        (400, "Your input exceeds the context window of this model. Please adjust your input and try again."),
        (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
        (400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
        (400, "Please reduce the length of the messages or completion."),
        (
            400,
            "This endpoint's maximum context length is 200000 tokens. However, you requested about 300000 tokens.",
        ),
        (400, "the request exceeds the available context size (4096 tokens), try increasing it"),
        (400, "tokens to keep from the initial prompt is greater than the context length"),
        (400, "prompt token count of 139000 exceeds the limit of 128000"),
        (400, "invalid params, context window exceeds limit"),
        (400, "Invalid request: Your request exceeded model token limit: 262144 (requested: 300000)"),
        (
            400,
            "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
        ),
        (400, "Input is too long for requested model."),
        (400, "input length too long: exceeds the model's context window"),
    ] {
        for format in ALL {
            let found = once(format).ask([refused(format, status, message)]).await;
            assert_eq!(found.failed().kind(), ErrorKind::ContextLength, "{format:?}: {message}");
        }
    }
}

#[tokio::test]
async fn other_bad_requests_are_not_taken_for_a_prompt_that_is_too_long() {
    for message in [
        "max_tokens: 500000 > 64000, which is the maximum allowed number of output tokens for this model",
        "Invalid 'messages[0].name': string too long. Expected a string with maximum length 64",
        "tools.0.name: too long",
        "temperature must be at most 2",
        "Invalid 'input[3].call_id': string too long. Expected a string with maximum length 64, but got a string with length 446 instead.",
        "messages: at least one message is required",
    ] {
        for format in [Format::Messages, Format::Chat, Format::Responses] {
            let found = once(format).ask([refused(format, 400, message)]).await;
            assert_eq!(found.failed().kind(), ErrorKind::InvalidRequest, "{format:?}: {message}");
        }
    }
}

#[tokio::test]
async fn an_error_body_is_shown_short_and_cut_between_characters_at_every_length() {
    for format in ALL {
        let rig = once(format);
        for length in (0..40).chain(4050..4110) {
            for letter in ["😀", "固", "é"] {
                let message = format!("{}{}", "a".repeat(length), letter.repeat(2000));
                for response in [
                    refused(format, 500, &message),
                    typed(500, "text/plain", message.clone()),
                    typed(500, "text/plain", message.as_bytes()[..message.len() - 1].to_vec()),
                ] {
                    let asked = rig.ask([response]).await;
                    assert!(asked.failed().to_string().len() <= 4096 + 512, "{format:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_error_body_without_end_is_read_to_its_limit_only() {
    for format in ALL {
        let rig = once(format);
        let mut response = typed(500, "application/json", "{\"error\":{\"message\":\"");
        for _ in 0..64 {
            response = response.piece(vec![b'x'; 64 << 10]);
        }
        let before = rig.transport.bodies_dropped();
        let asked = rig.ask([response.stall()]).await;
        assert_eq!(asked.failed().status(), Some(500), "{format:?}");
        assert_eq!(rig.transport.bodies_dropped() - before, 1, "{format:?}: the connection is closed");
    }
}

#[tokio::test]
async fn a_redirect_is_refused_in_every_wire_format_and_nothing_is_sent_after_it() {
    for format in ALL {
        let rig = Rig::new(format);
        for status in [301, 302, 303, 307, 308] {
            for target in [
                "https://elsewhere.example/CANARY",
                "https://forge.example:444/CANARY",
                "http://forge.example/v4/CANARY",
                "https://sub.forge.example/CANARY",
                "https://192.0.2.1/CANARY",
                "https://user:CANARY@forge.example/",
                "//elsewhere.example/CANARY",
                "/CANARY",
                "CANARY",
                "",
            ] {
                let moved = headed(typed(status, "text/html", "moved"), "location", target);
                let asked = rig.ask([moved, stream(format, format.stream(&["x"]))]).await;
                let error = asked.failed();
                assert_eq!(
                    (error.kind(), error.status()),
                    (ErrorKind::Configuration, Some(status)),
                    "{format:?}"
                );
                assert!(!format!("{error} {error:?}").contains("CANARY"), "{format:?}: {error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_an_outage_to_end_stops_at_the_whole_time_of_the_call() {
    for format in ALL {
        let rig = Rig::with(format, |builder| builder.retry(RetryPolicy::attempts(u32::MAX)));
        let mut limited: CompletionRequest = request();
        limited.timeouts.total = Some(Duration::from_secs(60));
        let outage = std::iter::repeat_with(|| refused(format, 503, "later")).take(100_000);
        let asked = rig.asking(limited, outage).await;
        assert!(asked.result.is_err(), "{format:?}");
        assert!(asked.took <= Duration::from_millis(60_250), "{format:?}: {:?}", asked.took);
        assert!(asked.requests > 1, "{format:?}");
    }
}
