use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use tokio::sync::{Mutex as Gate, OwnedMutexGuard};
use tokio::time::Instant;

use super::client::{OAuthClient, Unrenewed};
use crate::auth::{
    Authorization, Authorizer, Credential, CredentialKind, CredentialStore, OAuthToken, Secret,
};
use crate::error::{ApiError, ErrorKind};
use crate::model::ProviderId;

/// `Renewer` hands out the token of a stored login, and renews it when it is due: once, however many tasks of however
/// many processes ask.
///
/// Within the process, one task at a time renews and the others wait for what it gets, be it a token or an error. Among
/// processes, the store's lock lets one at a time renew, and who comes after finds the new token in the store. A new
/// token is written before it is used, by a task that ends only with its work: a caller that goes away cannot lose a
/// token that the server has handed out already.
#[derive(Clone)]
pub(super) struct Renewer(Arc<Shared>);

struct Shared {
    provider: ProviderId,
    store: Arc<dyn CredentialStore>,
    client: OAuthClient,
    /// What was last read from the store, and at which version of it.
    seen: Mutex<Option<(u64, OAuthToken)>>,
    gate: Arc<Gate<Past>>,
    /// How many renewals have ended.
    ended: AtomicU64,
    /// Until when a token that is still good is used without another try to renew it.
    rest: Mutex<Option<Instant>>,
}

/// How long a server that could not renew a token is left alone while the token is still good, unless it says longer.
const REST: Duration = Duration::from_secs(5);

/// What the last renewal left behind.
#[derive(Default)]
struct Past {
    /// The error that it ended with.
    failure: Option<Arc<ApiError>>,
    /// A refresh token that the server has refused for good.
    refused: Option<Secret>,
    /// A token that could not be written, and the refresh token that it was had for.
    unwritten: Option<(Secret, OAuthToken)>,
}

/// Why a token has to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Due,
    Refused,
}

impl Renewer {
    /// Renews the login of a provider; `seen` is what was read of it, and at which version of the store.
    pub(super) fn new(
        provider: ProviderId,
        store: Arc<dyn CredentialStore>,
        client: OAuthClient,
        seen: (u64, OAuthToken),
    ) -> Self {
        Self(Arc::new(Shared {
            provider,
            store,
            client,
            seen: Mutex::new(Some(seen)),
            gate: Arc::default(),
            ended: AtomicU64::new(0),
            rest: Mutex::default(),
        }))
    }

    async fn token(&self) -> Result<OAuthToken, ApiError> {
        let token = self.current().await?;
        let now = SystemTime::now();
        if token.is_fresh(now) || token.is_alive(now) && self.0.rests() {
            return Ok(token);
        }
        match self.renewed(&token, Why::Due).await {
            Ok(token) => Ok(token),
            // What cannot be renewed now is good until it ends.
            Err(error)
                if error.kind() != ErrorKind::AuthenticationFailed && token.is_alive(SystemTime::now()) =>
            {
                Ok(token)
            }
            Err(error) => Err(error),
        }
    }

    /// The token as the store has it.
    async fn current(&self) -> Result<OAuthToken, ApiError> {
        let version = self.0.store.version();
        if let Some((at, token)) = &*self.seen()
            && *at == version
        {
            return Ok(token.clone());
        }
        let shared = Arc::clone(&self.0);
        blocking(move || shared.read()).await?.ok_or_else(gone)
    }

    /// The token that follows a stale one.
    async fn renewed(&self, stale: &OAuthToken, why: Why) -> Result<OAuthToken, ApiError> {
        let before = self.0.ended.load(Ordering::Acquire);
        let gate = Arc::clone(&self.0.gate).lock_owned().await;
        if self.0.ended.load(Ordering::Acquire) != before {
            // It was renewed while this task waited, or could not be.
            if let Some(failure) = &gate.failure {
                return Err(again(failure));
            }
            if let Some((_, token)) = &*self.seen()
                && token.access != stale.access
            {
                return Ok(token.clone());
            }
        }
        let (renewer, stale) = (self.clone(), stale.clone());
        let work = tokio::spawn(async move { renewer.renew_alone(gate, stale, why).await });
        work.await.unwrap_or_else(|_| Err(shutting_down()))
    }

    async fn renew_alone(
        self,
        mut past: OwnedMutexGuard<Past>,
        stale: OAuthToken,
        why: Why,
    ) -> Result<OAuthToken, ApiError> {
        let result = self.renew_locked(&mut past, &stale, why).await;
        past.failure = result.as_ref().err().map(|error| Arc::new(again(error)));
        self.0.rest(result.as_ref().err());
        self.0.ended.fetch_add(1, Ordering::AcqRel);
        result
    }

    async fn renew_locked(
        &self,
        past: &mut Past,
        stale: &OAuthToken,
        why: Why,
    ) -> Result<OAuthToken, ApiError> {
        let shared = Arc::clone(&self.0);
        let (lock, stored) = blocking(move || {
            let lock = shared.store.lock(&shared.provider, CredentialKind::OAuth2)?;
            Ok((lock, shared.read()?))
        })
        .await?;
        let stored = stored.ok_or_else(gone)?;
        let is_another = stored.access != stale.access;
        if is_another
            && (why == Why::Refused && stored.is_alive(SystemTime::now())
                || stored.is_fresh(SystemTime::now()))
        {
            return Ok(stored);
        }
        let refresh = stored.refresh.clone().filter(|refresh| past.refused.as_ref() != Some(refresh));
        let refresh = refresh.ok_or_else(over)?;
        let renewed = match past.unwritten.take() {
            Some((spent, token)) if spent == refresh => Ok(token),
            _ => self.0.client.refresh(&stored, &refresh).await,
        };
        let token = match renewed {
            Ok(token) => self.write(past, &refresh, token).await,
            Err(Unrenewed::NotNow(error)) => Err(error),
            Err(Unrenewed::Ended(error)) => self.retire(past, refresh, error).await,
        };
        drop(lock);
        token
    }

    /// Writes a token in place of the one that it follows, and of no other.
    async fn write(
        &self,
        past: &mut Past,
        spent: &Secret,
        token: OAuthToken,
    ) -> Result<OAuthToken, ApiError> {
        let (shared, spent_here, new) = (Arc::clone(&self.0), spent.clone(), token.clone());
        let written = blocking(move || match shared.read()? {
            Some(stored) if stored.refresh.as_ref() == Some(&spent_here) => shared.set(new).map(Some),
            // Someone logged in meanwhile, without asking for the lock.
            other => Ok(other),
        });
        match written.await {
            Ok(Some(token)) => Ok(token),
            Ok(None) => Err(gone()),
            Err(error) => {
                past.unwritten = Some((spent.clone(), token));
                Err(error)
            }
        }
    }

    /// Remembers that a refresh token is of no more use, for other processes too, unless the store has another by now.
    async fn retire(
        &self,
        past: &mut Past,
        refused: Secret,
        error: ApiError,
    ) -> Result<OAuthToken, ApiError> {
        past.refused = Some(refused.clone());
        let shared = Arc::clone(&self.0);
        let other = blocking(move || match shared.read()? {
            Some(mut stored) if stored.refresh.as_ref() == Some(&refused) => {
                stored.refresh = None;
                shared.set(stored).map(|_| None)
            }
            other => Ok(other),
        });
        match other.await {
            Ok(Some(token)) if token.is_alive(SystemTime::now()) => Ok(token),
            // Whether it could be written or not: the server's word is what the caller must know.
            _ => Err(error),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<(u64, OAuthToken)>> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Reads the login, and remembers it. May wait for the store.
    fn read(&self) -> Result<Option<OAuthToken>, ApiError> {
        // Before the entry: a change between the two is noticed the next time.
        let version = self.store.version();
        let token = match self.store.get(&self.provider, CredentialKind::OAuth2)? {
            Some(Credential::OAuth2(token)) => Some(token),
            _ => None,
        };
        self.remember(token.clone().map(|token| (version, token)));
        Ok(token)
    }

    /// Writes the login, and remembers it. May wait for the store.
    fn set(&self, token: OAuthToken) -> Result<OAuthToken, ApiError> {
        let version = self.store.version();
        self.store.set(&self.provider, &Credential::OAuth2(token.clone()))?;
        self.remember(Some((version, token.clone())));
        Ok(token)
    }

    fn rest(&self, after: Option<&ApiError>) {
        let until =
            after.and_then(|error| Instant::now().checked_add(error.retry_after().unwrap_or(REST).max(REST)));
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn rests(&self) -> bool {
        let until = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn remember(&self, seen: Option<(u64, OAuthToken)>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}

#[async_trait]
impl Authorizer for Renewer {
    async fn authorization(&self) -> Result<Authorization, ApiError> {
        let token = self.token().await.map_err(|error| error.with_provider(&self.0.provider))?;
        let secret = token.access.clone();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, Credential::OAuth2(token).bearer()?);
        Ok(Authorization::new(headers, vec![secret]))
    }

    async fn renew(&self, refused: &Authorization) -> Result<(), ApiError> {
        let work = async {
            let token = self.current().await?;
            if refused.secrets.contains(&token.access) {
                self.renewed(&token, Why::Refused).await?;
            }
            Ok(())
        };
        work.await.map_err(|error: ApiError| error.with_provider(&self.0.provider))
    }
}

impl fmt::Debug for Renewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewer")
            .field("provider", &self.0.provider)
            .field("store", &self.0.store)
            .finish_non_exhaustive()
    }
}

/// Does what may wait for a disk or a desktop's service where waiting is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(shutting_down()))
}

fn shutting_down() -> ApiError {
    ApiError::new(ErrorKind::Cancelled, "the program ends, and the login was not renewed")
}

fn gone() -> ApiError {
    ApiError::new(ErrorKind::AuthenticationFailed, "nobody is logged in any more; log in again")
}

fn over() -> ApiError {
    ApiError::new(ErrorKind::AuthenticationFailed, "the login has ended and cannot be renewed; log in again")
}

/// The same error once more, for another task that waited for the same renewal.
fn again(error: &ApiError) -> ApiError {
    let mut copy = ApiError::new(error.kind(), error.message())
        .with_retry_after(error.retry_after())
        .with_attempts(error.attempts());
    if let Some(status) = error.status() {
        copy = copy.with_status(status);
    }
    if let Some(code) = error.code() {
        copy = copy.with_code(code);
    }
    copy
}
