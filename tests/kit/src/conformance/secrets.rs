use steer_core::http_types::StatusCode;
use steer_core::{Delivery, Part, StreamChunk};

use super::subject::KEY;
use super::{Fixture, Report, Subject, ensure};

/// The key goes into exactly one header, marked as sensitive, and into no text: not the provider's `Debug`, nor an
/// error's, also where the server repeats it.
///
/// # Errors
/// It is found somewhere else, or nowhere.
pub fn the_key_goes_into_one_header_and_into_no_text(subject: &Subject) -> Report {
    subject.decode(Delivery::Stream, []);
    let headers = subject.sent_headers();
    let carrying: Vec<_> = headers
        .iter()
        .filter(|(_, value)| value.as_bytes().windows(KEY.len()).any(|window| window == KEY.as_bytes()))
        .collect();
    ensure(carrying.len() == 1, || format!("{} headers carry the key", carrying.len()))?;
    ensure(carrying.iter().all(|(_, value)| value.is_sensitive()), || {
        "the key's header is not sensitive".to_owned()
    })?;
    let mut texts =
        vec![("the headers", format!("{headers:?}")), ("the provider", format!("{:?}", subject.provider()))];
    let echoes = [
        format!("{{\"error\":{{\"message\":\"bad key {KEY}\",\"code\":\"{KEY}\"}}}}"),
        format!("bad key {KEY}"),
        format!("{{\"error\":\"{KEY}\",\"request_id\":\"{KEY}\"}}"),
    ];
    for body in echoes {
        for status in [StatusCode::UNAUTHORIZED, StatusCode::BAD_GATEWAY] {
            let error = subject.refused(status, body.clone())?;
            texts.push(("an error", format!("{error} {error:?}")));
        }
    }
    for body in [
        format!("{{\"error\":{{\"message\":\"bad key {KEY}\"}}}}"),
        format!("data: {{\"error\":\"{KEY}\"}}\n\n"),
    ] {
        if let Err(error) = subject.decode(Delivery::Stream, [body.into()]).result {
            texts.push(("an error inside a success", format!("{error} {error:?}")));
        }
    }
    texts
        .into_iter()
        .try_for_each(|(what, text)| ensure(!text.contains(KEY), || format!("{what} shows the key: {text}")))
}

/// `Debug` of chunks, answers and errors shows nothing of what was said.
///
/// # Errors
/// It shows a text, a thought or arguments.
pub fn the_content_is_not_in_debug_output(subject: &Subject, fixture: &Fixture) -> Report {
    let decoded = fixture.decode(subject);
    let printed = match &decoded.result {
        Ok(response) => format!("{:?} {response:?}", decoded.chunks),
        Err(error) => format!("{:?} {error:?} {error}", decoded.chunks),
    };
    let deltas = decoded.chunks.iter().filter_map(|chunk| match chunk {
        StreamChunk::TextDelta { text, .. } | StreamChunk::ThinkingDelta { text, .. } => Some(text.clone()),
        StreamChunk::ToolInputDelta { delta, .. } => Some(delta.clone()),
        StreamChunk::SealDelta { seal, .. } => Some(seal.data.clone()),
        _ => None,
    });
    let response =
        decoded.result.as_ref().ok().or(decoded.result.as_ref().err().and_then(|error| error.partial()));
    let parts = response.iter().flat_map(|response| &response.content).filter_map(|part| match part {
        Part::Text(part) => Some(part.text.clone()),
        Part::Thinking(part) => Some(part.text().into_owned()),
        Part::ToolCall(part) => Some(part.call.raw().to_owned()),
        Part::Opaque(part) => Some(part.json.get().to_owned()),
        _ => None,
    });
    // Shorter ones may stand there by chance.
    for content in deltas.chain(parts).filter(|content| content.chars().count() >= 6) {
        ensure(!printed.contains(&content), || fixture.says(format!("`{content}` is shown")))?;
    }
    Ok(())
}
