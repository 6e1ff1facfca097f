//! Answers, as the vendors write them.

use super::text::{Words, deltas};
use crate::bench::subject::Api;

const MODEL: &str = "model-large-2026-08-01";

/// The events of a streamed answer, each with its lines and the blank one.
pub(super) fn events(api: Api, count: usize) -> Vec<String> {
    match api {
        Api::OpenaiChat => chat_events(count),
        Api::AnthropicMessages => messages_events(count),
        Api::OpenaiResponses => responses_events(count),
        Api::Gemini => gemini_events(count),
    }
}

/// An answer in one body.
pub(super) fn whole(api: Api, count: usize) -> String {
    let text = quoted(&deltas(count).concat());
    match api {
        Api::OpenaiChat => format!(
            "{{\"id\":\"chatcmpl-CfT2mXwq8sLr5VnYb0KdJhGzPe7A\",\"object\":\"chat.completion\",\
             \"created\":1790000000,\"model\":\"{MODEL}\",\"choices\":[{{\"index\":0,\"message\":\
             {{\"role\":\"assistant\",\"content\":{text},\"refusal\":null,\"annotations\":[]}},\
             \"logprobs\":null,\"finish_reason\":\"stop\"}}],\"usage\":{{\"prompt_tokens\":19,\
             \"completion_tokens\":300,\"total_tokens\":319,\"prompt_tokens_details\":{{\"cached_tokens\":0,\
             \"audio_tokens\":0}},\"completion_tokens_details\":{{\"reasoning_tokens\":0,\"audio_tokens\":0,\
             \"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}},\
             \"service_tier\":\"default\",\"system_fingerprint\":\"fp_51db84afab\"}}"
        ),
        Api::AnthropicMessages => format!(
            "{{\"model\":\"{MODEL}\",\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\",\
             \"role\":\"assistant\",\"content\":[{{\"type\":\"text\",\"text\":{text}}}],\
             \"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{{\"input_tokens\":19,\
             \"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"cache_creation\":\
             {{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0}},\"output_tokens\":300,\
             \"service_tier\":\"standard\"}}}}"
        ),
        Api::OpenaiResponses => response("completed", &format!("[{}]", message(&text)), COUNTERS),
        Api::Gemini => gemini(&text, Some("STOP"), 300),
    }
}

fn chat_events(count: usize) -> Vec<String> {
    let mut padding = Words::new(3);
    let mut chunk = |choices: &str, usage: &str| {
        let padding = obfuscation(&mut padding);
        format!(
            "data: {{\"id\":\"chatcmpl-CfT2mXwq8sLr5VnYb0KdJhGzPe7A\",\"object\":\"chat.completion.chunk\",\
             \"created\":1790000000,\"model\":\"{MODEL}\",\"service_tier\":\"default\",\
             \"system_fingerprint\":\"fp_51db84afab\",\"choices\":[{choices}],\"usage\":{usage},\
             \"obfuscation\":\"{padding}\"}}\n\n"
        )
    };
    let choice = |delta: &str, finish: &str| {
        format!("{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish}}}")
    };
    let role = "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}";
    let mut events = vec![chunk(&choice(role, "null"), "null")];
    for delta in deltas(count) {
        let delta = format!("{{\"content\":{}}}", quoted(delta));
        events.push(chunk(&choice(&delta, "null"), "null"));
    }
    events.push(chunk(&choice("{}", "\"stop\""), "null"));
    events.push(chunk("", "{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29}"));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn messages_events(count: usize) -> Vec<String> {
    let event = |kind: &str, rest: &str| format!("event: {kind}\ndata: {{\"type\":\"{kind}\"{rest}}}\n\n");
    let message = format!(
        ",\"message\":{{\"model\":\"{MODEL}\",\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\",\
         \"role\":\"assistant\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":\
         {{\"input_tokens\":19,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\
         \"output_tokens\":1,\"service_tier\":\"standard\"}}}}"
    );
    let block = ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}";
    let mut events =
        vec![event("message_start", &message), event("content_block_start", block), event("ping", "")];
    for delta in deltas(count) {
        let text = quoted(delta);
        let rest = format!(",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":{text}}}");
        events.push(event("content_block_delta", &rest));
    }
    events.push(event("content_block_stop", ",\"index\":0"));
    let end = ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\
               \"usage\":{\"input_tokens\":19,\"output_tokens\":10}";
    events.push(event("message_delta", end));
    events.push(event("message_stop", ""));
    events
}

const ITEM: &str = "msg_68a1f09b2c4481909e7d3c5a6b7f8e90d1c2b3a4f5e6d7c8";

const COUNTERS: &str = "{\"input_tokens\":19,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":10,\
                        \"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":29}";

fn responses_events(count: usize) -> Vec<String> {
    let (mut padding, mut number) = (Words::new(3), 0_usize);
    let mut event = |kind: &str, rest: &str| {
        let event = format!("{{\"type\":\"{kind}\",\"sequence_number\":{number},{rest}}}");
        number = number.saturating_add(1);
        format!("event: {kind}\ndata: {event}\n\n")
    };
    let content = |text: &str| {
        format!("{{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":{text}}}")
    };
    let place = format!("\"item_id\":\"{ITEM}\",\"output_index\":0,\"content_index\":0");
    let begun = format!("\"response\":{}", response("in_progress", "[]", "null"));
    let item = format!(
        "\"output_index\":0,\"item\":{{\"id\":\"{ITEM}\",\"type\":\"message\",\"status\":\"in_progress\",\
         \"content\":[],\"role\":\"assistant\"}}"
    );
    let part = format!("{place},\"part\":{}", content("\"\""));
    let mut events = vec![
        event("response.created", &begun),
        event("response.in_progress", &begun),
        event("response.output_item.added", &item),
        event("response.content_part.added", &part),
    ];
    for delta in deltas(count) {
        let (text, padding) = (quoted(delta), obfuscation(&mut padding));
        let rest = format!("{place},\"delta\":{text},\"logprobs\":[],\"obfuscation\":\"{padding}\"");
        events.push(event("response.output_text.delta", &rest));
    }
    let text = quoted(&deltas(count).concat());
    let message = message(&text);
    events.push(event("response.output_text.done", &format!("{place},\"text\":{text},\"logprobs\":[]")));
    events.push(event("response.content_part.done", &format!("{place},\"part\":{}", content(&text))));
    events.push(event("response.output_item.done", &format!("\"output_index\":0,\"item\":{message}")));
    let ended = format!("\"response\":{}", response("completed", &format!("[{message}]"), COUNTERS));
    events.push(event("response.completed", &ended));
    events
}

fn message(text: &str) -> String {
    format!(
        "{{\"id\":\"{ITEM}\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{{\"type\":\"output_text\",\
         \"annotations\":[],\"logprobs\":[],\"text\":{text}}}],\"role\":\"assistant\"}}"
    )
}

fn response(status: &str, output: &str, counters: &str) -> String {
    format!(
        "{{\"id\":\"resp_68a1f09a7d6c81908b5e4f3a2c1d0e9f8a7b6c5d4e3f2a1b\",\"object\":\"response\",\
         \"created_at\":1790000000,\"status\":\"{status}\",\"background\":false,\"error\":null,\
         \"incomplete_details\":null,\"instructions\":null,\"max_output_tokens\":null,\"max_tool_calls\":null,\
         \"model\":\"{MODEL}\",\"output\":{output},\"parallel_tool_calls\":true,\"previous_response_id\":null,\
         \"prompt_cache_key\":null,\"reasoning\":{{\"effort\":null,\"summary\":null}},\"safety_identifier\":null,\
         \"service_tier\":\"default\",\"store\":false,\"temperature\":1.0,\"text\":{{\"format\":{{\"type\":\
         \"text\"}},\"verbosity\":\"medium\"}},\"tool_choice\":\"auto\",\"tools\":[],\"top_logprobs\":0,\
         \"top_p\":1.0,\"truncation\":\"disabled\",\"usage\":{counters},\"user\":null,\"metadata\":{{}}}}"
    )
}

fn gemini_events(count: usize) -> Vec<String> {
    let mut events: Vec<String> = (1..)
        .zip(deltas(count))
        .map(|(number, delta)| format!("data: {}\n\n", gemini(&quoted(delta), None, number)))
        .collect();
    events.push(format!("data: {}\n\n", gemini("\"\"", Some("STOP"), count)));
    events
}

/// A piece of a stream and a whole body look alike; each counts anew.
fn gemini(text: &str, finish: Option<&str>, counted: usize) -> String {
    let finish = finish.map(|finish| format!("\"finishReason\":\"{finish}\",")).unwrap_or_default();
    format!(
        "{{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":{text}}}],\"role\":\"model\"}},{finish}\
         \"index\":0}}],\"usageMetadata\":{{\"promptTokenCount\":19,\"candidatesTokenCount\":{counted},\
         \"totalTokenCount\":{},\"promptTokensDetails\":[{{\"modality\":\"TEXT\",\"tokenCount\":19}}],\
         \"serviceTier\":\"standard\"}},\"modelVersion\":\"{MODEL}\",\"responseId\":\"8e97asPMLaS4qtsP7oGv4Ag\"}}",
        counted.saturating_add(19)
    )
}

/// The vendor pads each event, so that its length does not give the text's away.
fn obfuscation(words: &mut Words) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let length = words.number(16).saturating_add(1);
    let letter = |_| LETTERS.get(words.number(LETTERS.len())).map(|letter| char::from(*letter));
    (0..length).filter_map(letter).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
