//! Keys and prompts stay out of whatever a person may see.

use steer::ErrorKind;
use steer_testkit::transport::Response;

use crate::formats::ALL;
use crate::rig::{KEY, Rig, builder, request, stream, typed};

#[tokio::test(start_paused = true)]
async fn no_error_of_any_fault_holds_the_key_or_the_prompt() {
    for format in ALL {
        let rig = Rig::new(format);
        let echo = format!("you sent PROMPT-CANARY with {KEY}");
        for response in [
            Response::refuse(),
            typed(401, "application/json", format.refusal(&format!("bad key {KEY}"))),
            typed(500, "text/plain", format!("trace of {KEY}")),
            typed(302, "text/html", echo.clone()),
            typed(200, "text/html", echo.clone()),
            typed(200, "application/json", format!("{{\"x\":\"{KEY}\"")),
            stream(format, format.begun(&["a"]) + &format.frame(&("", format!("{{{KEY}")))),
            stream(format, format.begun(&["a"])).break_off(),
        ] {
            let asked = rig.ask([response]).await;
            let error = asked.result.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(KEY), "{format:?}: {shown}");
        }
        for sent in rig.transport.requests() {
            assert!(!sent.uri.to_string().contains("CANARY"), "{format:?}: the key is in no address");
            assert!(!sent.body_text().unwrap().contains(KEY), "{format:?}: the key is in no body");
        }
    }
}

#[tokio::test]
async fn a_key_with_something_around_it_is_trimmed_and_one_that_no_header_takes_is_refused_unseen() {
    for format in ALL {
        for (key, fine) in [
            (format!("{KEY}\n"), true),
            (format!("\t{KEY}\r\n"), true),
            (format!(" {KEY} "), true),
            (format!("{KEY}\n{KEY}"), false),
            (format!("{KEY}\0"), false),
            (format!("{KEY}\u{7f}"), false),
            (format!("{KEY}é"), false),
        ] {
            if fine {
                let rig = Rig::with(format, |builder| builder.api_key("forge", key.clone()));
                let asked = rig.ask([stream(format, format.stream(&["x"]))]).await;
                assert_eq!(asked.said(), "x", "{format:?}");
                continue;
            }
            let built = builder(format, "https://forge.example/v4").api_key("forge", key).build();
            let error = built.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{format:?}: {error}");
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{format:?}: {error}");
        }
    }
}

#[tokio::test]
async fn a_key_of_a_mebibyte_goes_whole_into_one_header() {
    let key = KEY.repeat((1 << 20) / KEY.len());
    for format in ALL {
        let rig = Rig::with(format, |builder| builder.api_key("forge", key.clone()));
        assert_eq!(rig.ask([stream(format, format.stream(&["x"]))]).await.said(), "x", "{format:?}");
        let sent = &rig.transport.requests()[0];
        let holding = ["authorization", "x-api-key", "api-key", "x-goog-api-key"]
            .into_iter()
            .filter_map(|name| sent.header(name))
            .collect::<Vec<_>>();
        assert!(holding.len() == 1 && holding[0].ends_with(&key), "{format:?}");
        let refused = rig.ask([typed(401, "text/plain", key.clone())]).await.result.unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains(KEY), "{format:?}");
    }
}

#[tokio::test]
async fn a_model_whose_name_looks_like_a_path_changes_no_host_and_no_path_above_it() {
    for format in ALL {
        let rig = Rig::new(format);
        for name in ["../../v1/files", "a/b?x#y", "..%2f..%2f", "m\\..\\..", "//evil.example/", "a b\n"] {
            let mut asked = request();
            asked.model = format!("forge/{name}");
            rig.asking(asked, [stream(format, format.stream(&["x"]))]).await;
        }
        for sent in rig.transport.requests() {
            assert_eq!(sent.uri.host(), Some("forge.example"), "{format:?}");
            let path = sent.uri.path();
            assert!(path.starts_with("/v4/"), "{format:?}: {path}");
            assert!(path.split('/').all(|one| one != "..") && !path.contains("//"), "{format:?}: {path}");
        }
    }
}

#[tokio::test]
async fn an_address_that_could_leak_a_key_is_refused_before_anything_is_sent() {
    for format in ALL {
        for url in [
            "http://forge.example/v4",
            "https://user:pw@forge.example/v4",
            "ftp://forge.example",
            "forge.example",
        ] {
            let rig = Rig::new(format);
            let built = builder(format, url).transport(std::sync::Arc::new(rig.transport.clone())).build();
            let failed = match built {
                Err(_) => true,
                Ok(client) => client.complete(request()).await.is_err(),
            };
            assert!(failed, "{format:?}: {url}");
            assert_eq!(rig.transport.requests().len(), 0, "{format:?}: {url}");
        }
    }
}
