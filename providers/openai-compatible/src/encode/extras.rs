use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde_json::Value;
use steer_core::encode::{BodyWriter, refuse_rare};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::{Speech, UserLocation, WebSearch};
use steer_core::{ApiError, Call};

use crate::Dialect;

/// `Extras` are the settings around a call that few servers know.
#[derive(Debug, Default)]
pub(super) struct Extras<'a> {
    has_safety_identifier: bool,
    user: Option<&'a str>,
    store: Option<bool>,
    metadata: Option<&'a BTreeMap<String, String>>,
    service_tier: Option<&'a str>,
    verbosity: Option<&'a str>,
    cache_key: Option<&'a str>,
    cache_retention: Option<&'a str>,
    modalities: &'a [String],
    speech: Option<&'a Speech>,
    prediction: Option<Prediction<'a>>,
    web_search: Option<SearchOptions<'a>>,
    moderation: Option<&'a Value>,
}

/// <https://platform.openai.com/docs/guides/predicted-outputs>
#[derive(Debug, serde::Serialize)]
struct Prediction<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    content: &'a str,
}

/// <https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat>
#[derive(Debug, serde::Serialize)]
struct SearchOptions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    search_context_size: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_location: Option<Place<'a>>,
}

#[derive(Debug, serde::Serialize)]
struct Place<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    approximate: &'a UserLocation,
}

impl<'a> SearchOptions<'a> {
    fn of(search: &'a WebSearch) -> Self {
        let place = |approximate| Place { kind: "approximate", approximate };
        Self {
            search_context_size: search.context_size.as_deref(),
            user_location: search.location.as_ref().map(place),
        }
    }
}

impl<'a> Extras<'a> {
    pub(super) fn of(call: &'a Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let request = &*call.request;
        refuse_rare(call, |name| takes(dialect, name), ledger)?;
        let state = &request.state;
        let is_taken = dialect.extras;
        for (name, is_refused) in [
            ("state.store", state.store == Some(true) && !is_taken),
            ("metadata", !request.metadata.is_empty() && !is_taken),
            ("service_tier", request.service_tier.is_some() && !dialect.service_tier),
            ("verbosity", request.verbosity.is_some() && !is_taken),
            ("cache_key", request.cache_key.is_some() && !is_taken && dialect.cache_key_header.is_none()),
            ("modalities", request.modalities.iter().any(|modality| modality != "text") && !is_taken),
            ("speech", request.speech.is_some() && !is_taken),
            ("state.previous_response_id", state.previous_response_id.is_some()),
            ("state.conversation", state.conversation.is_some()),
            ("state.container", state.container.is_some()),
            ("state.cached_content", state.cached_content.is_some()),
        ] {
            if is_refused {
                ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
            }
        }
        let user = request.user.as_deref();
        let service_tier = request.service_tier.as_deref().filter(|_| dialect.service_tier);
        if !is_taken {
            return Ok(Self { user, service_tier, ..Self::default() });
        }
        Ok(Self {
            has_safety_identifier: true,
            user,
            store: state.store,
            metadata: Some(&request.metadata).filter(|metadata| !metadata.is_empty()),
            service_tier,
            verbosity: request.verbosity.as_deref(),
            cache_key: request.cache_key.as_deref().filter(|_| dialect.cache_key_header.is_none()),
            cache_retention: request.cache_retention.as_deref(),
            modalities: &request.modalities,
            speech: request.speech.as_ref(),
            prediction: request.prediction.as_deref().map(|content| Prediction { kind: "content", content }),
            web_search: request.web_search.as_ref().map(SearchOptions::of),
            moderation: request.moderation.as_ref(),
        })
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut BodyWriter<'_, '_, M>) -> Result<(), M::Error> {
        if !self.modalities.is_empty() {
            body.member("modalities", self.modalities)?;
        }
        // <https://platform.openai.com/docs/api-reference/chat/create#chat-create-audio>
        body.optional("audio", self.speech)?;
        body.optional("verbosity", self.verbosity)?;
        body.optional("prediction", self.prediction.as_ref())?;
        body.optional("web_search_options", self.web_search.as_ref())?;
        body.optional("moderation", self.moderation)?;
        body.optional("prompt_cache_key", self.cache_key)?;
        // <https://platform.openai.com/docs/guides/prompt-caching#prompt-cache-retention>
        body.optional("prompt_cache_retention", self.cache_retention)?;
        // <https://platform.openai.com/docs/guides/safety-best-practices#implement-safety-identifiers>
        body.optional(if self.has_safety_identifier { "safety_identifier" } else { "user" }, self.user)?;
        body.optional("metadata", self.metadata)?;
        body.optional("store", self.store.as_ref())?;
        body.optional("service_tier", self.service_tier)
    }
}

/// Whether a dialect takes a setting that few APIs have.
fn takes(dialect: &Dialect, name: &str) -> bool {
    match name {
        "media_detail" => true,
        "logit_bias" => dialect.logit_bias,
        "cache_retention" | "moderation" | "prediction" | "web_search" => dialect.extras,
        _ => false,
    }
}
