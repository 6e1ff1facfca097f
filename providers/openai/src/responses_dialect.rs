use serde::{Deserialize, Serialize};
use steer_core::catalog::{Word, optional_word, word};
use steer_core::{ApiError, ProviderSettings};
use steer_openai_compatible::Formats;

/// `ResponsesDialect` is what one vendor's Responses API takes: data, and no code.
///
/// It governs what is written. Reading takes whatever any vendor sends. A catalog writes it as `[providers.dialect]`,
/// with the names of these fields.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponsesDialect {
    /// The path behind the base URL.
    #[serde(deserialize_with = "word")]
    pub path: Word,
    /// Where the program's prompt goes.
    pub system: SystemPlace,
    /// Whether the program may speak as `developer`; else it speaks as `system`.
    pub developer_role: bool,
    /// Whether `store` is taken.
    pub store: bool,
    /// Whether what only the inventor of the format has is taken: `background`, `truncation`, `context_management`,
    /// `moderation`, `prompt_cache_retention`, and of `reasoning` the mode and the context.
    pub extras: bool,
    /// Whether `include` can ask for what the program names.
    pub include: bool,
    /// Whether `include` can ask for encrypted reasoning, which later turns send back.
    pub encrypted_reasoning: bool,
    /// Whether the vendor keeps answers that a call can go on from.
    pub server_state: bool,
    /// Whether the vendor keeps conversations that a call can go on from.
    pub conversations: bool,
    /// Whether a call that goes on from an answer has that answer's prompt, and may bring none of its own.
    pub keeps_instructions: bool,
    /// What is taken of thinking.
    pub reasoning: ReasoningSetting,
    /// Whether `temperature` and `top_p` are taken.
    pub sampling: bool,
    /// How the probabilities of tokens are asked for.
    pub logprobs: LogprobsSetting,
    /// Whether tools may be strict.
    pub strict_tools: bool,
    /// Whether tools may take free text. Where they may not, a call with free text is one that the vendor ran itself.
    pub custom_tools: bool,
    /// Whether the model can search for tools that are not shown to it.
    pub deferred_tools: bool,
    /// Whether `tool_choice` may be a set of allowed tools.
    pub allowed_tools: bool,
    /// Whether `parallel_tool_calls` is taken.
    pub parallel_switch: bool,
    /// What forms of answer can be asked for.
    pub formats: Formats,
    /// Whether `text.verbosity` is taken.
    pub verbosity: bool,
    /// Whether `prompt_cache_key` is taken.
    pub cache_key: bool,
    /// Whether `metadata` is taken.
    pub metadata: bool,
    /// Whether `service_tier` is taken.
    pub service_tier: bool,
    /// The member that names the end user.
    pub user: UserMember,
    /// Whether images are taken.
    pub images: bool,
    /// Whether files are taken.
    pub files: bool,
    /// Whether a file may come as bytes; else by its address or its id alone.
    pub file_bytes: bool,
    /// Whether sounds are taken.
    pub audio: bool,
    /// Whether the state of a function call goes back with it; some servers refuse it.
    pub call_status: bool,
    /// Whether the calls of a turn must come after all else that the model said in it.
    pub calls_last: bool,
    /// The path that counts the tokens of a request; `None` where the vendor counts none.
    #[serde(deserialize_with = "optional_word")]
    pub count: Option<Word>,
}

impl ResponsesDialect {
    /// The dialect of a provider: its vendor's own where it is the one of this id, else what nearly every server of the
    /// format takes; and over that what the catalogs say.
    ///
    /// # Errors
    /// A catalog names a field or a value that there is not.
    pub fn of(settings: &ProviderSettings, id: &str, own: Self) -> Result<Self, ApiError> {
        let base = if settings.config.id.as_str() == id { own } else { Self::compatible() };
        settings.config.dialect.over(base)
    }

    /// What the inventor of the format takes: <https://platform.openai.com/docs/api-reference/responses/create>.
    pub const fn original() -> Self {
        Self {
            path: "/responses",
            system: SystemPlace::Instructions,
            developer_role: true,
            store: true,
            extras: true,
            include: true,
            encrypted_reasoning: true,
            server_state: true,
            conversations: true,
            keeps_instructions: false,
            reasoning: ReasoningSetting::EffortAndSummary,
            sampling: true,
            logprobs: LogprobsSetting::Include,
            strict_tools: true,
            custom_tools: true,
            deferred_tools: true,
            allowed_tools: true,
            parallel_switch: true,
            formats: Formats::Schema,
            verbosity: true,
            cache_key: true,
            metadata: true,
            service_tier: true,
            user: UserMember::SafetyIdentifier,
            images: true,
            files: true,
            file_bytes: true,
            audio: false,
            call_status: true,
            calls_last: false,
            count: Some("/responses/input_tokens"),
        }
    }

    /// What nearly every server of the format takes.
    pub const fn compatible() -> Self {
        Self {
            developer_role: false,
            store: false,
            extras: false,
            include: false,
            encrypted_reasoning: false,
            server_state: false,
            conversations: false,
            reasoning: ReasoningSetting::Effort,
            custom_tools: false,
            deferred_tools: false,
            allowed_tools: false,
            verbosity: false,
            cache_key: false,
            metadata: false,
            service_tier: false,
            user: UserMember::User,
            call_status: false,
            count: None,
            ..Self::original()
        }
    }
}

/// `SystemPlace` is where the program's prompt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SystemPlace {
    /// The member `instructions`.
    Instructions,
    /// The first message.
    Message,
}

/// `ReasoningSetting` is what of `reasoning` is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasoningSetting {
    /// Nothing.
    None,
    /// How much.
    Effort,
    /// How much; the answer sums it up unasked.
    EffortSummedUp,
    /// How much, and whether the answer sums it up.
    EffortAndSummary,
}

/// `LogprobsSetting` is how the probabilities of tokens are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LogprobsSetting {
    /// Not at all.
    None,
    /// An entry of `include`.
    Include,
    /// `logprobs`: true.
    Flag,
}

/// `UserMember` is the member that names the end user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserMember {
    /// There is none.
    None,
    /// `user`.
    User,
    /// `safety_identifier`.
    SafetyIdentifier,
}
