//! Conversations that move: what one provider said goes to another one, and nothing is lost unsaid.
//!
//! Each pair of providers gets random histories of a fixed seed, 100 of them, or as many as `STEER_HANDOFFS` says.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "only tests call it"
)]

#[path = "../../xtask/src/requests_sdk/corpus.rs"]
mod corpus;
mod edges;
mod histories;
mod names;
#[path = "../../xtask/src/requests_sdk/parts.rs"]
mod parts;
mod random;
#[path = "../../xtask/src/requests_sdk/settings.rs"]
mod settings;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use histories::{Fate, History, history};
use random::Random;
use steer::message::{Executor, Role};
use steer::request::{FeaturePolicy, LostThinking, OnUnsupported};
use steer::tools::MediaSource;
use steer::{CompletionRequest, Outgoing, Part, ToolCall, ToolResult, Warning};
use targets::{TARGETS, Target};

/// How many histories each pair of providers gets.
fn histories() -> u64 {
    std::env::var("STEER_HANDOFFS").ok().and_then(|count| count.parse().ok()).unwrap_or(100)
}

/// Goes through every pair of providers, with every history.
fn every_handoff(check: impl Fn(&Target, &Target, &History, &CompletionRequest, &Outgoing)) {
    for (from, source) in (0_u64..).zip(TARGETS) {
        for number in 0..histories() {
            let mut history = history(&mut Random::new(from << 32 | number), source.provider, source.api);
            history.number = usize::try_from(number).unwrap();
            for target in TARGETS {
                let request = CompletionRequest::new("some-model")
                    .max_output_tokens(100)
                    .messages(history.messages.clone())
                    .policy(FeaturePolicy::all(OnUnsupported::Warn));
                let place = format!("history {number} of {} to {}", source.provider, target.provider);
                let sent = target.encode(request.clone()).unwrap_or_else(|error| panic!("{place}: {error}"));
                let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    check(source, target, &history, &request, &sent);
                }));
                if let Err(panic) = told {
                    eprintln!("{place}\n{:#?}", history.marks);
                    eprintln!("{}", serde_json::to_string_pretty(&history.messages).unwrap());
                    eprintln!("{}\n{:#?}", String::from_utf8_lossy(&sent.body), sent.warnings);
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
}

#[test]
fn the_same_conversation_gives_the_same_bytes_also_after_it_was_stored() {
    every_handoff(|_, target, _, request, sent| {
        assert_eq!(target.encode(request.clone()).unwrap().body, sent.body);
        let stored = serde_json::to_string(request).unwrap();
        // A store may sort members and drop white space.
        let reformatted: serde_json::Value = serde_json::from_str(&stored).unwrap();
        let loaded: CompletionRequest = serde_json::from_value(reformatted).unwrap();
        assert_eq!(target.encode(loaded).unwrap().body, sent.body);
    });
}

#[test]
fn what_is_not_sent_is_warned_of_and_what_only_its_origin_understands_goes_nowhere_else() {
    every_handoff(|source, target, history, _, sent| {
        let body = std::str::from_utf8(&sent.body).unwrap();
        let is_told =
            |subjects: &[&str]| sent.warnings.iter().any(|warning| subjects.contains(&&*warning.subject));
        let is_own = source.provider == target.provider && source.api == target.api;
        let mut missing: BTreeMap<&[&str], BTreeSet<usize>> = BTreeMap::new();
        for mark in &history.marks {
            let is_sent = body.contains(&mark.word) || in_base64(body, &mark.word);
            if !is_sent && let Fate::Told(subjects) | Fate::Own(subjects) | Fate::Kept(subjects) = mark.fate {
                missing.entry(subjects).or_default().insert(mark.thing);
            }
            match mark.fate {
                Fate::Sent => assert!(is_sent, "{} is lost", mark.word),
                Fate::Told(subjects) => assert!(is_sent || is_told(subjects), "{} is lost unsaid", mark.word),
                Fate::Own(subjects) => {
                    assert!(is_own || !is_sent, "{} went to another provider", mark.word);
                    assert!(is_sent || is_told(subjects), "{} is lost unsaid", mark.word);
                }
                Fate::Kept(subjects) => {
                    let is_home = source.provider == target.provider;
                    assert!(is_home || !is_sent, "{} went to another provider", mark.word);
                    assert!(is_sent || is_told(subjects), "{} is lost unsaid", mark.word);
                }
            }
        }
        // Each loss is counted, not only its kind.
        for (subjects, things) in missing {
            let told: usize =
                sent.warnings.iter().filter(|told| subjects.contains(&&*told.subject)).map(times).sum();
            assert!(told >= things.len(), "{subjects:?}: {things:?} are lost, and {told} are told");
        }
    });
}

#[test]
fn every_call_has_an_id_of_its_own_and_the_result_that_was_given_for_it() {
    every_handoff(|_, target, history, _, sent| {
        let read = steer::import(target.api, &sent.body).unwrap();
        let mut exchanges: Vec<Exchange<'_>> = Vec::new();
        let mut names = given_names(history).into_iter();
        let mut sent_names: BTreeMap<String, String> = BTreeMap::new();
        let mut own_names: BTreeMap<String, String> = BTreeMap::new();
        for part in read.messages.iter().flat_map(|message| &message.parts) {
            match part {
                Part::ToolCall(call) if call.executor == Executor::Client => {
                    let call = &call.call;
                    assert!((target.is_id)(&call.id), "the id {:?}", call.id);
                    assert!((target.is_name)(&call.name), "the name {:?}", call.name);
                    let (own, sent_name) = (names.next().unwrap(), call.name.clone());
                    let before = sent_names.entry(own.clone()).or_insert_with(|| sent_name.clone());
                    assert_eq!(*before, sent_name, "{own} has two names");
                    let before = own_names.entry(sent_name).or_insert_with(|| own.clone());
                    assert_eq!(*before, own, "two tools have one name");
                    let is_taken =
                        exchanges.iter().any(|other| !call.id.is_empty() && other.call.id == call.id);
                    assert!(!is_taken, "{} comes twice", call.id);
                    exchanges.push(Exchange { call, result: None });
                }
                Part::ToolResult(result) if result.executor == Executor::Client => {
                    let result = &result.result;
                    // Results of calls without ids find them by name and order.
                    let is_meant = |call: &ToolCall| match result.call_id.as_str() {
                        "" => call.id.is_empty() && Some(&call.name) == result.name.as_ref(),
                        id => call.id == id,
                    };
                    let exchange = exchanges
                        .iter_mut()
                        .find(|exchange| exchange.result.is_none() && is_meant(exchange.call));
                    exchange.expect("a call that came before and waits for this result").result =
                        Some(result);
                }
                _ => {}
            }
        }
        assert_eq!(exchanges.len(), history.calls);
        // The last message is the user's, so nothing waits.
        assert!(exchanges.iter().all(|exchange| exchange.result.is_some()));
        for (asked, answered) in &history.answers {
            let exchange = exchanges.iter().find(|exchange| exchange.call.raw().contains(asked)).unwrap();
            let result = serde_json::to_string(&exchange.result).unwrap();
            assert!(result.contains(answered), "{asked} was answered with {result}, not {answered}");
        }
    });
}

/// `Exchange` is a call as it is sent, and the result that is sent for it.
struct Exchange<'a> {
    call: &'a ToolCall,
    result: Option<&'a ToolResult>,
}

#[test]
fn no_part_that_is_sent_is_blank_and_no_message_is_empty() {
    every_handoff(|_, target, _, _, sent| {
        let read = steer::import(target.api, &sent.body).unwrap();
        for message in &read.messages {
            assert!(!message.parts.is_empty(), "an empty message");
            for part in &message.parts {
                if let Part::Text(text) = part {
                    assert!(!text.text.trim().is_empty() || message.role == Role::Assistant, "a blank text");
                }
            }
        }
    });
}

#[test]
fn what_was_written_and_read_again_gives_the_same_bytes() {
    every_handoff(|_, target, _, _, sent| {
        let read = steer::import(target.api, &sent.body).unwrap();
        let policy = FeaturePolicy::all(OnUnsupported::Warn);
        let again = target.encode(read.clone().policy(policy)).unwrap().body;
        assert_eq!(std::str::from_utf8(&again).unwrap(), std::str::from_utf8(&sent.body).unwrap());
        let twice = steer::import(target.api, &again).unwrap();
        assert_eq!(target.encode(twice.policy(policy)).unwrap().body, again);
    });
}

#[test]
fn a_body_that_was_read_goes_on_with_another_provider() {
    every_handoff(|_, target, history, _, sent| {
        let policy = FeaturePolicy::all(OnUnsupported::Warn);
        let read = steer::import(target.api, &sent.body).unwrap().policy(policy);
        // Each history goes on with one of the others; together they go on with all.
        let others: Vec<&Target> = TARGETS.iter().filter(|other| other.api != target.api).collect();
        let other = others[history.number % others.len()];
        let body = other.encode(read).unwrap().body;
        let body = std::str::from_utf8(&body).unwrap();
        for mark in &history.marks {
            match mark.fate {
                Fate::Sent => assert!(body.contains(&mark.word), "{} is lost", mark.word),
                Fate::Told(_) => {}
                Fate::Own(_) | Fate::Kept(_) => {
                    assert!(!body.contains(&mark.word), "{} went to {}", mark.word, other.provider);
                }
            }
        }
    });
}

#[test]
fn every_setting_that_was_written_and_read_again_gives_the_same_bytes() {
    let policy = FeaturePolicy::all(OnUnsupported::Warn);
    for target in TARGETS {
        for (name, request) in corpus::requests() {
            let sent = target.encode(request.policy(policy)).unwrap().body;
            let read = steer::import(target.api, &sent).unwrap();
            let again = target.encode(read.policy(policy)).unwrap().body;
            assert_eq!(
                std::str::from_utf8(&again).unwrap(),
                std::str::from_utf8(&sent).unwrap(),
                "{name} for {}",
                target.provider
            );
        }
    }
}

/// Whether a text of the body is base64 of a text that holds a word.
fn in_base64(body: &str, word: &str) -> bool {
    body.split('"').filter(|text| text.len() > 4).any(|text| match MediaSource::from_base64(text) {
        Some(MediaSource::Bytes(bytes)) => std::str::from_utf8(&bytes).is_ok_and(|text| text.contains(word)),
        _ => false,
    })
}

/// The names of the calls of a history, in their order.
fn given_names(history: &History) -> Vec<String> {
    let parts = history.messages.iter().flat_map(|message| &message.parts);
    let names = parts.filter_map(|part| match part {
        Part::ToolCall(call) if call.executor == Executor::Client => Some(call.call.name.clone()),
        _ => None,
    });
    names.collect()
}

#[test]
fn thinking_of_another_provider_is_sent_as_text_where_the_policy_says_so() {
    every_handoff(|source, target, history, request, _| {
        let mut policy = FeaturePolicy::all(OnUnsupported::Warn);
        policy.lost_thinking = LostThinking::AsText;
        let sent = target.encode(request.clone().policy(policy)).unwrap();
        let body = std::str::from_utf8(&sent.body).unwrap();
        if source.provider == target.provider && source.api == target.api {
            return;
        }
        for mark in history.marks.iter().filter(|mark| mark.fate == Fate::Told(&["thinking"])) {
            assert!(body.contains(&mark.word), "{} is lost", mark.word);
        }
        for mark in history.marks.iter().filter(|mark| matches!(mark.fate, Fate::Own(_))) {
            assert!(!body.contains(&mark.word), "{} went to another provider", mark.word);
        }
    });
}

/// How many losses a warning stands for.
fn times(warning: &Warning) -> usize {
    let count = warning.message.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(" times)"));
    count.map_or(1, |count| count.parse().unwrap())
}
