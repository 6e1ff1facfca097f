use std::fmt::Debug;
use std::time::SystemTime;

use async_trait::async_trait;

use super::{Credential, Secret};
use crate::error::ApiError;

/// `LoginMethod` is a way to log in that a plugin offers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginMethod {
    /// The name to ask for it by, such as `browser`, `paste` or `device`.
    pub id: &'static str,
    /// What it is, for people.
    pub name: &'static str,
}

impl LoginMethod {
    /// Names a method.
    pub const fn new(id: &'static str, name: &'static str) -> Self {
        Self { id, name }
    }
}

/// `LoginFlow` is a login on its way: the program asks for the next step, shows it to the person, and gives back what
/// the person says, until it is complete. Dropping it gives up.
#[async_trait]
pub trait LoginFlow: Debug + Send {
    /// Goes on until a person is needed or the login is complete. `input` answers the step before, where that was
    /// [`LoginStep::Input`].
    ///
    /// # Errors
    /// The person or the server refused, the time is over, or the server could not be reached.
    async fn next(&mut self, input: Option<Secret>) -> Result<LoginStep, ApiError>;
}

/// `LoginStep` is what a login needs of a person, or that it needs nothing more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LoginStep {
    /// Open this address in a browser; then ask for the next step, which waits for the browser.
    Open {
        /// The address.
        url: String,
    },
    /// Open this address on any machine and enter the code there; the next step waits for it.
    EnterCode {
        /// The address.
        url: String,
        /// The address with the code in it already, where the server has one.
        complete_url: Option<String>,
        /// The code.
        code: String,
        /// When the code ends.
        expires_at: SystemTime,
    },
    /// Ask the person for a text and give it to the next step.
    Input {
        /// What to ask for.
        prompt: String,
    },
    /// Tell the person how it goes, and ask for the next step.
    Progress {
        /// What is being done.
        message: String,
    },
    /// It is done; the credential is to be kept under its kind.
    Complete {
        /// What was got.
        credential: Credential,
    },
}
