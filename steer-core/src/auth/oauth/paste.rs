use std::sync::Arc;

use async_trait::async_trait;

use super::browser::{over, refused};
use super::callback::{Callback, Verdict};
use super::{CodeGrant, CodeRequest, RedirectConfig};
use crate::auth::{LoginFlow, LoginStep, Secret};
use crate::error::{ApiError, ErrorKind};

/// `PasteLogin` is a login in a browser on any machine; the person pastes the code, or the whole address that the
/// browser came to, also where the browser could not open it.
#[derive(Debug)]
pub struct PasteLogin {
    grant: Arc<dyn CodeGrant>,
    request: CodeRequest,
    callback: Callback,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Begun,
    Opened,
    /// How often the person may still try.
    Asked(u8),
    Done,
}

impl PasteLogin {
    /// How often a person may paste something that is not it.
    pub const TRIES: u8 = 3;

    /// Begins.
    ///
    /// # Errors
    /// The path is none, or the system gives no randomness.
    pub fn begin(grant: Arc<dyn CodeGrant>, redirect: &RedirectConfig) -> Result<Self, ApiError> {
        let (mut request, callback) = CodeRequest::new(redirect, redirect.port, grant.state_place())?;
        if let Some(url) = &redirect.paste_url {
            url.as_str().clone_into(&mut request.redirect_uri);
        }
        Ok(Self { grant, request, callback, stage: Stage::Begun })
    }

    fn ask(&mut self, tries: u8, before: &str) -> LoginStep {
        self.stage = Stage::Asked(tries);
        LoginStep::Input {
            prompt: format!("{before}Paste the code, or the whole address that the browser ended at"),
        }
    }
}

#[async_trait]
impl LoginFlow for PasteLogin {
    async fn next(&mut self, input: Option<Secret>) -> Result<LoginStep, ApiError> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Begun => {
                let url = self.grant.address(&self.request)?;
                self.stage = Stage::Opened;
                Ok(LoginStep::Open { url })
            }
            Stage::Opened => Ok(self.ask(Self::TRIES, "")),
            Stage::Asked(tries) => {
                let pasted = input.map(|text| self.callback.read_pasted(text.expose()));
                match pasted.unwrap_or_else(|| self.callback.read_pasted("")) {
                    Verdict::Code(code) => {
                        let credential = self.grant.redeem(&self.request, &code).await?;
                        Ok(LoginStep::Complete { credential })
                    }
                    Verdict::Rejected { why, .. } => match tries.saturating_sub(1) {
                        0 => {
                            Err(ApiError::new(ErrorKind::AuthenticationFailed, format!("{why}; begin again")))
                        }
                        left => Ok(self.ask(left, &format!("{why}. "))),
                    },
                    verdict @ Verdict::Refused { .. } => Err(refused(verdict)),
                }
            }
            Stage::Done => Err(over()),
        }
    }
}
