//! First bytes -> kind and media type.

use super::{MediaError, MediaKind};

// A PDF may have some bytes before its header; readers look for it in the first kilobyte.
const PDF_WINDOW: usize = 1024;

pub(super) fn sniff(bytes: &[u8]) -> Result<(MediaKind, &'static str), MediaError> {
    if bytes.is_empty() {
        return Err(MediaError::Empty);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok((MediaKind::Image, "image/png"));
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok((MediaKind::Image, "image/jpeg"));
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Ok((MediaKind::Image, "image/gif"));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
        return Ok((MediaKind::Image, "image/webp"));
    }
    let head = bytes.get(..PDF_WINDOW).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok((MediaKind::Document, "application/pdf"));
    }
    Err(MediaError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_name_the_media_type() {
        let cases: [(&[u8], &str); 7] = [
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF87a", "image/gif"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7", "application/pdf"),
            (b"\xef\xbb\xbf\n%PDF-1.4", "application/pdf"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(sniff(bytes).map(|(_, media_type)| media_type), Ok(expected));
        }
    }

    #[test]
    fn a_riff_file_that_is_not_webp_is_unknown() {
        assert_eq!(sniff(b"RIFF\x00\x00\x00\x00WAVEfmt "), Err(MediaError::Unknown));
        assert_eq!(sniff(b"RIFF"), Err(MediaError::Unknown));
    }

    #[test]
    fn no_bytes_are_told_apart_from_unknown_bytes() {
        assert_eq!(sniff(b""), Err(MediaError::Empty));
        assert_eq!(sniff(b"hello"), Err(MediaError::Unknown));
    }
}
