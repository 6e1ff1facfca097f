//! The demo: a server within this program that answers over real HTTP, in the wire format that it is asked in.

mod beside;
mod chat;
mod generate_content;
mod messages;
mod ollama_chat;
mod responses;

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

    /// The model that it plays: one of the provider that was named, if any. No catalog lists it, so that the demo's
    /// tokens have no price.
    pub(crate) fn target(model: Option<&str>) -> Target {
        let provider = model.and_then(|model| model.split('/').next()).unwrap_or("anthropic");
        Target {
            model: format!("{provider}/demo"),
            provider: ProviderId::new(provider),
            ready: true,
            keys: None,
        }
    }
}

fn reply(request: &RecordedRequest) -> Reply {
    if let Some(reply) = beside::reply(request) {
        return reply;
    }
    let generate = Format { whole: generate_content::whole, stream: generate_content::stream };
    let format = match (request.method.as_str(), request.path()) {
        ("POST", "/v1/messages") => Format { whole: messages::whole, stream: messages::stream },
        ("POST", "/chat/completions") => Format { whole: chat::whole, stream: chat::stream },
        ("POST", "/responses") => Format { whole: responses::whole, stream: responses::stream },
        ("POST", "/api/chat") => Format { whole: ollama_chat::whole, stream: ollama_chat::stream },
        ("POST", path) if generate_content::model(path).is_some() => generate,
        _ => {
            let formats = "the demo answers only Messages, Responses, Chat Completions, generateContent and Ollama's own format";
            return refusal(404, "not_found_error", formats);
        }
    };
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return refusal(400, "invalid_request_error", "the body is not JSON");
    };
    let Some(prompt) = last_question(&body) else {
        return refusal(400, "invalid_request_error", "messages: a message of the user's is missing");
    };
    // One format names the model and the delivery in the path, the others in the body.
    let in_path = generate_content::model(request.path());
    let answer = Answer {
        tokens: (words(&prompt), words(&answer(&prompt))),
        text: answer(&prompt),
        model: in_path.map_or_else(|| body.get("model").cloned().unwrap_or_default(), Value::from),
    };
    let stream = body.get("stream").and_then(Value::as_bool) == Some(true)
        || (in_path.is_some() && request.path().ends_with(generate_content::STREAM));
    let reply = if stream { (format.stream)(&answer).pause_between(PAUSE) } else { (format.whole)(&answer) };
    reply.header("request-id", "req_demo")
}

/// How a wire format says an answer.
struct Format {
    whole: fn(&Answer) -> Reply,
    stream: fn(&Answer) -> Reply,
}

/// `Answer` is what the demo says, whatever the wire format.
struct Answer {
    text: String,
    model: Value,
    /// What went in and what came out.
    tokens: (usize, usize),
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

fn refusal(status: u16, kind: &str, message: &str) -> Reply {
    let body = json!({"type": "error", "error": {"type": kind, "message": message}});
    Reply::json(status, body.to_string())
}

/// The text of the user's last message; empty where it is only a picture.
fn last_question(body: &Value) -> Option<String> {
    let messages = match ["messages", "contents", "input"].into_iter().find_map(|key| body.get(key))? {
        Value::String(text) => return Some(text.clone()),
        messages => messages.as_array()?,
    };
    let message =
        messages.iter().rev().find(|message| message.get("role").and_then(Value::as_str) == Some("user"))?;
    match message.get("content").or_else(|| message.get("parts"))? {
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
        let parts = json!({"contents": [{"role": "user", "parts": [{"inlineData": {}}, {"text": "d"}]}]});
        assert_eq!(last_question(&parts).as_deref(), Some("d"));
        assert_eq!(last_question(&json!({"messages": []})), None);
        assert_eq!(last_question(&json!({"input": "d"})).as_deref(), Some("d"));
        let items = json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "e"}]}]});
        assert_eq!(last_question(&items).as_deref(), Some("e"));
    }

    #[test]
    fn the_answer_says_that_it_is_no_model_and_how_to_reach_one() {
        let answer = answer("two words");
        assert!(answer.contains("not a language model") && answer.contains("2 words"));
        assert!(answer.contains("ANTHROPIC_API_KEY"));
    }
}
