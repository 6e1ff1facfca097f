use bytes::Bytes;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

/// The body of a form, whose memory is zeroed when the last one to hold it goes.
pub(super) fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Bytes {
    let fields: Vec<(&str, &str)> = fields.into_iter().collect();
    // Room for every byte as `%XX`: a text that grows leaves copies behind.
    let room = fields.iter().fold(0_usize, |room, (name, value)| {
        room.saturating_add(name.len().saturating_add(value.len()).saturating_mul(3)).saturating_add(2)
    });
    let mut form = Serializer::new(String::with_capacity(room));
    form.extend_pairs(fields);
    zeroed(form.finish().into_bytes())
}

/// Bytes whose memory is zeroed when the last one to hold them goes.
pub(super) fn zeroed(bytes: Vec<u8>) -> Bytes {
    Bytes::from_owner(Owner(Zeroizing::new(bytes)))
}

struct Owner(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn fields_are_encoded_as_forms_are() {
        assert_eq!(form([("a", "x y"), ("b", "&=+%é")]), "a=x+y&b=%26%3D%2B%25%C3%A9");
        assert_eq!(form([]), "");
    }
}
