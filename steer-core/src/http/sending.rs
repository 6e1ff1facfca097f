use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, response};

use super::clock::Clock;
use super::endpoint::Endpoint;
use super::retry::{Attempts, drawn};
use super::secrets::Secrets;
use super::watch::Timer;
use super::{RetryPolicy, StartOver, Timeouts, TransportBody, attempt};
use crate::auth::{AuthDirective, Authorization, OnRefusal};
use crate::error::{ApiError, FailedAttempt, TimeoutPhase};
use crate::model::ModelId;
use crate::protocol::Protocol;

/// `Sending` is a request on its way: authorized anew for each attempt, and sent again where the policy says so.
pub(super) struct Sending<P> {
    pub(super) endpoint: Arc<Endpoint<P>>,
    pub(super) clock: Clock,
    /// What is sent first, where it is written already.
    first: Option<Request<Bytes>>,
    attempts: Attempts,
    /// Whether a login may be renewed because the vendor refused it.
    renewable: bool,
    /// By what the vendor knows the request again.
    key: Option<Box<(HeaderName, HeaderValue)>>,
}

/// `Resend` writes a request once more. The head of a request is written for every attempt: to keep it would cost
/// every call what few calls need.
pub(super) trait Resend: Sync {
    /// The same request.
    fn again(&self) -> Result<Request<Bytes>, ApiError>;

    /// The model that is asked.
    fn model(&self) -> Option<&ModelId>;
}

/// What a success begins with.
pub(super) struct Opened {
    pub(super) head: response::Parts,
    pub(super) body: TransportBody,
    pub(super) secrets: Secrets,
    /// Watches the body.
    pub(super) timer: Timer,
}

/// How an attempt ended that did not fail.
#[allow(clippy::large_enum_variant, reason = "the large one is the usual one")]
enum Turn<'d> {
    Opened(Opened),
    /// The vendor refused a login, which may be renewed.
    Renewable(Box<Renewable<'d>>),
}

struct Renewable<'d> {
    directive: &'d AuthDirective,
    refused: Authorization,
    error: ApiError,
}

impl<P: Protocol> Sending<P> {
    pub(super) fn new(
        endpoint: Arc<Endpoint<P>>,
        clock: Clock,
        policy: RetryPolicy,
        first: Option<Request<Bytes>>,
    ) -> Self {
        let directive = endpoint.settings.directive.as_ref();
        let renewable = directive.is_some_and(|directive| directive.on_refusal == OnRefusal::RenewOnce);
        let key = endpoint.protocol.idempotency_header().map(|name| Box::new((name, key())));
        Self { endpoint, clock, first, attempts: Attempts::new(policy), renewable, key }
    }

    /// How often the request was sent.
    pub(super) fn made(&self) -> u32 {
        self.attempts.made()
    }

    /// How the attempts before the last one failed.
    pub(super) fn failed(&self) -> &[FailedAttempt] {
        self.attempts.failed()
    }

    /// Until when an answer that has begun may start over.
    pub(super) fn start_over(&self) -> StartOver {
        self.attempts.start_over()
    }

    /// Sends until the headers of a success are there, or the policy ends it.
    ///
    /// All that waits on a rare way does so in a box of its own, so that the usual way's future stays small: it is
    /// moved several times before it is first polled.
    pub(super) async fn opened(&mut self, resend: &impl Resend) -> Result<Opened, ApiError> {
        let endpoint = Arc::clone(&self.endpoint);
        let directive = endpoint.settings.directive.as_ref();
        let paced = endpoint.settings.pacer.as_ref().zip(resend.model());
        loop {
            if let Some((pacer, model)) = paced {
                let admitted = Box::pin(pacer.admit(model, &self.clock)).await;
                admitted.map_err(|error| self.attempts.ended(error))?;
            }
            self.attempts.begin();
            match self.attempt(directive, resend).await {
                Ok(Turn::Opened(opened)) => {
                    if let Some(budget) = &endpoint.settings.retry_budget {
                        budget.earn();
                    }
                    if let Some((pacer, model)) = paced {
                        pacer.note(model, endpoint.protocol.rate_limits(&opened.head.headers).as_ref());
                    }
                    return Ok(opened);
                }
                Ok(Turn::Renewable(renewable)) => {
                    let Renewable { directive, refused, error } = *renewable;
                    self.renewable = false;
                    self.attempts.allow_one_more(&error);
                    let renewed = Box::pin(self.renewing(directive.authorizer.renew(&refused))).await;
                    renewed.map_err(|error| self.attempts.ended(error))?;
                }
                Err(error) => {
                    if let Some((pacer, model)) = paced {
                        pacer.note_refusal(model, &error);
                    }
                    Box::pin(self.again(error)).await?;
                }
            }
        }
    }

    /// Whether more than one attempt is wanted.
    pub(super) fn repeats(&self) -> bool {
        self.attempts.repeats()
    }

    /// Whether the answer may start over.
    pub(super) fn may_repeat(&self) -> bool {
        self.attempts.may_repeat()
    }

    /// Waits until the next attempt is due.
    ///
    /// # Errors
    /// There is none: the error of the last one, or that the caller cancelled.
    pub(super) async fn again(&mut self, error: ApiError) -> Result<(), ApiError> {
        self.attempts.after(error, &self.clock, self.endpoint.settings.retry_budget.as_ref()).await
    }

    /// Sends once, with what a login's plugin wants of it.
    async fn attempt<'d>(
        &mut self,
        directive: Option<&'d AuthDirective>,
        resend: &impl Resend,
    ) -> Result<Turn<'d>, ApiError> {
        let authorization = match directive {
            Some(directive) => Some(Box::pin(self.renewing(directive.authorizer.authorization())).await?),
            None => None,
        };
        let secrets = Secrets::of(self.endpoint.settings.credential.as_ref(), authorization.as_ref());
        let request = self.ready(authorization.as_ref(), resend)?;
        let error = match attempt::open(&self.endpoint, &self.clock, request).await {
            Ok((head, body, timer)) => return Ok(Turn::Opened(Opened { head, body, secrets, timer })),
            Err(error) => secrets.scrub(error),
        };
        match directive.zip(authorization).filter(|_| error.refuses_credential()) {
            Some((directive, refused)) if self.renewable => {
                Ok(Turn::Renewable(Box::new(Renewable { directive, refused, error })))
            }
            Some((directive, _)) if directive.on_refusal != OnRefusal::Nothing => {
                Err(error.map_message(|message| format!("{message}; log in again")))
            }
            _ => Err(error),
        }
    }

    /// Waits for a token, as long as for a response's headers.
    async fn renewing<T>(&self, renewal: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
        let limit = self.clock.limits.headers.unwrap_or(Timeouts::HEADERS);
        self.clock.within(TimeoutPhase::Headers, limit, renewal).await?
    }

    /// The request as it goes out.
    fn ready(
        &mut self,
        authorization: Option<&Authorization>,
        resend: &impl Resend,
    ) -> Result<Request<Bytes>, ApiError> {
        let mut request = self.first.take().map_or_else(|| resend.again(), Ok)?;
        for (name, value) in authorization.into_iter().flat_map(|authorization| &authorization.headers) {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        if let Some((name, value)) = self.key.as_deref().filter(|_| request.method() == Method::POST) {
            // The program may have said which key it is.
            request.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        Ok(request)
    }
}

/// A key that no other call has.
fn key() -> HeaderValue {
    let text = format!("steer-{:016x}{:016x}", drawn(), drawn());
    // Letters and digits stand in every header.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("steer"))
}
