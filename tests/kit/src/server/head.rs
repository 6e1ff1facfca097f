//! Bytes of a request's head to its parts. Nothing here waits or touches a socket.

use bytes::Bytes;

/// The largest body that the server reads.
pub(super) const MAX_BODY: usize = 64 << 20;

/// What a client did wrong: the status it gets, and one sentence for its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bad(pub(super) u16, pub(super) &'static str);

/// The head of a request.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, Bytes)>,
    /// HTTP/1.0, whose clients know no chunks and expect a close.
    pub(super) old: bool,
}

/// How the body of a request is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Length(usize),
    Chunked,
}

impl Head {
    /// Parses a head that ends with the line end of its last header.
    pub(super) fn parse(block: &[u8]) -> Result<Self, Bad> {
        let mut lines = block.split_inclusive(|byte| *byte == b'\n').map(line);
        let (method, target, old) = request_line(lines.next().unwrap_or(Err(BAD_LINE))?)?;
        let headers = lines.map(|line| header(line?)).collect::<Result<_, _>>()?;
        Ok(Self { method, target, headers, old })
    }

    pub(super) fn body(&self) -> Result<Body, Bad> {
        let mut lengths = self.values("content-length");
        let mut codings = self.values("transfer-encoding");
        match (lengths.next(), codings.next()) {
            (None, None) => Ok(Body::Length(0)),
            (None, Some(coding)) if coding.eq_ignore_ascii_case(b"chunked") && codings.next().is_none() => {
                Ok(Body::Chunked)
            }
            (None, Some(_)) => Err(Bad(501, "only the transfer coding `chunked` is known")),
            (Some(length), None) if lengths.all(|other| other == length) => content_length(length),
            (Some(_), None) => Err(Bad(400, "two different content lengths")),
            (Some(_), Some(_)) => Err(Bad(400, "both a content length and a transfer coding")),
        }
    }

    /// Whether the client keeps the connection open after the reply.
    pub(super) fn keeps_alive(&self) -> bool {
        if self.old { self.lists("connection", "keep-alive") } else { !self.lists("connection", "close") }
    }

    /// Whether a header that is a list has this word in it.
    pub(super) fn lists(&self, name: &str, word: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|item| item.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> + 'a {
        self.headers.iter().filter(move |(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Parses the line that announces a chunk: its size in hexadecimal digits, then perhaps an extension.
pub(super) fn chunk_size(line: &[u8]) -> Result<usize, Bad> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    match text.map(|text| usize::from_str_radix(text, 16)) {
        Some(Ok(size)) => Ok(size),
        _ => Err(Bad(400, "a chunk without a size")),
    }
}

/// Takes the line end off; a lone CR or LF is not one, and NUL stands nowhere.
pub(super) fn line(bytes: &[u8]) -> Result<&[u8], Bad> {
    let line = bytes.strip_suffix(b"\r\n").ok_or(BAD_LINE)?;
    if line.iter().any(|byte| matches!(byte, b'\r' | 0)) { Err(BAD_LINE) } else { Ok(line) }
}

const BAD_LINE: Bad = Bad(400, "a line that is not HTTP");

fn request_line(line: &[u8]) -> Result<(String, String, bool), Bad> {
    let text = std::str::from_utf8(line).map_err(|_| BAD_LINE)?;
    let mut words = text.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(BAD_LINE);
    };
    if !is_token(method.as_bytes()) || target.is_empty() || target.chars().any(char::is_control) {
        return Err(BAD_LINE);
    }
    let old = match version {
        "HTTP/1.1" => false,
        "HTTP/1.0" => true,
        other if other.starts_with("HTTP/") => return Err(Bad(505, "only HTTP/1.0 and HTTP/1.1 are known")),
        _ => return Err(BAD_LINE),
    };
    Ok((method.to_owned(), target.to_owned(), old))
}

fn header(line: &[u8]) -> Result<(String, Bytes), Bad> {
    let bad = Bad(400, "a header without a name");
    let mut parts = line.splitn(2, |byte| *byte == b':');
    let name = parts.next().filter(|name| is_token(name)).ok_or(bad)?;
    let value = parts.next().ok_or(bad)?;
    let name = String::from_utf8(name.to_vec()).map_err(|_| bad)?;
    Ok((name, Bytes::copy_from_slice(value.trim_ascii())))
}

fn is_token(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(allowed)
}

fn content_length(value: &[u8]) -> Result<Body, Bad> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Bad(400, "a content length that is not a number"));
    }
    let length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    match length {
        Some(length) if length <= MAX_BODY => Ok(Body::Length(length)),
        _ => Err(TOO_LARGE),
    }
}

/// The answer to a body beyond [`MAX_BODY`].
pub(super) const TOO_LARGE: Bad = Bad(413, "a body of more than 64 MiB");
