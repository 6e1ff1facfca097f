//! What stands in `Debug` output where content would: its length, never its text.

use std::fmt;

/// Prints `<n bytes>` for content of `n` bytes.
pub(crate) struct Redacted(pub(crate) usize);

impl Redacted {
    pub(crate) fn text(text: &str) -> Self {
        Self(text.len())
    }

    pub(crate) fn option(text: Option<&String>) -> Option<Self> {
        text.map(|text| Self(text.len()))
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0)
    }
}

/// Prints a URL without user, query and fragment; of a URL that is not http(s), only the scheme.
pub(crate) struct RedactedUrl<'a>(pub(crate) &'a str);

impl fmt::Debug for RedactedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once(':') else {
            return Redacted::text(self.0).fmt(f);
        };
        let is_scheme = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if !is_scheme {
            return Redacted::text(self.0).fmt(f);
        }
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        let Some(rest) = rest.strip_prefix("//").filter(|_| is_web) else {
            // A `data:` URL is nothing but content.
            return write!(f, "{scheme}:<{} bytes>", rest.len());
        };
        let address = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match address.split_once('/') {
            Some((authority, path)) => (authority, Some(path)),
            None => (address, None),
        };
        let host = authority.rsplit('@').next().unwrap_or_default();
        write!(f, "{scheme}://{host}")?;
        match path {
            Some(path) => write!(f, "/{path}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        format!("{:?}", RedactedUrl(url))
    }

    #[test]
    fn user_query_and_fragment_of_a_url_are_hidden() {
        assert_eq!(shown("https://me:pw@host.example/a/b?sig=1#frag"), "https://host.example/a/b");
        assert_eq!(shown("https://host.example?sig=1"), "https://host.example");
    }

    #[test]
    fn a_data_url_shows_only_its_scheme() {
        assert_eq!(shown("data:text/plain,hello"), "data:<16 bytes>");
    }

    #[test]
    fn text_that_is_no_url_shows_only_its_length() {
        assert_eq!(shown("secret"), "<6 bytes>");
        assert_eq!(shown("my secret: x"), "<12 bytes>");
    }
}
