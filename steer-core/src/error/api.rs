use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::failure::clean_word;
use super::{ContextOverflow, ErrorKind, FailedAttempt, Failure, NotRetried, TimeoutPhase};
use crate::model::ProviderId;
use crate::rate_limit::RateLimits;
use crate::response::CompletionResponse;

/// `ApiError` says why a call failed: what kind of failure it is, and everything the vendor said of it.
///
/// One pointer wide. Its text and its `Debug` hold no prompt, completion or key; the partial answer is reached by
/// [`partial`](Self::partial) alone.
pub struct ApiError(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    provider: Option<ProviderId>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    retryable: Option<bool>,
    attempts: u32,
    failed_attempts: Vec<FailedAttempt>,
    not_retried: Option<NotRetried>,
    overflow: Option<ContextOverflow>,
    phase: Option<TimeoutPhase>,
    rate_limits: Option<RateLimits>,
    partial: Option<Box<CompletionResponse>>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// Makes an error; the message says what happened and what to do next, without content or keys.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            provider: None,
            status: None,
            code: None,
            request_id: None,
            retry_after: None,
            retryable: None,
            attempts: 0,
            failed_attempts: Vec::new(),
            not_retried: None,
            overflow: None,
            phase: None,
            rate_limits: None,
            partial: None,
            source: None,
        }))
    }

    /// Something is set up wrong; the message says what to change.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// The target cannot take what the request asks for.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::UnsupportedFeature, message)
    }

    /// The answer cannot be read.
    pub fn parsing(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ResponseParsing, message)
    }

    /// Nothing came in time.
    pub fn timeout(phase: TimeoutPhase, limit: Duration) -> Self {
        let mut error = Self::new(ErrorKind::Timeout, format!("nothing for {limit:?} {phase}"));
        error.0.phase = Some(phase);
        error
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, in words: the vendor's own where it gave any.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The provider that was called.
    pub fn provider(&self) -> Option<&ProviderId> {
        self.0.provider.as_ref()
    }

    /// The HTTP status; for an error inside a successful response, the status that it names, if any.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code or type of the error.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The vendor's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the vendor asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same request may succeed a little later: the vendor's word, else the kind's.
    pub fn is_retryable(&self) -> bool {
        // Whoever calls a refusal of the request a failure of the server would refuse it again.
        let is_refusal = self.0.kind == ErrorKind::ServerError
            && self.0.status.is_some_and(|status| (400..500).contains(&status));
        self.0.retryable.unwrap_or_else(|| self.0.kind.is_retryable() && !is_refusal)
    }

    /// Whether the vendor refused the credential itself. A refusal of what was asked with it (403) is none, unless the
    /// vendor says so in its own words.
    pub(crate) fn refuses_credential(&self) -> bool {
        self.kind() == ErrorKind::AuthenticationFailed || self.status() == Some(401)
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The attempts before this one, in order: what each ended with, and how long was waited after it.
    pub fn failed_attempts(&self) -> &[FailedAttempt] {
        &self.0.failed_attempts
    }

    /// Why the request was not sent once more although that may help; `None` where it may not.
    pub fn not_retried(&self) -> Option<NotRetried> {
        self.0.not_retried
    }

    /// How long the prompt was and how long it may be, for [`ErrorKind::ContextLength`], where the vendor says it.
    pub fn context_overflow(&self) -> Option<ContextOverflow> {
        self.0.overflow
    }

    /// What did not come in time, for a timeout.
    pub fn phase(&self) -> Option<TimeoutPhase> {
        self.0.phase
    }

    /// The rate limits that came with the error.
    pub fn rate_limits(&self) -> Option<&RateLimits> {
        self.0.rate_limits.as_ref()
    }

    /// What had come of the answer; its unfinished tool calls are marked as incomplete.
    pub fn partial(&self) -> Option<&CompletionResponse> {
        self.0.partial.as_deref()
    }

    /// The same, taken out of the error.
    pub fn into_partial(self) -> Option<CompletionResponse> {
        self.0.partial.map(|partial| *partial)
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds the vendor's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(clean_word(code.into()));
        self
    }

    /// Adds the provider, unless one is set.
    #[must_use]
    pub fn with_provider(mut self, provider: &ProviderId) -> Self {
        self.0.provider.get_or_insert_with(|| provider.clone());
        self
    }

    /// Adds the vendor's id of the request, unless one is set.
    #[must_use]
    pub fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = self.0.request_id.or(request_id.map(clean_word));
        self
    }

    /// Adds how long the vendor asks to wait, unless it is set.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = self.0.retry_after.or(retry_after);
        self
    }

    /// Adds how many times the request was sent.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the attempts before this one, unless there are some.
    #[must_use]
    pub fn with_failed_attempts(mut self, failed: Vec<FailedAttempt>) -> Self {
        if self.0.failed_attempts.is_empty() {
            self.0.failed_attempts = failed;
        }
        self
    }

    /// Says why the request is not sent once more.
    #[must_use]
    pub(crate) fn with_not_retried(mut self, reason: Option<NotRetried>) -> Self {
        self.0.not_retried = reason;
        self
    }

    /// Adds the rate limits that came with the error, unless there are some.
    #[must_use]
    pub fn with_rate_limits(mut self, rate_limits: Option<RateLimits>) -> Self {
        self.0.rate_limits = self.0.rate_limits.or(rate_limits);
        self
    }

    /// Adds what had come of the answer.
    #[must_use]
    pub fn with_partial(mut self, partial: CompletionResponse) -> Self {
        self.0.partial = Some(Box::new(partial));
        self
    }

    /// Says whether the same request may succeed a little later, where more is known than the kind.
    #[must_use]
    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    /// Replaces the message.
    pub(crate) fn map_message(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.0.message = change(&self.0.message);
        self
    }

    /// The same without a secret that the server repeated in what it said.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        let inner = &mut *self.0;
        // An empty one stands between all letters.
        if secret.is_empty() {
            return self;
        }
        let own = [Some(&mut inner.message), inner.code.as_mut(), inner.request_id.as_mut()];
        let earlier = inner.failed_attempts.iter_mut().flat_map(FailedAttempt::texts);
        for text in own.into_iter().flatten().chain(earlier) {
            if text.contains(secret) {
                *text = text.replace(secret, "***");
            }
            hide_cut_end(text, secret);
        }
        self
    }
}

/// Where a text was cut for its length, its end may be the first half of a secret.
fn hide_cut_end(text: &mut String, secret: &str) {
    /// Fewer bytes of a secret tell nothing, and end many a word.
    const TELLING: usize = 4;
    let Some(cut) = text.strip_suffix('…') else { return };
    let longest = secret.len().min(cut.len());
    let half = (TELLING..=longest).rev().filter_map(|end| secret.get(..end));
    if let Some(rest) = half.into_iter().find_map(|half| cut.strip_suffix(half)) {
        *text = format!("{rest}***…");
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let mut error = Self::new(failure.kind, failure.message);
        error.0.code = failure.code.map(clean_word);
        error.0.status = failure.status;
        error.0.retry_after = failure.retry_after;
        error.0.retryable = failure.retryable;
        if error.0.kind == ErrorKind::ContextLength {
            error.0.overflow = failure.overflow.or_else(|| ContextOverflow::read(&error.0.message));
        }
        error.0.request_id = failure.request_id.map(clean_word);
        error
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(provider) = &inner.provider {
            write!(f, "{provider}: ")?;
        }
        write!(f, "{}", inner.kind)?;
        match (inner.status, inner.code.as_deref()) {
            (Some(status), Some(code)) => write!(f, " ({status}, {code})")?,
            (Some(status), None) => write!(f, " ({status})")?,
            (None, Some(code)) => write!(f, " ({code})")?,
            (None, None) => {}
        }
        if !inner.message.is_empty() {
            write!(f, ": {}", inner.message)?;
        }
        if let Some(after) = inner.retry_after {
            write!(f, "; the server asks to wait {after:?}")?;
        }
        if let Some(reason) = inner.not_retried.filter(|_| inner.attempts > 0) {
            match inner.attempts {
                1 => write!(f, "; it was sent once: {reason}")?,
                sent => write!(f, "; it was sent {sent} times: {reason}")?,
            }
        }
        if let Some(id) = &inner.request_id {
            write!(f, " [request {id}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut shown = f.debug_struct("ApiError");
        shown
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("provider", &inner.provider)
            .field("status", &inner.status)
            .field("code", &inner.code)
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("phase", &inner.phase)
            .field("partial", &inner.partial.is_some())
            .field("source", &inner.source);
        // Few errors have these.
        if !inner.failed_attempts.is_empty() {
            shown.field("failed_attempts", &inner.failed_attempts);
        }
        if let Some(reason) = &inner.not_retried {
            shown.field("not_retried", reason);
        }
        if let Some(overflow) = &inner.overflow {
            shown.field("context_overflow", overflow);
        }
        shown.finish()
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_also_where_the_message_was_cut_within_it() {
        const SECRET: &str = "sk-CANARY-0123456789";
        for before in 4060..4100 {
            let said = format!("{} {SECRET} is no key{}", "a".repeat(before), " b".repeat(100));
            let error = ApiError::from(Failure::new(ErrorKind::AuthenticationFailed, said)).without(SECRET);
            assert!(!error.message().contains("sk-C"), "{before}: {error}");
            assert!(error.message().len() <= 4096 + 16);
        }
        let long = SECRET.repeat(1000);
        let error = ApiError::from(Failure::new(ErrorKind::AuthenticationFailed, &long)).without(&long);
        assert_eq!(error.message(), "***…");
    }

    #[test]
    fn the_text_names_provider_kind_status_code_and_request() {
        let error = ApiError::new(ErrorKind::RateLimited, "slow down")
            .with_provider(&ProviderId::new("acme"))
            .with_status(429)
            .with_code("rate_limit")
            .with_retry_after(Some(Duration::from_secs(3)))
            .with_request_id(Some("req_1".into()));
        assert_eq!(
            error.to_string(),
            "acme: rate limited (429, rate_limit): slow down; the server asks to wait 3s [request req_1]"
        );
        assert!(error.is_retryable());
    }

    #[test]
    fn a_refusal_that_is_called_a_failure_of_the_server_stays_one() {
        let failed = |status| ApiError::new(ErrorKind::ServerError, "no").with_status(status);
        assert!(failed(500).is_retryable() && !failed(401).is_retryable());
        assert!(failed(409).with_retryable(true).is_retryable(), "the vendor's word wins");
    }

    #[test]
    fn what_earlier_attempts_said_holds_no_secret_either() {
        let said = ApiError::new(ErrorKind::ServerError, "key hush!").with_code("hush!");
        let failed = FailedAttempt::of(&said.with_request_id(Some("hush!".into())), Duration::ZERO);
        let error = ApiError::new(ErrorKind::ServerError, "no").with_failed_attempts(vec![failed]);
        assert!(!format!("{:?}", error.without("hush!")).contains("hush!"));
    }

    #[test]
    fn a_code_and_an_id_are_words_whatever_the_server_says() {
        let mut failure = Failure::new(ErrorKind::ServerError, "no").with_code("\u{1b}[2J".repeat(9_000));
        failure.request_id = Some("é\n".repeat(9_000));
        let error = ApiError::from(failure);
        for word in [error.code().unwrap(), error.request_id().unwrap()] {
            assert!(word.len() < 300 && !word.contains(char::is_control), "{word}");
        }
        let plain = ApiError::from(Failure::new(ErrorKind::ServerError, "no").with_code("rate_limit"));
        assert_eq!(plain.code(), Some("rate_limit"));
    }

    #[test]
    fn a_secret_that_is_empty_changes_no_text() {
        assert_eq!(ApiError::configuration("no").without("").message(), "no");
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<ApiError>(), size_of::<usize>());
    }
}
