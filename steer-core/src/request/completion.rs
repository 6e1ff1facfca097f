use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    FeaturePolicy, ImageFormat, ResponseFormat, ServerState, Speech, SystemContext, Tool, ToolChoice,
    WebSearch,
};
use crate::http::{RetryPolicy, Timeouts};
use crate::json::RawJson;
use crate::message::{CachePoint, Message, Replay};
use crate::model::{Effort, ModelParameters, ThinkingConfig};
use crate::protocol::Delivery;
use crate::redact::redacted_debug;

/// `CompletionRequest` is what is asked of a model: plain data, without credentials, that can be stored as JSON and
/// sent again byte for byte.
///
/// ```
/// use steer_core::CompletionRequest;
///
/// let request = CompletionRequest::new("anthropic/claude-sonnet-4-5")
///     .system("Answer in one sentence.")
///     .user("Why is the sky blue?")
///     .max_output_tokens(200);
/// # assert_eq!(request.messages.len(), 1);
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CompletionRequest {
    /// The model: `provider/name`, `provider/alias` or an alias.
    pub model: String,
    /// What the program tells the model before the conversation.
    #[serde(skip_serializing_if = "SystemContext::is_unset")]
    pub system: SystemContext,
    /// The conversation.
    pub messages: Vec<Message>,
    /// The tools that the model may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// Which of them it may or must call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// Whether it may call several at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    /// Settings; they win over the model's own, field by field.
    pub parameters: ModelParameters,
    /// The form of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// Asks the vendor to cache the prompt up to its last block that can be cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CachePoint>,
    /// A key under which the vendor finds its cached prompt again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_key: Option<String>,
    /// How long the vendor keeps a prompt that it caches on its own, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_retention: Option<String>,
    /// What the vendor keeps between calls.
    #[serde(skip_serializing_if = "ServerState::is_empty")]
    pub state: ServerState,
    /// An opaque id of the end user, for the vendor's abuse detection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Labels for the vendor's own records.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// The service tier, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// How wordy the answer is, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verbosity: Option<String>,
    /// The media of the answer, in the vendor's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modalities: Vec<String>,
    /// Asks for how likely each token of the answer was, and for as many of the likeliest others; 0 asks for the
    /// answer's own alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<u32>,
    /// How an answer that is spoken sounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<Speech>,
    /// The form of the images that the model makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageFormat>,
    /// In how much detail the model sees the media that say nothing of it themselves, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_detail: Option<String>,
    /// What most of the answer will be, word for word, where that is known: such an answer comes faster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<String>,
    /// Lets the model search the web, where that is a setting and no tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search: Option<WebSearch>,
    /// How much of each category of harm the vendor's filters let through, in its words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub safety: BTreeMap<String, String>,
    /// What the vendor's moderation does, in its own JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Value>,
    /// How fast the answer comes, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// Where in the world the model runs, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How many answers; the first one is the answer, the others are alternatives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<u32>,
    /// Members to merge into the request body of a provider: by the provider's id or the wire format's name. They
    /// win over what is there; objects are merged member by member, and `null` removes a member.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_options: BTreeMap<String, Map<String, Value>>,
    /// Members that the vendor's own body of the request says in other words than the encoder would, where the request
    /// was read from one; sent again while nothing is changed but the model, the messages and the tools, as long as
    /// there are any. What is `None` was not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay<BTreeMap<String, Option<RawJson>>>>,
    /// Further HTTP headers. They may not set a credential.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Further HTTP headers for one provider, by its id or the wire format's name; they win over `headers`. They may not set
    /// a credential.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_headers: BTreeMap<String, BTreeMap<String, String>>,
    /// How the answer comes.
    pub delivery: Delivery,
    /// What happens to what the target cannot take.
    pub policy: FeaturePolicy,
    /// Time limits of this call; they win over the client's, field by field.
    pub timeouts: Timeouts,
    /// Whether this call is tried again when it fails; wins over the client's policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Keeps the frames of the answer as they come.
    pub keep_raw: bool,
}

redacted_debug!(CompletionRequest {
    model, tool_choice, parallel_tool_calls, parameters, cache, state, service_tier, delivery, policy, timeouts, retry;
    system, messages, tools, response_format, prediction, user, metadata, provider_options, headers, provider_headers
});

impl CompletionRequest {
    /// Asks a model: `provider/name`, `provider/alias` or an alias.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// Sets what the program tells the model.
    #[must_use]
    pub fn system(mut self, system: impl Into<SystemContext>) -> Self {
        self.system = system.into();
        self
    }

    /// Adds a message.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// Adds messages.
    #[must_use]
    pub fn messages(mut self, messages: impl IntoIterator<Item = Message>) -> Self {
        self.messages.extend(messages);
        self
    }

    /// Adds what the user says.
    #[must_use]
    pub fn user(self, text: impl Into<String>) -> Self {
        self.message(Message::user(text.into()))
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
        self.tools.push(tool.into());
        self
    }

    /// Says which tools the model may or must call.
    #[must_use]
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.tool_choice = Some(choice);
        self
    }

    /// Says whether the model may call several tools at once.
    #[must_use]
    pub fn parallel_tool_calls(mut self, parallel: bool) -> Self {
        self.parallel_tool_calls = Some(parallel);
        self
    }

    /// Replaces the settings.
    #[must_use]
    pub fn parameters(mut self, parameters: ModelParameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets the sampling temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.parameters.temperature = Some(temperature);
        self
    }

    /// Sets the most tokens of the answer.
    #[must_use]
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.parameters.max_output_tokens = Some(tokens);
        self
    }

    /// Adds a text at which the answer stops.
    #[must_use]
    pub fn stop_sequence(mut self, text: impl Into<String>) -> Self {
        self.parameters.stop_sequences.push(text.into());
        self
    }

    /// Sets how much the model thinks.
    #[must_use]
    pub fn thinking(mut self, thinking: ThinkingConfig) -> Self {
        self.parameters.thinking = Some(thinking);
        self
    }

    /// Lets the model think at an effort level.
    #[must_use]
    pub fn effort(self, effort: Effort) -> Self {
        self.thinking(ThinkingConfig::Effort(effort))
    }

    /// Sets the form of the answer.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.response_format = Some(format);
        self
    }

    /// Sets what the vendor keeps between calls.
    #[must_use]
    pub fn state(mut self, state: ServerState) -> Self {
        self.state = state;
        self
    }

    /// Asks the vendor to cache the prompt.
    #[must_use]
    pub fn cache(mut self, point: CachePoint) -> Self {
        self.cache = Some(point);
        self
    }

    /// Adds a member to the request body of a provider or wire format.
    #[must_use]
    pub fn provider_option(
        mut self,
        provider: impl Into<String>,
        member: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        self.provider_options.entry(provider.into()).or_default().insert(member.into(), value.into());
        self
    }

    /// Adds an HTTP header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Adds an HTTP header for one provider or wire format.
    #[must_use]
    pub fn provider_header(
        mut self,
        provider: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.provider_headers.entry(provider.into()).or_default().insert(name.into(), value.into());
        self
    }

    /// Says how the answer comes.
    #[must_use]
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// Says what happens to what the target cannot take.
    #[must_use]
    pub fn policy(mut self, policy: FeaturePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Says whether this call is tried again when it fails.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Keeps the frames of the answer as they come.
    #[must_use]
    pub fn keep_raw(mut self) -> Self {
        self.keep_raw = true;
        self
    }

    /// Keeps members of the vendor's own body of the request as it is now.
    pub fn keep(&mut self, api: impl Into<String>, members: BTreeMap<String, Option<RawJson>>) {
        let with_tools = members.contains_key("tools");
        let replay = Replay::new(api, members, &self.settings(with_tools));
        self.replay = Some(replay);
    }

    /// Members of the vendor's own body of the request, if it came in this wire format and nothing was changed since
    /// but the model, the messages and the tools.
    pub fn kept(&self, api: &str) -> Option<&BTreeMap<String, Option<RawJson>>> {
        let replay = self.replay.as_ref()?;
        replay.get(api, &self.settings(false)).or_else(|| replay.get(api, &self.settings(true)))
    }

    /// All that is asked beside the conversation, the tools and the model, and how the answer comes. Where the list of
    /// the tools is kept among the members, it holds for these tools alone.
    fn settings(&self, with_tools: bool) -> impl Serialize {
        (
            (
                &self.system,
                &self.tool_choice,
                self.parallel_tool_calls,
                &self.parameters,
                &self.response_format,
            ),
            (self.cache, &self.cache_key, &self.state, &self.user, &self.metadata, &self.service_tier),
            (&self.verbosity, &self.modalities, self.candidates, self.delivery, self.tools.is_empty()),
            (self.logprobs, &self.speech, &self.image, &self.prediction, &self.web_search),
            (&self.safety, &self.moderation, &self.speed, &self.region),
            with_tools.then_some(&self.tools),
        )
    }
}
