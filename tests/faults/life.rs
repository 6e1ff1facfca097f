//! Streams that stall, crawl, break off or are given up. The clock is paused, so no test waits.

use std::time::Duration;

use futures::StreamExt;
use steer::http::Timeouts;
use steer::{CancellationToken, ClientCall, ErrorKind, TimeoutPhase};
use steer_testkit::transport::Response;
use tokio::time::Instant;

use crate::formats::ALL;
use crate::rig::{Rig, SECOND, headed, request, stream, typed};

const TEXTS: [&str; 2] = ["Hello, ", "world"];

#[tokio::test(start_paused = true)]
async fn a_stream_that_falls_silent_ends_in_time_with_what_came_and_is_not_asked_for_again() {
    for format in ALL {
        let rig = Rig::with(format, |builder| builder.timeouts(Timeouts::default().idle(SECOND)));
        for texts in [&TEXTS[..], &[]] {
            let before = rig.transport.bodies_dropped();
            let asked = rig.ask([stream(format, format.begun(texts)).stall()]).await;
            let error = asked.failed();
            assert_eq!(
                (error.kind(), error.phase()),
                (ErrorKind::Timeout, Some(TimeoutPhase::Idle)),
                "{format:?}"
            );
            assert_eq!(asked.text, texts.concat(), "{format:?}");
            assert!(asked.took >= SECOND && asked.took <= SECOND + Duration::from_millis(250), "{format:?}");
            assert_eq!(rig.transport.bodies_dropped() - before, 1, "{format:?}: the connection is closed");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn headers_that_never_come_end_in_time_and_are_not_asked_for_again() {
    for format in ALL {
        let rig = Rig::with(format, |builder| builder.timeouts(Timeouts::default().headers(SECOND)));
        for whole in [false, true] {
            let asked = match whole {
                true => rig.ask_whole([Response::silence()]).await,
                false => rig.ask([Response::silence()]).await,
            };
            let error = asked.failed();
            assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::Headers)));
            assert!(asked.took <= SECOND + Duration::from_millis(250), "{format:?}");
        }
        assert_eq!(rig.transport.sends_dropped(), 2, "{format:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn single_bytes_just_within_the_time_keep_a_stream_alive() {
    for format in ALL {
        let rig = Rig::with(format, |builder| builder.timeouts(Timeouts::default().idle(SECOND)));
        let body = format.stream(&TEXTS);
        let mut response = stream(format, Vec::new());
        for byte in body.bytes() {
            response = response.wait(SECOND * 9 / 10).piece(vec![byte]);
        }
        let asked = rig.ask([response]).await;
        assert_eq!(asked.said(), TEXTS.concat(), "{format:?}");
        let bytes = u64::try_from(body.trim_end().len()).unwrap();
        assert!(asked.took >= SECOND * 9 / 10 * u32::try_from(bytes - 100).unwrap(), "{format:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn long_silences_and_long_answers_are_healthy_by_default() {
    for format in ALL {
        let rig = Rig::new(format);
        let begun = format.begun(&["Hello, "]);
        let rest = &format.stream(&TEXTS)[begun.len()..];
        let silent = stream(format, begun).wait(SECOND * 290).piece(rest.to_owned());
        assert_eq!(rig.ask([silent]).await.said(), "Hello, world", "{format:?}");
        let mut slow = stream(format, format.begun(&[]));
        let texts = vec!["word "; 3600];
        for frame in &format.texts(&texts) {
            slow = slow.wait(SECOND).piece(format.frame(frame));
        }
        let slow = slow.piece(format.written(&format.end(&texts.concat())));
        let asked = rig.ask([slow]).await;
        assert_eq!(asked.said(), texts.concat(), "{format:?}");
        assert_eq!(asked.took.as_secs(), 3600, "{format:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_after_content_keeps_it_and_is_not_asked_again() {
    for format in ALL {
        let rig = Rig::new(format);
        for cut in 1..=TEXTS.len() {
            let asked = rig.ask([stream(format, format.begun(&TEXTS[..cut])).break_off()]).await;
            assert_eq!(asked.failed().kind(), ErrorKind::Truncated, "{format:?}");
            assert_eq!(asked.text, TEXTS[..cut].concat(), "{format:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_before_any_content_is_asked_again_as_often_as_allowed() {
    for format in ALL {
        let rig = Rig::new(format);
        let broken = || stream(format, format.opening()).break_off();
        let asked = rig.ask([broken(), broken(), stream(format, format.stream(&TEXTS))]).await;
        assert_eq!((asked.requests, asked.text.as_str()), (3, "Hello, world"), "{format:?}");
        let asked = rig.ask([broken(), broken(), broken(), broken()]).await;
        assert_eq!((asked.requests, asked.result.unwrap_err().attempts()), (3, 3), "{format:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_connection_is_tried_as_often_as_allowed_and_never_more() {
    for format in ALL {
        let asked = Rig::new(format).ask([]).await;
        let error = asked.result.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts(), asked.requests),
            (ErrorKind::Network, 3, 3),
            "{format:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_ends_at_once_wherever_it_stands() {
    for format in ALL {
        let rig = Rig::new(format);
        let later = headed(typed(429, "application/json", format.refusal("later")), "retry-after", "30");
        for response in [Response::silence(), later, stream(format, format.begun(&TEXTS)).stall()] {
            let token = CancellationToken::new();
            let call = ClientCall::new(request()).cancel_on(token.clone());
            let work = rig.asking_call(call, [response.clone(), Response::silence()]);
            let cancelling = async {
                tokio::time::sleep(Duration::from_millis(1)).await;
                token.cancel();
                Instant::now()
            };
            let (asked, cancelled) = tokio::join!(work, cancelling);
            assert_eq!(asked.result.unwrap_err().kind(), ErrorKind::Cancelled, "{format:?}: {response:?}");
            assert!(cancelled.elapsed() <= Duration::from_millis(50), "{format:?}: {response:?}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_after_one_chunk_closes_its_connection_also_inside_others() {
    for format in ALL {
        let rig = Rig::new(format);
        for wrapped in [false, true] {
            let before = rig.transport.bodies_dropped();
            rig.script([stream(format, format.begun(&TEXTS)).stall()]);
            let mut stream = rig.client.stream_complete(request()).await.unwrap();
            if wrapped {
                let mut outer =
                    Box::pin(stream.map(|chunk| chunk.is_ok()).filter(|ok| std::future::ready(*ok)));
                assert!(outer.next().await.unwrap());
            } else {
                assert!(stream.next().await.unwrap().is_ok());
                drop(stream);
            }
            assert_eq!(rig.transport.bodies_dropped() - before, 1, "{format:?}");
        }
    }
}

#[tokio::test]
async fn whoever_collects_a_stream_learns_of_its_error() {
    for format in ALL {
        let rig = Rig::new(format);
        rig.script([stream(format, format.begun(&TEXTS))]);
        let stream = rig.client.stream_complete(request()).await.unwrap();
        let error = stream.collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{format:?}");
        assert_eq!(error.into_partial().unwrap().extract_text(), TEXTS.concat());
    }
}
