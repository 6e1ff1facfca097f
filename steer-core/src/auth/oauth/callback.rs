use url::form_urlencoded;

use super::refusal::shown;
use super::{RedirectConfig, StatePlace};
use crate::auth::Secret;
use crate::error::ApiError;

/// `Callback` is where a browser comes back to, and reads what it comes back with. Nothing here waits.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The host and the port, as the header `Host` has them.
    authority: String,
    path: String,
    state: Secret,
    place: StatePlace,
}

/// `Verdict` is what a browser, or whoever else asks, came back with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The code of this login.
    Code(Secret),
    /// This login was refused.
    Refused {
        /// The standard's word for why; `None` where it said none that can be shown.
        code: Option<String>,
        /// What the server says of it, as it came.
        description: Option<String>,
    },
    /// The request is none of this login's; it changes nothing.
    Rejected {
        /// The HTTP status that says so.
        status: u16,
        /// Why, in words.
        why: &'static str,
    },
}

const OTHER_LOGIN: Verdict = Verdict::Rejected { status: 400, why: "this answer belongs to another login" };
const NO_CODE: Verdict = Verdict::Rejected { status: 400, why: "this answer holds no code" };
const NOT_HTTP: Verdict = Verdict::Rejected { status: 400, why: "this is no request that a browser sends" };

impl Callback {
    /// The place that a table describes; without a port, the usual one of HTTP.
    ///
    /// # Errors
    /// The path is none.
    pub fn new(
        config: &RedirectConfig,
        port: Option<u16>,
        state: Secret,
        place: StatePlace,
    ) -> Result<Self, ApiError> {
        let path = config.path.as_deref().unwrap_or(RedirectConfig::PATH);
        let is_plain =
            |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>');
        if !path.starts_with('/') || !path.bytes().all(is_plain) {
            return Err(ApiError::configuration(
                "the path that the browser comes back to must begin with `/` and hold no `?`, `#` or white space",
            ));
        }
        let host = config.host.unwrap_or_default().as_str();
        let authority = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { authority, path: path.to_owned(), state, place })
    }

    /// The address, as the authorization server is told it.
    pub fn uri(&self) -> String {
        let Self { authority, path, state, place } = self;
        match place {
            StatePlace::Query => format!("http://{authority}{path}"),
            StatePlace::Path => {
                format!("http://{authority}{}/{}", path.trim_end_matches('/'), state.expose())
            }
        }
    }

    /// Reads the head of a request, up to its blank line.
    pub fn read_head(&self, head: &[u8]) -> Verdict {
        let Some(request) = Head::read(head) else { return NOT_HTTP };
        // A page of another origin reaches this address under a name of its own, after it was rebound.
        if !request.host.eq_ignore_ascii_case(&self.authority) {
            return Verdict::Rejected { status: 400, why: "this address is asked for under another name" };
        }
        if request.method != "GET" {
            return Verdict::Rejected { status: 405, why: "nothing but GET is answered here" };
        }
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        match self.place {
            StatePlace::Query if path == self.path => self.read_query(query),
            StatePlace::Path if self.is_under(path) => self.read_under(path, query),
            _ => Verdict::Rejected { status: 404, why: "there is nothing here" },
        }
    }

    /// Reads what a person pasted: the code alone, the code and the state with `#` between them, or the whole address
    /// that the browser came to.
    pub fn read_pasted(&self, text: &str) -> Verdict {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return NO_CODE;
        }
        if let Some((front, query)) = text.split_once('?') {
            let query = query.split_once('#').map_or(query, |(query, _)| query);
            return match self.place {
                StatePlace::Query => self.read_query(query),
                StatePlace::Path => {
                    let path = front.split_once("://").map_or(front, |(_, rest)| rest);
                    self.read_under(path.find('/').and_then(|at| path.get(at..)).unwrap_or(""), query)
                }
            };
        }
        if text.contains("://") {
            return NO_CODE;
        }
        match text.split_once('#') {
            Some((_, state)) if Secret::new(state) != self.state => OTHER_LOGIN,
            Some(("", _)) => NO_CODE,
            Some((code, _)) => Verdict::Code(Secret::new(code)),
            None => Verdict::Code(Secret::new(text)),
        }
    }

    fn read_query(&self, query: &str) -> Verdict {
        let answer = Answer::read(query);
        match &answer.state {
            // In a time that tells nothing of where the two differ.
            Some(state) if *state == self.state => answer.verdict(),
            _ => OTHER_LOGIN,
        }
    }

    fn is_under(&self, path: &str) -> bool {
        self.last_part(path).is_some()
    }

    fn read_under(&self, path: &str, query: &str) -> Verdict {
        match self.last_part(path) {
            Some(state) if Secret::new(state) == self.state => Answer::read(query).verdict(),
            _ => OTHER_LOGIN,
        }
    }

    fn last_part<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(self.path.trim_end_matches('/'))?.strip_prefix('/')
    }
}

/// The parameters of an answer: <https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2>. One that comes twice is none.
#[derive(Default)]
struct Answer {
    code: Option<Secret>,
    state: Option<Secret>,
    error: Option<String>,
    description: Option<String>,
    twice: bool,
}

impl Answer {
    fn read(query: &str) -> Self {
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let twice = match &*name {
                "code" => answer.code.replace(Secret::new(value)).is_some(),
                "state" => answer.state.replace(Secret::new(value)).is_some(),
                "error" => answer.error.replace(value.into_owned()).is_some(),
                "error_description" => answer.description.replace(value.into_owned()).is_some(),
                _ => false,
            };
            answer.twice |= twice;
        }
        answer
    }

    fn verdict(self) -> Verdict {
        match (self.error, self.code) {
            _ if self.twice => NO_CODE,
            (Some(error), _) => {
                Verdict::Refused { code: shown(&error).map(str::to_owned), description: self.description }
            }
            (None, Some(code)) if !code.expose().is_empty() => Verdict::Code(code),
            (None, _) => NO_CODE,
        }
    }
}

/// The head of an HTTP/1 request.
struct Head<'a> {
    method: &'a str,
    target: &'a str,
    host: &'a str,
}

impl<'a> Head<'a> {
    fn read(head: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(head).ok()?;
        let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let is_http = matches!(version, "HTTP/1.1" | "HTTP/1.0") && words.next().is_none();
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_http || !is_plain(method) || !is_plain(target) || !target.starts_with('/') {
            return None;
        }
        let mut host = None;
        for line in lines {
            let (name, value) = line.split_once(':')?;
            if !is_plain(name) || value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
                return None;
            }
            if name.eq_ignore_ascii_case("host") && host.replace(value.trim()).is_some() {
                return None;
            }
        }
        Some(Self { method, target, host: host? })
    }
}

#[cfg(test)]
#[path = "callback/tests.rs"]
mod tests;
