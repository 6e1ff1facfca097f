//! Conversations that move: what one provider said goes to another one, and nothing is lost unsaid.
//!
//! Each pair of providers gets random histories of a fixed seed, 300 of them, or as many as `STEER_HANDOFFS` says.
#![cfg(all(feature = "anthropic", feature = "gemini", feature = "openai", feature = "openai-compatible"))]
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
use steer::{CompletionRequest, Outgoing, Part, Warning};
use targets::{TARGETS, Target};

/// How many histories each pair of providers gets.
fn histories() -> u64 {
    std::env::var("STEER_HANDOFFS").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

/// Goes through every pair of providers, with every history.
fn every_handoff(check: impl Fn(&Target, &Target, &History, &CompletionRequest, &Outgoing)) {
    for (from, source) in (0_u64..).zip(TARGETS) {
        for number in 0..histories() {
            let history = history(&mut Random::new(from << 32 | number), source.provider, source.api);
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
            if !is_sent && let Fate::Told(subjects) | Fate::Own(subjects) = mark.fate {
                missing.entry(subjects).or_default().insert(mark.thing);
            }
            match mark.fate {
                Fate::Sent => assert!(is_sent, "{} is lost", mark.word),
                Fate::Told(subjects) => assert!(is_sent || is_told(subjects), "{} is lost unsaid", mark.word),
                Fate::Own(subjects) => {
                    assert!(is_own || !is_sent, "{} went to another provider", mark.word);
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
fn every_call_has_an_id_of_its_own_and_one_result() {
    every_handoff(|_, target, history, _, sent| {
        let read = steer::import(target.api, &sent.body).unwrap();
        let mut results: BTreeMap<String, usize> = BTreeMap::new();
        let mut calls = 0;
        // Calls without ids that no result has answered, by their names and places.
        let mut nameless: Vec<(String, String)> = Vec::new();
        let mut names = given_names(history).into_iter();
        let mut sent_names: BTreeMap<String, String> = BTreeMap::new();
        let mut own_names: BTreeMap<String, String> = BTreeMap::new();
        for message in &read.messages {
            for part in &message.parts {
                match part {
                    Part::ToolCall(call) if call.executor == Executor::Client => {
                        calls += 1;
                        assert!((target.is_id)(&call.call.id), "the id {:?}", call.call.id);
                        assert!((target.is_name)(&call.call.name), "the name {:?}", call.call.name);
                        let (own, sent_name) = (names.next().unwrap(), call.call.name.clone());
                        let before = sent_names.entry(own.clone()).or_insert_with(|| sent_name.clone());
                        assert_eq!(*before, sent_name, "{own} has two names");
                        let before = own_names.entry(sent_name).or_insert_with(|| own.clone());
                        assert_eq!(*before, own, "two tools have one name");
                        let mut id = call.call.id.clone();
                        if id.is_empty() {
                            id = format!("the call at place {calls}");
                            nameless.push((call.call.name.clone(), id.clone()));
                        }
                        assert_eq!(results.insert(id.clone(), 0), None, "{id} comes twice");
                    }
                    Part::ToolResult(result) if result.executor == Executor::Client => {
                        let mut id = result.result.call_id.clone();
                        if id.is_empty() {
                            let is_meant =
                                |(name, _): &(String, String)| Some(name) == result.result.name.as_ref();
                            let place = nameless.iter().position(is_meant).expect("a call of that name");
                            id = nameless.remove(place).1;
                        }
                        let count = results.get_mut(&id);
                        *count.expect("a result of a call that came before") += 1;
                    }
                    _ => {}
                }
            }
        }
        assert_eq!(calls, history.calls);
        // The last message is the user's, so nothing waits.
        assert!(results.values().all(|count| *count == 1), "{results:?}");
    });
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
        for other in TARGETS.iter().filter(|other| other.api != target.api) {
            let body = other.encode(read.clone()).unwrap().body;
            let body = std::str::from_utf8(&body).unwrap();
            for mark in &history.marks {
                match mark.fate {
                    Fate::Sent => assert!(body.contains(&mark.word), "{} is lost", mark.word),
                    Fate::Told(_) => {}
                    Fate::Own(_) => assert!(!body.contains(&mark.word), "{} went to another", mark.word),
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
        if source.provider == target.provider {
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
