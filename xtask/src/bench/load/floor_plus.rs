//! The least that reads every text: no counters, tools, errors or unknown things. It is no library, and what a
//! library that parses each event can hope for.

use std::borrow::Cow;

use futures::TryStreamExt;
use memchr::memchr;
use serde::{Deserialize, Serialize};

use super::floor::Floor;
use crate::bench::subject::Api;
use crate::verdict::Obstacle;

#[derive(Deserialize)]
struct ChatEvent<'a> {
    #[serde(borrow)]
    choices: Vec<ChatChoice<'a>>,
}

#[derive(Deserialize)]
struct ChatChoice<'a> {
    #[serde(borrow, alias = "message")]
    delta: Content<'a>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct MessagesEvent<'a> {
    #[serde(borrow, default)]
    delta: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct MessagesBody<'a> {
    #[serde(borrow)]
    content: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct GeminiResponse<'a> {
    #[serde(borrow)]
    candidates: Vec<GeminiCandidate<'a>>,
}

#[derive(Deserialize)]
struct GeminiCandidate<'a> {
    #[serde(borrow)]
    content: GeminiContent<'a>,
}

#[derive(Deserialize)]
struct GeminiContent<'a> {
    #[serde(borrow)]
    parts: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct ResponsesEvent<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    delta: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ResponsesBody<'a> {
    #[serde(borrow)]
    output: Vec<MessagesBody<'a>>,
}

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    messages: Vec<Turn<'a>>,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

/// Reads a stream, and returns how many bytes of text came.
pub(super) async fn stream(api: Api, floor: &Floor) -> Result<usize, Obstacle> {
    let mut pieces = floor.pieces().await?;
    let (mut waiting, mut read) = (Vec::new(), 0_usize);
    while let Some(piece) = pieces.try_next().await? {
        let mut rest: &[u8] = &piece;
        while let Some((line, behind)) = memchr(b'\n', rest).and_then(|end| rest.split_at_checked(end)) {
            rest = behind.get(1..).unwrap_or_default();
            if waiting.is_empty() {
                read = read.saturating_add(event(api, line)?);
            } else {
                waiting.extend_from_slice(line);
                read = read.saturating_add(event(api, &waiting)?);
                waiting.clear();
            }
        }
        waiting.extend_from_slice(rest);
    }
    Ok(read)
}

/// Reads a whole body, and returns how many bytes of text it has.
pub(super) fn whole(api: Api, body: &[u8]) -> Result<usize, Obstacle> {
    Ok(match api {
        Api::OpenaiChat => chat(body)?,
        Api::AnthropicMessages => {
            let body: MessagesBody<'_> = serde_json::from_slice(body)?;
            body.content.iter().map(|block| block.text.len()).sum()
        }
        Api::OpenaiResponses => {
            let body: ResponsesBody<'_> = serde_json::from_slice(body)?;
            body.output.iter().flat_map(|item| &item.content).map(|part| part.text.len()).sum()
        }
        Api::Gemini => gemini(body)?,
    })
}

/// Writes a request once, from borrowed texts, into memory that is large enough.
pub(super) fn body(turns: &[String]) -> Result<Vec<u8>, Obstacle> {
    let size: usize = turns.iter().map(String::len).sum();
    // A sixteenth more for what has to be escaped.
    let mut bytes = Vec::with_capacity(size.saturating_add(size / 16).saturating_add(1 << 14));
    let roles = ["user", "assistant"].into_iter().cycle();
    let messages = roles.zip(turns).map(|(role, content)| Turn { role, content }).collect();
    serde_json::to_writer(&mut bytes, &Body { model: "model-large", max_tokens: 1000, messages })?;
    Ok(bytes)
}

fn event(api: Api, line: &[u8]) -> Result<usize, Obstacle> {
    let data = match line.strip_prefix(b"data: ") {
        Some(data) if data != b"[DONE]" => data,
        _ => return Ok(0),
    };
    Ok(match api {
        Api::OpenaiChat => chat(data)?,
        Api::AnthropicMessages => {
            let event: MessagesEvent<'_> = serde_json::from_slice(data)?;
            event.delta.map_or(0, |delta| delta.text.len())
        }
        Api::OpenaiResponses => {
            let event: ResponsesEvent<'_> = serde_json::from_slice(data)?;
            if event.kind == "response.output_text.delta" { event.delta.len() } else { 0 }
        }
        Api::Gemini => gemini(data)?,
    })
}

fn chat(json: &[u8]) -> Result<usize, serde_json::Error> {
    let event: ChatEvent<'_> = serde_json::from_slice(json)?;
    Ok(event.choices.iter().filter_map(|choice| choice.delta.content.as_ref()).map(|text| text.len()).sum())
}

fn gemini(json: &[u8]) -> Result<usize, serde_json::Error> {
    let response: GeminiResponse<'_> = serde_json::from_slice(json)?;
    let parts = response.candidates.iter().flat_map(|candidate| &candidate.content.parts);
    Ok(parts.map(|part| part.text.len()).sum())
}
