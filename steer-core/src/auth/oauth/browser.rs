use std::mem;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::callback::{Callback, Verdict};
use super::listener::Listener;
use super::{CodeGrant, CodeRequest, RedirectConfig};
use crate::auth::{LoginFlow, LoginStep, Secret};
use crate::error::{ApiError, ErrorKind};

/// `BrowserLogin` is a login in a browser on this machine, which comes back to a listener of the program's.
///
/// The listener is there for [`LIFE`](Self::LIFE) at most, takes one answer, and is gone when the login is dropped.
#[derive(Debug)]
pub struct BrowserLogin {
    grant: Arc<dyn CodeGrant>,
    request: CodeRequest,
    callback: Callback,
    end: Instant,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The address was not shown yet.
    Begun(Listener),
    /// The person is in the browser.
    Waiting(Listener),
    Done,
}

impl BrowserLogin {
    /// How long a person may take.
    pub const LIFE: Duration = Duration::from_secs(300);

    /// Begins to listen.
    ///
    /// # Errors
    /// The configured port is taken, the path is none, or the system gives no randomness.
    pub async fn begin(grant: Arc<dyn CodeGrant>, redirect: &RedirectConfig) -> Result<Self, ApiError> {
        let listener = Listener::bind(redirect).await?;
        let (request, callback) = CodeRequest::new(redirect, Some(listener.port()?), grant.state_place())?;
        let now = Instant::now();
        let end = now.checked_add(Self::LIFE).unwrap_or(now);
        Ok(Self { grant, request, callback, end, stage: Stage::Begun(listener) })
    }
}

#[async_trait]
impl LoginFlow for BrowserLogin {
    async fn next(&mut self, _: Option<Secret>) -> Result<LoginStep, ApiError> {
        match mem::replace(&mut self.stage, Stage::Done) {
            Stage::Begun(listener) => {
                let url = self.grant.address(&self.request)?;
                self.stage = Stage::Waiting(listener);
                Ok(LoginStep::Open { url })
            }
            Stage::Waiting(listener) => match listener.wait(&self.callback, self.end).await? {
                Verdict::Code(code) => {
                    let credential = self.grant.redeem(&self.request, &code).await?;
                    Ok(LoginStep::Complete { credential })
                }
                verdict => Err(refused(verdict)),
            },
            Stage::Done => Err(over()),
        }
    }
}

/// The error of a login that the server or the person refused.
pub(super) fn refused(verdict: Verdict) -> ApiError {
    let Verdict::Refused { code, .. } = verdict else {
        return ApiError::new(ErrorKind::AuthenticationFailed, "the login came back without a code");
    };
    let kind = super::refusal::kind_of(code.as_deref());
    let error = ApiError::new(kind, "the authorization server refused the login");
    match code {
        Some(code) => error.with_code(code),
        None => error,
    }
}

/// The error of a login that is asked for a step after its last.
pub(super) fn over() -> ApiError {
    ApiError::configuration("this login is over; begin another one")
}
