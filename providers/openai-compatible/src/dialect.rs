use std::ops::RangeInclusive;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use steer_core::catalog::{Word, optional_header, optional_word, word};
use steer_core::{ApiError, ProviderSettings};

/// `Dialect` is what one vendor's Chat Completions takes: data, and no code.
///
/// It governs what is written, and how a stream may end. Reading takes whatever any vendor sends. A catalog writes it as
/// `[providers.dialect]`, with the names of these fields.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Dialect {
    /// The path behind the base URL.
    #[serde(deserialize_with = "word")]
    pub path: Word,
    /// The path of embeddings; `None` where the vendor has none.
    #[serde(deserialize_with = "optional_word")]
    pub embeddings: Option<Word>,
    /// The path of the list of models; `None` where the vendor has none.
    #[serde(deserialize_with = "optional_word")]
    pub models: Option<Word>,
    /// The member that limits the answer.
    pub max_tokens: MaxTokens,
    /// The role that the program speaks in.
    pub system_role: SystemRole,
    /// Whether a stream tells its usage only if `stream_options.include_usage` asks for it.
    pub stream_usage: bool,
    /// How much to think is said so.
    pub thinking: ThinkingSetting,
    /// What of earlier thinking goes back.
    pub thinking_replay: ThinkingReplay,
    /// Whether tools may be strict.
    pub strict_tools: bool,
    /// Whether `parallel_tool_calls` is taken.
    pub parallel_switch: bool,
    /// The word that forces a tool call.
    #[serde(deserialize_with = "word")]
    pub force_word: Word,
    /// Whether one tool can be forced by its name.
    pub force_one: bool,
    /// Whether `tool_choice` may be a set of allowed tools.
    pub allowed_tools: bool,
    /// Whether the choice may be `none` while there are tools.
    pub choice_none: bool,
    /// Whether a conversation with calls is taken only together with tools.
    pub tools_for_calls: bool,
    /// Whether the user may speak right after the results of calls.
    pub user_after_results: bool,
    /// Whether the probabilities of tokens can be asked for.
    pub logprobs: bool,
    /// Whether tools may take free text.
    pub custom_tools: bool,
    /// What forms of answer can be asked for.
    pub formats: Formats,
    /// Which ids of tool calls are taken.
    pub tool_ids: ToolIds,
    /// What stands for the text of a turn that has only tool calls.
    pub empty_content: EmptyContent,
    /// Whether `top_k` is taken.
    pub top_k: bool,
    /// Whether a model that thinks takes stop sequences and penalties.
    pub stop_while_thinking: bool,
    /// Whether `seed` is taken.
    pub seed: bool,
    /// Whether `presence_penalty` and `frequency_penalty` are taken.
    pub penalties: bool,
    /// The most stop sequences; 0 where none is taken.
    pub stop_sequences: usize,
    /// Whether several answers can be asked for.
    pub candidates: bool,
    /// Whether images are taken.
    pub images: bool,
    /// Whether sounds are taken.
    pub audio: bool,
    /// Whether files are taken.
    pub files: bool,
    /// Whether `logit_bias` is taken.
    pub logit_bias: bool,
    /// Whether what only the inventor of the format has is taken: `store`, `metadata`, `verbosity`, `prediction`,
    /// `prompt_cache_key`, `prompt_cache_retention`, `safety_identifier`, `modalities`, `moderation`, `audio`, `web_search_options`.
    pub extras: bool,
    /// Whether `service_tier` is taken.
    pub service_tier: bool,
    /// Whether what the user and the program say may hold points up to which the prompt is cached.
    pub cache_points: bool,
    /// The header that carries the key of the cached prompt, where it is no member of the body.
    #[serde(deserialize_with = "optional_header")]
    pub cache_key_header: Option<Word>,
    /// The header that carries a key by which the server knows a request that is sent again; `None` where it takes none.
    #[serde(deserialize_with = "optional_header")]
    pub idempotency_header: Option<Word>,
    /// Whether an answer may begin with the text of the last message over again, where that is the model's own.
    pub echoes: bool,
    /// What ends a stream.
    pub end: StreamEnd,
}

impl Dialect {
    /// The dialect of a provider: its vendor's own where it is the one of this id, else what nearly every compatible
    /// server takes; and over that what the catalogs say.
    ///
    /// # Errors
    /// A catalog names a field or a value that there is not.
    pub fn of(settings: &ProviderSettings, id: &str, own: Self) -> Result<Self, ApiError> {
        let base = if settings.config.id.as_str() == id { own } else { Self::compatible() };
        settings.config.dialect.over(base)
    }

    /// What nearly every compatible server takes.
    pub const fn compatible() -> Self {
        Self {
            path: "/chat/completions",
            embeddings: Some("/embeddings"),
            models: Some("/models"),
            max_tokens: MaxTokens::MaxTokens,
            system_role: SystemRole::System,
            stream_usage: true,
            thinking: ThinkingSetting::Effort,
            thinking_replay: ThinkingReplay::Never,
            strict_tools: false,
            parallel_switch: true,
            force_word: "required",
            force_one: true,
            allowed_tools: false,
            choice_none: true,
            tools_for_calls: false,
            user_after_results: true,
            logprobs: true,
            custom_tools: false,
            formats: Formats::Schema,
            tool_ids: ToolIds::Any,
            empty_content: EmptyContent::Null,
            top_k: true,
            stop_while_thinking: true,
            seed: true,
            penalties: true,
            stop_sequences: 4,
            candidates: true,
            images: true,
            audio: true,
            files: true,
            logit_bias: true,
            extras: false,
            service_tier: false,
            cache_points: false,
            cache_key_header: None,
            idempotency_header: None,
            echoes: false,
            end: StreamEnd::FinishOrDone,
        }
    }

    /// What the inventor of the format takes: <https://platform.openai.com/docs/api-reference/chat/create>.
    pub const fn original() -> Self {
        Self {
            max_tokens: MaxTokens::MaxCompletionTokens,
            system_role: SystemRole::Developer,
            strict_tools: true,
            allowed_tools: true,
            custom_tools: true,
            tool_ids: ToolIds::UpTo(40),
            top_k: false,
            extras: true,
            service_tier: true,
            ..Self::compatible()
        }
    }
}

/// `MaxTokens` is the member that limits the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MaxTokens {
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

/// `SystemRole` is the role that the program speaks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SystemRole {
    /// `system`.
    System,
    /// `developer`.
    Developer,
}

/// `ThinkingSetting` is how a vendor is told how much to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkingSetting {
    /// Not at all.
    None,
    /// `reasoning_effort`: a word.
    Effort,
    /// `reasoning`: an object of `effort` or `max_tokens`, and `enabled`.
    Object,
    /// `thinking`: an object whose `type` is `enabled` or `disabled`.
    Switch,
    /// `thinking`, as [`Switch`](Self::Switch) has it, and how much in `reasoning_effort`.
    SwitchEffort,
    /// `enable_thinking`: true or false, and `thinking_budget`.
    Flag,
}

/// `ThinkingReplay` is what of earlier thinking goes back to its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkingReplay {
    /// Nothing.
    Never,
    /// Its text, in this member, on turns that have any.
    #[serde(deserialize_with = "word")]
    Text(Word),
    /// Its text, in this member, on every turn of the model's, if need be as an empty text.
    #[serde(deserialize_with = "word")]
    EveryTurn(Word),
    /// `reasoning_details`, as they came.
    Details,
}

/// `Formats` is what forms of answer can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Formats {
    /// Text alone.
    Text,
    /// Any JSON object.
    Object,
    /// JSON in a schema.
    Schema,
}

/// `ToolIds` is which ids of tool calls are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolIds {
    /// Any.
    Any,
    /// At most this many letters, digits, `_` and `-`; 32 at least.
    #[serde(deserialize_with = "up_to")]
    UpTo(usize),
    /// Letters and digits, this many.
    #[serde(deserialize_with = "alphanumeric")]
    Alphanumeric(usize),
}

/// Shorter ids would not tell calls apart that begin alike.
fn up_to<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    within(32..=256, "a whole number from 32 to 256", deserializer)
}

fn alphanumeric<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    within(4..=64, "a whole number from 4 to 64", deserializer)
}

fn within<'de, D: Deserializer<'de>>(
    range: RangeInclusive<usize>,
    wanted: &'static str,
    deserializer: D,
) -> Result<usize, D::Error> {
    let number = usize::deserialize(deserializer)?;
    if range.contains(&number) {
        return Ok(number);
    }
    Err(D::Error::invalid_value(Unexpected::Unsigned(number as u64), &wanted))
}

/// `EmptyContent` is what stands for the text of a turn that has only tool calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmptyContent {
    /// `null`.
    Null,
    /// An empty text.
    Text,
    /// Nothing: the member is left out.
    Omitted,
}

/// `StreamEnd` is what ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamEnd {
    /// A `finish_reason` or `[DONE]`; anything less is a truncated answer.
    FinishOrDone,
    /// This vendor sends neither: a clean end of the body will do.
    CleanEnd,
}
