use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// A header that no log prints. It shares the memory in which the text is put together, and the last one to go zeroes it.
pub(super) fn sensitive(pieces: &[&str]) -> Result<HeaderValue, ApiError> {
    let mut text = Zeroizing::new(Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum()));
    pieces.iter().for_each(|piece| text.extend_from_slice(piece.as_bytes()));
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Header(text))).map_err(|_| {
        ApiError::configuration("the credential cannot stand in an HTTP header; check how it was copied")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The text of a header, as bytes that can be shared.
struct Header(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Header {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
