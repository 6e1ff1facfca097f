//! The built-in transport: whom it trusts, how it keeps connections and lets go of them, and which way it goes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "only tests are here"
)]

mod child;
mod connections;
mod http2;
mod proxies;
mod server;
mod tls;

use bytes::Bytes;
use futures::TryStreamExt;
use steer_core::http::{ReqwestTransport, Transport, TransportBody, TransportError};
use steer_core::{bytes, http_types};

/// Sends a request to an address.
async fn send(
    transport: &ReqwestTransport,
    address: &str,
) -> Result<http_types::Response<TransportBody>, TransportError> {
    transport.send(http_types::Request::post(address).body(Bytes::from_static(b"{}")).unwrap()).await
}

/// Reads what an address answers.
async fn ask(transport: &ReqwestTransport, address: &str) -> Result<String, TransportError> {
    let mut body = send(transport, address).await?.into_body();
    let mut text = String::new();
    while let Some(piece) = body.try_next().await? {
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    Ok(text)
}
