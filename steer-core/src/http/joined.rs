use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::Uri;

use super::BaseUrl;
use crate::error::ApiError;

/// `Joined` keeps the address that was asked last: a provider mostly asks the same one again.
#[derive(Default)]
pub(super) struct Joined(Mutex<Option<Last>>);

struct Last {
    path: String,
    query: Vec<(String, String)>,
    uri: Uri,
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A query may hold what a user put into it.
        f.write_str("Joined(..)")
    }
}

impl Joined {
    /// The address of a path and a query behind the base.
    pub(super) fn get(
        &self,
        base: &BaseUrl,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Uri, ApiError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = &*last
            && last.path == path
            && last.query == query
        {
            return Ok(last.uri.clone());
        }
        let uri = base.join(path, query)?;
        *last = Some(Last { path: path.to_owned(), query: query.to_vec(), uri: uri.clone() });
        Ok(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::{BaseUrl, Joined};

    #[test]
    fn another_path_or_query_is_another_address() {
        let base = BaseUrl::parse("https://a.example", false).unwrap();
        let joined = Joined::default();
        let query = [("q".to_owned(), "1".to_owned())];
        for (path, query) in
            [("/x", &[][..]), ("/x", &[][..]), ("/x", &query[..]), ("/y", &query[..]), ("/x", &[][..])]
        {
            assert_eq!(joined.get(&base, path, query).unwrap(), base.join(path, query).unwrap());
        }
    }
}
