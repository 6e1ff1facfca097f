//! Any text as the address of a provider, and as a model that is asked of it.

use steer_core::CompletionRequest;
use steer_core::http::BaseUrl;

use crate::cut::Cut;
use crate::speakers::SPEAKERS;

/// The lines are a base address, a model, the name of a parameter, and its value. An address that is taken is safe; a
/// request's goes to the same host, below the base's path, whatever the model's name; errors show no control characters.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let Some(text) = cut.text() else { return };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (base, model, name, value) = (line(), line(), line(), line());
    let allow_http = !cut.is_clean();
    let base = match BaseUrl::parse(base, allow_http) {
        Ok(base) => base,
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
            return;
        }
    };
    let plain = base.join("/x", &[]).expect("a plain path makes an address");
    let authority = plain.authority().expect("an address has a host").as_str();
    assert!(!authority.contains('@'));
    assert!(plain.scheme_str() == Some("https") || allow_http || base.is_loopback(), "{plain}");
    assert_eq!(
        BaseUrl::parse(&base.to_string(), allow_http).expect("what is shown is an address").host(),
        base.host()
    );
    let below = plain.path().strip_suffix('x').expect("the path stands at the end");
    assert!(below.ends_with('/'), "{below}");

    let mut request = CompletionRequest::new(model).user("Hello");
    request.model = model.to_owned();
    let speaker = &SPEAKERS[cut.choice(SPEAKERS.len())];
    if let Ok(outgoing) = speaker.write(&request) {
        let joined = base.join(&outgoing.path, &outgoing.query).expect("a provider's path makes an address");
        assert_eq!(joined.authority().map(|authority| authority.as_str()), Some(authority), "{joined}");
        assert_eq!(joined.scheme(), plain.scheme());
        let rest =
            joined.path().strip_prefix(below).unwrap_or_else(|| panic!("{joined} is not below {below}"));
        assert_eq!(rest.trim_start_matches('/').is_empty(), outgoing.path.trim_start_matches('/').is_empty());
        assert!(rest.split('/').all(|piece| !matches!(piece, "." | "..")), "{joined}");
        let pieces = |path: &str| path.trim_matches('/').split('/').count();
        assert_eq!(pieces(rest), pieces(&outgoing.path), "{joined}");
    }

    // A path that is not encoded may lead anywhere below the host, and nowhere else.
    let query = [(name.to_owned(), value.to_owned())];
    if let Ok(joined) = base.join(model, &query) {
        assert_eq!(joined.authority().map(|authority| authority.as_str()), Some(authority), "{joined}");
        assert!(!joined.to_string().contains(char::is_control), "{joined:?}");
        let sent = joined.query().expect("a parameter makes a query");
        assert!(sent.bytes().all(|byte| byte.is_ascii_graphic()) && !sent.contains('#'), "{sent}");
        assert_eq!(sent.bytes().filter(|byte| *byte == b'&').count(), 0, "{sent}");
    }
}
