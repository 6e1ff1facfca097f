use super::*;

const STATE: &str = "STATE-of-this-login";

fn callback(place: StatePlace) -> Callback {
    Callback::new(&RedirectConfig::default(), Some(4321), Secret::new(STATE), place).unwrap()
}

fn request(line: &str, host: &str) -> Verdict {
    let head = format!("{line} HTTP/1.1\r\nAccept: */*\r\nHost: {host}\r\n\r\n");
    callback(StatePlace::Query).read_head(head.as_bytes())
}

fn target(target: &str) -> Verdict {
    request(&format!("GET {target}"), "127.0.0.1:4321")
}

fn status(verdict: &Verdict) -> u16 {
    match verdict {
        Verdict::Rejected { status, .. } => *status,
        _ => 200,
    }
}

fn code(text: &str) -> Verdict {
    Verdict::Code(Secret::new(text))
}

#[test]
fn the_code_of_this_login_is_taken() {
    assert_eq!(callback(StatePlace::Query).uri(), "http://127.0.0.1:4321/callback");
    assert_eq!(target(&format!("/callback?code=a%2Fb&state={STATE}&iss=x")), code("a/b"));
}

#[test]
fn a_wrong_or_absent_or_repeated_state_is_another_logins() {
    for query in [
        "code=c".to_owned(),
        "code=c&state=".to_owned(),
        "code=c&state=STATE-of-another-one".to_owned(),
        format!("code=c&state={STATE}x"),
        "error=access_denied&state=wrong".to_owned(),
    ] {
        assert_eq!(target(&format!("/callback?{query}")), OTHER_LOGIN, "{query}");
    }
    for query in [
        format!("code=c&state=wrong&state={STATE}"),
        format!("code=c&code=d&state={STATE}"),
        format!("code=&state={STATE}"),
        format!("state={STATE}"),
    ] {
        assert_eq!(status(&target(&format!("/callback?{query}"))), 400, "{query}");
    }
}

#[test]
fn a_request_under_another_name_of_this_machine_is_rejected() {
    let line = format!("GET /callback?code=c&state={STATE}");
    for host in ["evil.example", "localhost:4321", "127.0.0.1", "127.0.0.1:4322", ""] {
        assert_eq!(status(&request(&line, host)), 400, "{host}");
    }
    let twice = format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:4321\r\nhost: 127.0.0.1:4321\r\n\r\n");
    assert_eq!(callback(StatePlace::Query).read_head(twice.as_bytes()), NOT_HTTP);
    let none = format!("{line} HTTP/1.1\r\n\r\n");
    assert_eq!(callback(StatePlace::Query).read_head(none.as_bytes()), NOT_HTTP);
}

#[test]
fn another_method_or_path_is_rejected() {
    for method in ["POST", "HEAD", "OPTIONS", "get"] {
        let verdict = request(&format!("{method} /callback?code=c&state={STATE}"), "127.0.0.1:4321");
        assert_eq!(status(&verdict), 405, "{method}");
    }
    for path in ["/", "/favicon.ico", "/callback/", "/callbac", "/callback/x", "//callback"] {
        assert_eq!(status(&target(&format!("{path}?code=c&state={STATE}"))), 404, "{path}");
    }
}

#[test]
fn what_is_no_request_of_a_browsers_is_rejected() {
    for head in [
        "",
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /callback\r\n\r\n",
        "GET /callback HTTP/2\r\n\r\n",
        "GET /callback HTTP/1.1 x\r\nHost: 127.0.0.1:4321\r\n\r\n",
        "GET http://127.0.0.1:4321/callback HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
        "GET /callback HTTP/1.1\r\n Host: 127.0.0.1:4321\r\n\r\n",
        "GET /callback HTTP/1.1\r\nHost : 127.0.0.1:4321\r\n\r\n",
        "GET /callback HTTP/1.1\nHost: 127.0.0.1:4321\n\n",
        "GET /callback HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n",
        "GET /callback HTTP/1.1\r\nno colon\r\nHost: 127.0.0.1:4321\r\n\r\n",
    ] {
        assert_eq!(callback(StatePlace::Query).read_head(head.as_bytes()), NOT_HTTP, "{head:?}");
    }
    assert_eq!(callback(StatePlace::Query).read_head(b"GET /\xff HTTP/1.1\r\n\r\n"), NOT_HTTP);
}

#[test]
fn a_refusal_is_told_by_its_code_and_what_cannot_be_shown_is_not() {
    let refused = target(&format!("/callback?error=access_denied&error_description=No%3Cb%3E&state={STATE}"));
    let expected = Verdict::Refused { code: Some("access_denied".into()), description: Some("No<b>".into()) };
    assert_eq!(refused, expected);
    let odd = target(&format!("/callback?error=%1b%5b2J&code=c&state={STATE}"));
    assert_eq!(odd, Verdict::Refused { code: None, description: None });
}

#[test]
fn a_state_in_the_path_is_checked_there() {
    let callback = callback(StatePlace::Path);
    assert_eq!(callback.uri(), format!("http://127.0.0.1:4321/callback/{STATE}"));
    let asked = |target: &str| {
        callback.read_head(format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n").as_bytes())
    };
    assert_eq!(asked(&format!("/callback/{STATE}?code=c")), code("c"));
    assert_eq!(asked("/callback/another?code=c"), OTHER_LOGIN);
    assert_eq!(asked(&format!("/callback?code=c&state={STATE}")).clone(), asked("/other"));
    assert_eq!(callback.read_pasted(&format!("http://127.0.0.1:4321/callback/{STATE}?code=c")), code("c"));
    assert_eq!(callback.read_pasted("http://127.0.0.1:4321/callback/x?code=c"), OTHER_LOGIN);
}

#[test]
fn what_a_person_pastes_is_the_code_or_the_whole_address() {
    let paste = |text: &str| callback(StatePlace::Query).read_pasted(text);
    assert_eq!(paste(" the-code \n"), code("the-code"));
    assert_eq!(paste(&format!("the-code#{STATE}")), code("the-code"));
    assert_eq!(paste("the-code#another"), OTHER_LOGIN);
    assert_eq!(paste(&format!("http://127.0.0.1/callback?code=c&state={STATE}#x")), code("c"));
    assert_eq!(paste("http://127.0.0.1/callback?code=c&state=another"), OTHER_LOGIN);
    for nothing in ["", " ", "two words", "https://a.example/authorize", "c\u{e9}"] {
        assert_eq!(paste(nothing), NO_CODE, "{nothing}");
    }
    assert_eq!(paste(&format!("#{STATE}")), NO_CODE);
}

#[test]
fn a_path_that_is_none_is_an_error_of_the_catalog() {
    for path in ["callback", "", "/a b", "/a?b", "/a#b", "/\n"] {
        let config = RedirectConfig { path: Some(path.to_owned()), ..RedirectConfig::default() };
        assert!(Callback::new(&config, None, Secret::new("s"), StatePlace::Query).is_err(), "{path:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_taken_for_a_code_without_the_state(head: Vec<u8>) {
        let verdict = callback(StatePlace::Query).read_head(&head);
        let is_rejected = matches!(verdict, Verdict::Rejected { .. });
        proptest::prop_assert!(is_rejected);
    }
}
