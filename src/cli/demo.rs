//! The demo: a server within this program that answers in Anthropic's wire format, over real HTTP.
//!
//! <https://docs.claude.com/en/api/messages-streaming>

use std::time::Duration;

use serde_json::{Value, json};
use steer::ProviderId;
use steer_testkit::server::{RecordedRequest, Reply, Script, Server};

use super::failure::Failure;
use super::linked::Target;

/// The pause between two pieces of the answer, so that a person sees it come.
const PAUSE: Duration = Duration::from_millis(30);

/// `Demo` is the server; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Demo(Server);

impl Demo {
    /// What stands where a key would.
    pub(crate) const KEY: &str = "demo";

    /// Starts the server on a free port of 127.0.0.1.
    pub(crate) fn start() -> Result<Self, Failure> {
        let script = Script::handler(reply).without_recording();
        let server = Server::start_blocking(script)
            .map_err(|error| Failure::System(format!("the demo's server cannot start: {error}")))?;
        Ok(Self(server))
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// The model that it plays. No catalog lists it, so that the demo's tokens have no price.
    pub(crate) fn target() -> Target {
        Target { model: "anthropic/demo".to_owned(), provider: ProviderId::new("anthropic"), ready: true }
    }
}

fn reply(request: &RecordedRequest) -> Reply {
    if request.method != "POST" || request.path() != "/v1/messages" {
        return refusal(404, "not_found_error", "the demo answers only POST /v1/messages");
    }
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return refusal(400, "invalid_request_error", "the body is not JSON");
    };
    let Some(prompt) = last_question(&body) else {
        return refusal(400, "invalid_request_error", "messages: a message of the user's is missing");
    };
    let text = answer(&prompt);
    let model = body.get("model").cloned().unwrap_or_default();
    let usage = (words(&prompt), words(&text));
    if body.get("stream").and_then(Value::as_bool) == Some(true) {
        stream(&text, &model, usage)
    } else {
        whole(&text, &model, usage)
    }
}

fn answer(prompt: &str) -> String {
    let count = match words(prompt) {
        1 => "1 word".to_owned(),
        count => format!("{count} words"),
    };
    format!(
        "This is steer's built-in demo, not a language model. Your prompt had {count}. It went to a server within \
         this program as a real HTTP request, and this answer came back as a real event stream.\n\nTo talk to a \
         model, set a key, for example ANTHROPIC_API_KEY, and leave out --demo. `steer providers` lists what can be \
         set.\n"
    )
}

fn whole(text: &str, model: &Value, (input, output): (usize, usize)) -> Reply {
    let body = json!({
        "id": "msg_demo", "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": input, "output_tokens": output},
    });
    Reply::json(200, body.to_string()).header("request-id", "req_demo")
}

fn stream(text: &str, model: &Value, (input, output): (usize, usize)) -> Reply {
    let mut events = vec![
        json!({"type": "message_start", "message": {
            "id": "msg_demo", "type": "message", "role": "assistant", "model": model, "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": input, "output_tokens": 1},
        }}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
    ];
    events.extend(text.split_inclusive(' ').map(|word| {
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}})
    }));
    events.extend([
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
            "usage": {"output_tokens": output}}),
        json!({"type": "message_stop"}),
    ]);
    let pieces = events.iter().map(|event| {
        let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
        format!("event: {name}\ndata: {event}\n\n")
    });
    Reply::sse(pieces).header("request-id", "req_demo").pause_between(PAUSE)
}

fn refusal(status: u16, kind: &str, message: &str) -> Reply {
    let body = json!({"type": "error", "error": {"type": kind, "message": message}});
    Reply::json(status, body.to_string())
}

/// The text of the user's last message; empty where it is only a picture.
fn last_question(body: &Value) -> Option<String> {
    let messages = body.get("messages")?.as_array()?;
    let message =
        messages.iter().rev().find(|message| message.get("role").and_then(Value::as_str) == Some("user"))?;
    match message.get("content")? {
        Value::String(text) => Some(text.clone()),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|block| block.get("text").and_then(Value::as_str));
            Some(texts.collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{answer, last_question};

    #[test]
    fn the_last_question_is_read_in_both_forms() {
        let text =
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]});
        assert_eq!(last_question(&text).as_deref(), Some("a"));
        let blocks = json!({"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "c"}]}]});
        assert_eq!(last_question(&blocks).as_deref(), Some("c"));
        assert_eq!(last_question(&json!({"messages": []})), None);
    }

    #[test]
    fn the_answer_says_that_it_is_no_model_and_how_to_reach_one() {
        let answer = answer("two words");
        assert!(answer.contains("not a language model") && answer.contains("2 words"));
        assert!(answer.contains("ANTHROPIC_API_KEY"));
    }
}
