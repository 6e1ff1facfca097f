use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use super::browser::over;
use super::client::OAuthClient;
use super::refusal::Refusal;
use super::{OAuthUrl, answer};
use crate::auth::{Credential, LoginFlow, LoginStep, Secret};
use crate::error::{ApiError, ErrorKind};

/// What each `slow_down` adds to the pause: <https://www.rfc-editor.org/rfc/rfc8628#section-3.5>.
const SLOWER: Duration = Duration::from_secs(5);
/// The pause where the server names none.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause, however often a server could not be reached.
const LONGEST: Duration = Duration::from_secs(60);
/// The life of a code whose server does not name it.
const LIFE: u64 = 600;
/// The longest life that is believed.
const LONGEST_LIFE: u64 = 3600;

/// `DeviceLogin` is a login whose code a person enters on any device with a browser.
#[derive(Debug)]
pub(super) struct DeviceLogin {
    client: Arc<OAuthClient>,
    url: OAuthUrl,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Begun,
    Waiting { code: Secret, pause: Duration, end: Instant },
    Done,
}

/// <https://www.rfc-editor.org/rfc/rfc8628#section-3.2>
#[derive(Deserialize)]
struct Answer {
    device_code: String,
    user_code: String,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    #[serde(default, alias = "verification_url_complete")]
    verification_uri_complete: Option<String>,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    interval: Option<u64>,
}

impl DeviceLogin {
    pub(super) fn begin(client: OAuthClient) -> Result<Self, ApiError> {
        let url = client.config.device_authorization_url.clone().ok_or_else(|| {
            ApiError::configuration("the catalog's table `oauth` has no `device_authorization_url`")
        })?;
        Ok(Self { client: Arc::new(client), url, stage: Stage::Begun })
    }

    async fn ask(&mut self) -> Result<LoginStep, ApiError> {
        let scope = self.client.scope();
        let mut fields: Vec<(&str, &str)> =
            scope.as_deref().map(|scope| ("scope", scope)).into_iter().collect();
        fields.extend(self.client.config.audience.as_deref().map(|audience| ("audience", audience)));
        fields.extend(self.client.resource());
        let answer = self.client.ask(&self.url, fields).await?;
        if let Some(refusal) = Refusal::of(&answer) {
            return Err(refusal.into_error("to begin the login"));
        }
        let unread = |_| ApiError::parsing("the authorization server's answer holds no code for a device");
        let answer: Answer = serde_json::from_slice(answer.body()).map_err(unread)?;
        let life = Duration::from_secs(answer.expires_in.unwrap_or(LIFE).min(LONGEST_LIFE));
        // A pause of nothing would be a flood.
        let pause = answer.interval.map_or(PAUSE, |seconds| Duration::from_secs(seconds.max(1)));
        let now = Instant::now();
        let step = LoginStep::EnterCode {
            url: OAuthUrl::parse(&answer.verification_uri)?.into(),
            complete_url: answer
                .verification_uri_complete
                .map(|url| OAuthUrl::parse(&url))
                .transpose()?
                .map(Into::into),
            code: shown(&answer.user_code)?,
            expires_at: SystemTime::now().checked_add(life).unwrap_or_else(SystemTime::now),
        };
        self.stage = Stage::Waiting {
            code: Secret::new(answer.device_code),
            pause: pause.min(LONGEST),
            end: now.checked_add(life).unwrap_or(now),
        };
        Ok(step)
    }
}

/// Asks again and again until the person has agreed, or the time is over.
async fn wait(
    client: &OAuthClient,
    code: &Secret,
    mut pause: Duration,
    end: Instant,
) -> Result<Credential, ApiError> {
    loop {
        let next = Instant::now().checked_add(pause).filter(|next| *next < end);
        let Some(next) = next else {
            sleep_until(end).await;
            return Err(ApiError::new(ErrorKind::Timeout, "nobody entered the code in time; log in again"));
        };
        sleep_until(next).await;
        let now = SystemTime::now();
        let mut fields = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code.expose()),
        ];
        fields.extend(client.resource());
        let answer = match client.ask_token(fields).await {
            Ok(answer) => answer,
            // Who cannot be reached is asked less and less often.
            Err(error) if matches!(error.kind(), ErrorKind::Network | ErrorKind::Timeout) => {
                pause = pause.saturating_mul(2).min(LONGEST);
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(refusal) = Refusal::of(&answer) else {
            return answer::token(answer.body(), now, None).map(Credential::OAuth2);
        };
        match () {
            () if refusal.says("authorization_pending") => {}
            () if refusal.says("slow_down") => pause = pause.saturating_add(SLOWER),
            () => {
                let error = refusal.into_error("the login").without(code.expose());
                if !error.is_retryable() {
                    return Err(error);
                }
                pause = pause.saturating_mul(2).min(LONGEST);
            }
        }
    }
}

/// A code that can be shown to a person in a terminal.
fn shown(code: &str) -> Result<String, ApiError> {
    let code = code.trim();
    let is_shown = |c: char| c.is_ascii_graphic() || c == ' ';
    if code.is_empty() || code.len() > 64 || !code.chars().all(is_shown) {
        return Err(ApiError::parsing(
            "the authorization server's code for a person is none that can be shown",
        ));
    }
    Ok(code.to_owned())
}

#[async_trait]
impl LoginFlow for DeviceLogin {
    async fn next(&mut self, _: Option<Secret>) -> Result<LoginStep, ApiError> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Begun => self.ask().await,
            Stage::Waiting { code, pause, end } => {
                let credential = wait(&self.client, &code, pause, end).await?;
                Ok(LoginStep::Complete { credential })
            }
            Stage::Done => Err(over()),
        }
    }
}
