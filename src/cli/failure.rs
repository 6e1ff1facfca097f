//! Why the program could not do what it was asked, and what to do next.

use std::{fmt, io};

use steer::{ApiError, ErrorKind};

use super::exit::Exit;
use super::sanitise::one_line;

/// The code of the error that no credential was found, as the client gives it.
pub(crate) const NO_CREDENTIAL: &str = "no_credential";

/// `Failure` is why the program could not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call failed, or could not be made.
    Api(ApiError),
    /// What was typed cannot be used; the text says what and why.
    Usage(String),
    /// Something of this machine failed; the text says what.
    System(String),
    /// Who read the output has gone. That is no error, and nothing is said of it.
    OutputClosed,
}

impl Failure {
    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Api(error) => Exit::of_error(error.kind()),
            Self::Usage(_) => Exit::Usage,
            Self::System(_) => Exit::Failed,
            Self::OutputClosed => Exit::Success,
        }
    }

    /// Whether the reason is that there is no key.
    pub(crate) fn is_no_credential(&self) -> bool {
        matches!(self, Self::Api(error) if error.code() == Some(NO_CREDENTIAL))
    }

    /// What to do next, in one line; `None` where the error says it itself.
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Self::Api(error) => advice(error),
            Self::Usage(_) => Some("`steer --help` and `steer COMMAND --help` explain the arguments"),
            Self::System(_) | Self::OutputClosed => None,
        }
    }

    /// The `error:` line and the `help:` line, each cleaned of what a terminal would obey.
    pub(crate) fn lines(&self) -> String {
        let mut lines = format!("error: {}\n", one_line(&self.to_string()));
        if let Some(help) = self.help() {
            lines.push_str(&format!("help: {help}\n"));
        }
        lines
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Usage(message) | Self::System(message) => f.write_str(message),
            Self::OutputClosed => f.write_str("the output was closed"),
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// Only for what is written: reading reports its own errors.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::System(format!("the output cannot be written: {error}")),
        }
    }
}

fn advice(error: &ApiError) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::AuthenticationFailed if error.code() == Some(NO_CREDENTIAL) => {
            "set the key in the environment and run this again, or see it work without one: `steer chat --demo \"Hi\"`"
        }
        ErrorKind::AuthenticationFailed => {
            "`steer providers` tells which variable the key came from; check that the key is whole and still valid"
        }
        ErrorKind::PermissionDenied => {
            "the key may not use this; ask whoever owns the account, or name another model"
        }
        ErrorKind::NotFound => {
            "`steer models` lists the models; check the model's name, and the base URL if you gave one"
        }
        ErrorKind::InvalidRequest => {
            "`--dry-run` shows the request as it is sent; change what the message names"
        }
        ErrorKind::ContextLength => {
            "shorten the prompt, or name a model with a larger context window (`steer models`)"
        }
        ErrorKind::UnsupportedFeature => {
            "leave out what the message names, or name a model that can do it (`steer models`)"
        }
        ErrorKind::RateLimited => "wait a moment, then run this again",
        ErrorKind::QuotaExhausted => "waiting does not help: check the credit of the account with the vendor",
        ErrorKind::Overloaded | ErrorKind::ServerError => {
            "the vendor has trouble; run this again in a little while"
        }
        ErrorKind::Timeout => {
            "run this again; if it stays slow, check the network and the vendor's status page"
        }
        ErrorKind::Network => "check the network, the proxy settings, and the base URL if you gave one",
        ErrorKind::Truncated => "what had come is printed; run this again for the whole answer",
        ErrorKind::ResponseParsing | ErrorKind::NoChoices => {
            "run this again; if it stays so, check that the base URL speaks the provider's API"
        }
        ErrorKind::LimitExceeded => "ask for a shorter answer (`--max-output-tokens`)",
        ErrorKind::RequestBlocked => "the vendor's filter blocked this; put it in other words",
        ErrorKind::Configuration => {
            "`steer providers` and `steer models` list what is there; a provider that is missing is a Cargo feature of \
             the same name"
        }
        ErrorKind::Cancelled => return None,
        _ => "run this again; `--dry-run` shows what is sent",
    })
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use steer::{ApiError, ErrorKind};

    #[test]
    fn an_error_is_one_line_and_its_advice_another_whatever_the_vendor_wrote() {
        let vendor = "bad\n\u{1b}[31mnews\u{1b}]0;owned\u{7}";
        let lines = Failure::Api(ApiError::new(ErrorKind::RateLimited, vendor)).lines();
        assert_eq!(lines, "error: rate limited: bad news\nhelp: wait a moment, then run this again\n");
    }

    #[test]
    fn a_closed_output_is_no_failure_of_ours() {
        let closed = Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert!(matches!(closed, Failure::OutputClosed));
        assert!(matches!(Failure::from(std::io::Error::other("disk full")), Failure::System(_)));
    }
}
