use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::Uri;
use url::Url;

use super::{TransportError, TransportErrorKind};

/// How many addresses are kept. A program seldom asks more of them; one that does pays for parsing.
const KEPT: usize = 16;

/// `Addresses` are the addresses asked last, in the form that the HTTP client takes. To parse one again for every
/// request costs more memory than to write the request.
#[derive(Default)]
pub(super) struct Addresses(Mutex<Vec<(Uri, Url)>>);

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address may hold what a user put into it.
        f.write_str("Addresses(..)")
    }
}

impl Addresses {
    /// The address in the HTTP client's form.
    pub(super) fn get(&self, uri: &Uri) -> Result<Url, TransportError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, url)) = kept.iter().find(|(known, _)| known == uri) {
            return Ok(url.clone());
        }
        let url = Url::parse(&uri.to_string())
            .map_err(|error| TransportError::new(TransportErrorKind::Request).with_source(error))?;
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((uri.clone(), url.clone()));
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::{Addresses, KEPT};

    #[test]
    fn an_address_is_the_same_whether_it_is_kept_or_not() {
        let addresses = Addresses::default();
        for _ in 0..2 {
            for number in 0..KEPT + 3 {
                let uri: Uri = format!("https://a.example:8443/v1/{number}?b=c%20d").parse().unwrap();
                assert_eq!(addresses.get(&uri).unwrap().as_str(), uri.to_string());
            }
        }
        assert_eq!(addresses.0.lock().unwrap().len(), KEPT);
    }

    #[test]
    fn an_address_without_a_host_is_an_error() {
        assert!(Addresses::default().get(&Uri::from_static("/only/a/path")).is_err());
    }
}
