//! Whom it trusts.

use std::io::Write;
use std::sync::Mutex;

use bytes::Bytes;
use http_types::{HeaderValue, Request};
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use steer_core::ErrorKind;
use steer_core::http::{ReqwestTransport, Timeouts, Transport, TransportErrorKind};
use steer_core::{bytes, http_types};

use crate::server::{Authority, TlsServer};
use crate::{ask, child};

async fn server(authority: &Authority) -> TlsServer {
    TlsServer::greeting(authority.sign(|_| ()).config(&[], None)).await
}

fn trusting(authority: &Authority) -> ReqwestTransport {
    ReqwestTransport::builder().root_certificates(authority.pem()).build().unwrap()
}

#[tokio::test]
async fn an_authority_that_nobody_knows_is_refused_and_the_error_says_why() {
    let server = server(&Authority::new()).await;
    let error = ask(&ReqwestTransport::new(Timeouts::default()).unwrap(), &server.url()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Untrusted);
    let text = error.to_string();
    assert!(text.starts_with("the server's certificate is not trusted: "), "{text}");
    assert!(text.contains("UnknownIssuer"), "{text}");
}

#[tokio::test]
async fn an_authority_that_the_program_names_is_trusted_beside_the_platforms_or_alone() {
    let authority = Authority::new();
    let server = server(&authority).await;
    assert_eq!(ask(&trusting(&authority), &server.url()).await.unwrap(), "Hi");
    let alone = ReqwestTransport::builder().root_certificates(authority.pem()).only_root_certificates();
    assert_eq!(ask(&alone.build().unwrap(), &server.url()).await.unwrap(), "Hi");
    let others = ReqwestTransport::builder().root_certificates(Authority::new().pem());
    let error = ask(&others.only_root_certificates().build().unwrap(), &server.url()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Untrusted);
}

#[tokio::test]
async fn several_authorities_may_stand_in_one_text() {
    let (one, two) = (Authority::new(), Authority::new());
    let both = ReqwestTransport::builder().root_certificates(one.pem() + &two.pem()).build().unwrap();
    for authority in [one, two] {
        assert_eq!(ask(&both, &server(&authority).await.url()).await.unwrap(), "Hi");
    }
}

#[tokio::test]
async fn an_authority_in_a_file_that_the_environment_names_is_trusted() {
    let authority = Authority::new();
    let server = server(&authority).await;
    let mut file = std::env::temp_dir();
    file.push(format!("steer-authority-{}-{}.pem", std::process::id(), server.address.port()));
    std::fs::File::create_new(&file).unwrap().write_all(authority.pem().as_bytes()).unwrap();
    let variables = [("SSL_CERT_FILE", file.to_str().unwrap().to_owned())];
    let answer = child::asks(&server.url(), &variables).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(answer.as_deref(), Ok("Hi"));
    let error = child::asks(&server.url(), &[]).await.unwrap_err();
    assert!(error.contains("UnknownIssuer"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_is_out_of_date_or_of_another_host_is_refused_and_the_error_says_why() {
    let authority = Authority::new();
    let old = authority.sign(|params| params.not_after = date_time_ymd(2001, 9, 9));
    let other = authority.sign(|params| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("vendor.example".try_into().unwrap())];
    });
    for (signed, why) in [(old, "expired"), (other, "not valid for name")] {
        let server = TlsServer::greeting(signed.config(&[], None)).await;
        let error = ask(&trusting(&authority), &server.url()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Untrusted);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_asks_who_is_there_gets_the_programs_certificate() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let config = authority.sign(|_| ()).config(&[], Some(&clients));
    let server = TlsServer::greeting(config).await;
    let own = clients.sign(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let known = ReqwestTransport::builder().root_certificates(authority.pem()).client_certificate(own.pem);
    assert_eq!(ask(&known.build().unwrap(), &server.url()).await.unwrap(), "Hi");
    let error = ask(&trusting(&authority), &server.url()).await.unwrap_err();
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
}

#[test]
fn what_cannot_be_read_is_told_when_the_transport_is_made() {
    let broken = || "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
    for (builder, what) in [
        (ReqwestTransport::builder().root_certificates(broken()), "roots"),
        (ReqwestTransport::builder().client_certificate(broken()), "a certificate of its own"),
        (ReqwestTransport::builder().proxy("http://[::1"), "a proxy"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{what}");
    }
}

/// What was said through the crate `log`, which the libraries below the transport use.
static SAID: Mutex<String> = Mutex::new(String::new());

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        SAID.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn what_the_libraries_below_say_holds_no_key() {
    log::set_logger(&Listener).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let authority = Authority::new();
    let server = server(&authority).await;
    let mut key = HeaderValue::from_static("Bearer KEY-CANARY");
    key.set_sensitive(true);
    let request = Request::post(server.url()).header("authorization", key);
    let request = request.body(Bytes::from_static(b"{}")).unwrap();
    assert_eq!(trusting(&authority).send(request).await.unwrap().status(), 200);
    log::set_max_level(log::LevelFilter::Off);
    let said = SAID.lock().unwrap();
    assert!(said.contains("starting new connection"), "nobody said anything: {said}");
    assert!(!said.contains("CANARY"), "{said}");
}
