//! What servers send so that nobody thinks that they are gone.

use crate::formats::{EVENTS, Format};
use crate::rig::{Rig, SECOND, stream};
use steer::http::Timeouts;
use steer::{ErrorKind, TimeoutPhase};

const TEXTS: [&str; 2] = ["Hello, ", "world"];

/// Puts `word` before, between and behind the frames, one place at a time and then in all of them.
async fn everywhere(format: Format, word: &str) {
    let rig = Rig::new(format);
    let frames: Vec<String> = format.frames(&TEXTS).iter().map(|frame| format.frame(frame)).collect();
    for place in 0..frames.len() {
        let body: String = frames[..place].concat() + word + &frames[place..].concat();
        let asked = rig.read(body.clone()).await;
        assert_eq!(asked.said(), TEXTS.concat(), "{format:?}: {word:?} at {place}");
        let asked = rig.ask([stream(format, body).piece_size(1)]).await;
        assert_eq!(asked.said(), TEXTS.concat(), "{format:?}: {word:?} at {place}, byte by byte");
    }
    let body: String = frames.iter().map(|frame| word.to_owned() + frame).collect();
    assert_eq!(rig.read(body).await.said(), TEXTS.concat(), "{format:?}: {word:?} everywhere");
}

#[tokio::test]
async fn a_comment_is_nothing_wherever_it_stands() {
    for format in EVENTS {
        for word in
            [": PROCESSING\n\n", ":\n\n", ": ping - 2026-01-01 00:00:00\n\n", ": one line end\n", ":\r\n\r\n"]
        {
            everywhere(format, word).await;
        }
    }
}

#[tokio::test]
async fn an_event_without_content_is_nothing_wherever_it_stands() {
    for format in EVENTS {
        for word in
            ["\n", "\n\n\n", "event: message\n\n", "data:\n\n", "data: \n\n", "data:\r\n\r\n", "id: 7\n\n"]
        {
            everywhere(format, word).await;
        }
    }
}

#[tokio::test]
async fn a_heartbeat_that_is_an_event_is_no_content() {
    for format in EVENTS {
        for word in [
            "event: ping\ndata: {\"type\":\"ping\"}\n\n",
            "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":7}\n\n",
        ] {
            everywhere(format, word).await;
        }
    }
}

#[tokio::test]
async fn a_comment_that_a_gateway_sends_as_data_is_skipped() {
    for format in EVENTS {
        everywhere(format, "data: : PROCESSING\n\n").await;
    }
}

#[tokio::test]
async fn blank_lines_between_json_lines_are_nothing() {
    for word in ["\n", "\r\n", "\n\n\n"] {
        everywhere(Format::Ollama, word).await;
    }
}

#[tokio::test]
async fn a_reconnection_time_never_makes_a_second_request() {
    for format in EVENTS {
        everywhere(format, "retry: 1\n\n").await;
        let rig = Rig::new(format);
        let asked = rig.read(format!("retry: 1\nid: 7\n\n{}", format.begun(&TEXTS))).await;
        assert_eq!(asked.failed().kind(), ErrorKind::Truncated, "{format:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn comments_alone_keep_a_stream_alive_but_not_beyond_its_whole_time() {
    for format in EVENTS {
        let limits = Timeouts::default().idle(SECOND).total(SECOND * 100);
        let rig = Rig::with(format, |builder| builder.timeouts(limits));
        let mut response = stream(format, format.begun(&TEXTS));
        for _ in 0..1000 {
            response = response.wait(SECOND * 8 / 10).piece(": still here\n\n");
        }
        let asked = rig.ask([response.stall()]).await;
        let error = asked.failed();
        assert_eq!(
            (error.kind(), error.phase()),
            (ErrorKind::Timeout, Some(TimeoutPhase::Total)),
            "{format:?}"
        );
        assert_eq!(asked.took.as_secs(), 100, "{format:?}");
    }
}
