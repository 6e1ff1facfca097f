use std::sync::Arc;

use bytes::Bytes;
use http::{Request, response};

use super::clock::Clock;
use super::endpoint::Endpoint;
use super::retry::Attempts;
use super::secrets::Secrets;
use super::{RetryPolicy, Timeouts, TransportBody, attempt};
use crate::auth::{AuthDirective, Authorization, OnRefusal};
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::protocol::Protocol;

/// `Sending` is a request on its way: authorized anew for each attempt, and sent again where the policy says so.
pub(super) struct Sending<P> {
    pub(super) endpoint: Arc<Endpoint<P>>,
    pub(super) clock: Clock,
    request: Option<Request<Bytes>>,
    attempts: Attempts,
    /// Whether a login may be renewed because the vendor refused it.
    renewable: bool,
}

/// What a success begins with.
pub(super) struct Opened {
    pub(super) head: response::Parts,
    pub(super) body: TransportBody,
    pub(super) secrets: Secrets,
}

/// How an attempt ended that did not fail.
enum Turn<'d> {
    Opened(Opened),
    /// The vendor refused a login, which may be renewed.
    Renewable(&'d AuthDirective, Authorization),
}

impl<P: Protocol> Sending<P> {
    pub(super) fn new(
        endpoint: Arc<Endpoint<P>>,
        clock: Clock,
        policy: RetryPolicy,
        request: Request<Bytes>,
    ) -> Self {
        let directive = endpoint.settings.directive.as_ref();
        let renewable = directive.is_some_and(|directive| directive.on_refusal == OnRefusal::RenewOnce);
        Self { endpoint, clock, request: Some(request), attempts: Attempts::new(policy), renewable }
    }

    /// How often the request was sent.
    pub(super) fn made(&self) -> u32 {
        self.attempts.made()
    }

    /// Sends until the headers of a success are there, or the policy ends it.
    pub(super) async fn opened(&mut self) -> Result<Opened, ApiError> {
        let endpoint = Arc::clone(&self.endpoint);
        let directive = endpoint.settings.directive.as_ref();
        loop {
            self.attempts.begin();
            match self.attempt(directive).await {
                Ok(Turn::Opened(opened)) => return Ok(opened),
                Ok(Turn::Renewable(directive, refused)) => {
                    self.renewable = false;
                    self.attempts.allow_one_more();
                    self.renewing(directive.authorizer.renew(&refused)).await?;
                }
                Err(error) => self.again(error).await?,
            }
        }
    }

    /// Whether the answer may start over.
    pub(super) fn may_repeat(&self) -> bool {
        self.attempts.may_repeat()
    }

    /// Waits until the next attempt is due.
    ///
    /// # Errors
    /// There is none: the error of the last one, or that the caller cancelled.
    pub(super) async fn again(&self, error: ApiError) -> Result<(), ApiError> {
        self.attempts.after(error.with_attempts(self.made()), &self.clock).await
    }

    /// Sends once, with what a login's plugin wants of it.
    async fn attempt<'d>(&mut self, directive: Option<&'d AuthDirective>) -> Result<Turn<'d>, ApiError> {
        let authorization = match directive {
            Some(directive) => Some(self.renewing(directive.authorizer.authorization()).await?),
            None => None,
        };
        let secrets = Secrets::of(self.endpoint.settings.credential.as_ref(), authorization.as_ref());
        let error = match self.once(authorization.as_ref()).await {
            Ok((head, body)) => return Ok(Turn::Opened(Opened { head, body, secrets })),
            Err(error) => secrets.scrub(error),
        };
        match directive.zip(authorization).filter(|_| refused(&error)) {
            Some((directive, authorization)) if self.renewable => {
                Ok(Turn::Renewable(directive, authorization))
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

    async fn once(
        &mut self,
        authorization: Option<&Authorization>,
    ) -> Result<(response::Parts, TransportBody), ApiError> {
        let again = self.renewable || self.attempts.may_repeat();
        let request = if again { self.request.clone() } else { self.request.take() };
        let mut request =
            request.ok_or_else(|| ApiError::new(ErrorKind::Unknown, "the request was given away already"))?;
        for (name, value) in authorization.into_iter().flat_map(|authorization| &authorization.headers) {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        attempt::open(&self.endpoint, &self.clock, request).await
    }
}

/// Whether the vendor refused the credential, and not what was asked with it.
fn refused(error: &ApiError) -> bool {
    error.kind() == ErrorKind::AuthenticationFailed
}
