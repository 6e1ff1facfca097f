use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde_json::Value;
use smallvec::SmallVec;
use steer_core::encode::{BodyWriter, refuse_rare};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, ThinkingConfig};

use super::invalid;
use super::thinking::never_thinks;
use crate::{ResponsesDialect, UserMember};

/// What brings the encrypted form of the thinking, without which a later turn cannot send it back:
/// <https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items>.
pub(crate) const ENCRYPTED: &str = "reasoning.encrypted_content";

/// What brings the probabilities of the tokens.
pub(crate) const LOGPROBS: &str = "message.output_text.logprobs";

/// `Extras` are the settings around a call: what the vendor keeps, and for whom it works.
#[derive(Debug)]
pub(super) struct Extras<'a> {
    /// Whether the vendor keeps the answer; it does unless it is told not to.
    store: Option<bool>,
    /// Whether the encrypted form of the thinking is asked for.
    encrypted: bool,
    /// What else the program asks for.
    include: &'a [String],
    background: bool,
    truncation: Option<&'a str>,
    context_management: Option<&'a Value>,
    moderation: Option<&'a Value>,
    previous_response_id: Option<&'a str>,
    conversation: Option<&'a str>,
    metadata: Option<&'a BTreeMap<String, String>>,
    service_tier: Option<&'a str>,
    cache_key: Option<&'a str>,
    cache_retention: Option<&'a str>,
    user: Option<(&'static str, &'a str)>,
}

impl<'a> Extras<'a> {
    pub(super) fn of(
        call: &'a Call,
        dialect: &ResponsesDialect,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let request = &*call.request;
        let state = &request.state;
        if state.previous_response_id.is_some() && state.conversation.is_some() {
            return Err(invalid("a call goes on from an answer or from a conversation; name one of them"));
        }
        for (name, is_refused) in [
            ("state.store", state.store == Some(true) && !dialect.store),
            ("state.previous_response_id", state.previous_response_id.is_some() && !dialect.server_state),
            ("state.conversation", state.conversation.is_some() && !dialect.conversations),
            ("state.container", state.container.is_some()),
            ("state.cached_content", state.cached_content.is_some()),
            ("metadata", !request.metadata.is_empty() && !dialect.metadata),
            ("service_tier", request.service_tier.is_some() && !dialect.service_tier),
            ("cache_key", request.cache_key.is_some() && !dialect.cache_key),
            ("user", request.user.is_some() && dialect.user == UserMember::None),
            ("speech", request.speech.is_some()),
            ("modalities", request.modalities.iter().any(|modality| modality != "text")),
        ] {
            if is_refused {
                ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
            }
        }
        refuse_rare(call, |name| takes(dialect, name), ledger)?;
        let user = match dialect.user {
            UserMember::None => None,
            UserMember::User => Some("user"),
            UserMember::SafetyIdentifier => Some("safety_identifier"),
        };
        // <https://platform.openai.com/docs/guides/background>
        let background = dialect.extras && state.background == Some(true);
        if background && state.store != Some(true) {
            ledger.adjusted(
                "state.store",
                "what is answered in the background is stored, or it could not be read",
            );
        }
        let store = dialect.store.then_some(background || state.store.unwrap_or(false));
        let may_think = !never_thinks(call) && call.parameters.thinking != Some(ThinkingConfig::Off);
        let is_kept = store == Some(true);
        Ok(Self {
            store,
            include: if dialect.include { &state.include } else { &[] },
            background,
            truncation: state.truncation.as_deref().filter(|_| dialect.extras),
            context_management: state.context_management.as_ref().filter(|_| dialect.extras),
            moderation: request.moderation.as_ref().filter(|_| dialect.extras),
            encrypted: dialect.encrypted_reasoning && may_think && !is_kept,
            previous_response_id: state.previous_response_id.as_deref().filter(|_| dialect.server_state),
            conversation: state.conversation.as_deref().filter(|_| dialect.conversations),
            metadata: Some(&request.metadata).filter(|labels| dialect.metadata && !labels.is_empty()),
            service_tier: request.service_tier.as_deref().filter(|_| dialect.service_tier),
            cache_retention: request.cache_retention.as_deref().filter(|_| dialect.extras),
            cache_key: request.cache_key.as_deref().filter(|_| dialect.cache_key),
            user: user.zip(request.user.as_deref()),
        })
    }

    /// Whether the vendor keeps what it answers.
    pub(super) fn is_stored(&self) -> bool {
        self.store == Some(true)
    }

    /// The answer that the call goes on from.
    pub(super) fn previous(&self) -> Option<&'a str> {
        self.previous_response_id
    }

    /// Whether the call goes on from what the vendor keeps.
    pub(super) fn goes_on(&self) -> bool {
        self.previous_response_id.is_some() || self.conversation.is_some()
    }

    pub(super) fn write<M: SerializeMap>(
        &self,
        body: &mut BodyWriter<'_, '_, M>,
        has_logprobs: bool,
    ) -> Result<(), M::Error> {
        body.optional("previous_response_id", self.previous_response_id)?;
        body.optional("conversation", self.conversation)?;
        body.optional("store", self.store.as_ref())?;
        body.optional("background", self.background.then_some(&true))?;
        let own = [(self.encrypted, ENCRYPTED), (has_logprobs, LOGPROBS)];
        let mut include: SmallVec<[&str; 4]> =
            own.into_iter().filter_map(|(is_set, name)| is_set.then_some(name)).collect();
        for name in self.include {
            if !include.contains(&name.as_str()) {
                include.push(name);
            }
        }
        if !include.is_empty() {
            body.member("include", &*include)?;
        }
        body.optional("truncation", self.truncation)?;
        body.optional("context_management", self.context_management)?;
        body.optional("moderation", self.moderation)?;
        body.optional("prompt_cache_key", self.cache_key)?;
        // <https://platform.openai.com/docs/guides/prompt-caching#prompt-cache-retention>
        body.optional("prompt_cache_retention", self.cache_retention)?;
        if let Some((name, user)) = self.user {
            body.member(name, user)?;
        }
        body.optional("metadata", self.metadata)?;
        body.optional("service_tier", self.service_tier)
    }
}

/// Whether a dialect takes a setting that few APIs have.
fn takes(dialect: &ResponsesDialect, name: &str) -> bool {
    match name {
        "media_detail" => true,
        "state.include" => dialect.include,
        "cache_retention"
        | "moderation"
        | "state.background"
        | "state.context_management"
        | "state.truncation"
        | "thinking_context"
        | "thinking_style" => dialect.extras,
        _ => false,
    }
}
