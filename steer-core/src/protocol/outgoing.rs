use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::response::Warning;

/// `Outgoing` is a request as a protocol writes it, before address and credential are known.
///
/// The body is encoded once and shared by every attempt.
#[derive(Clone)]
#[non_exhaustive]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The path behind the base address, such as `/v1/messages`, already percent-encoded.
    pub path: Cow<'static, str>,
    /// The query, name and value, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Headers of the wire format.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What could not be sent as asked.
    pub warnings: Vec<Warning>,
}

const HEADERS: usize = 12;

impl Outgoing {
    /// A GET, without a body.
    pub fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self { method: Method::GET, ..Self::post(path, Bytes::new()) }
    }

    /// A POST of a JSON body.
    pub fn post(path: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            query: Vec::new(),
            // Room for those that every request has.
            headers: HeaderMap::with_capacity(HEADERS),
            body: body.into(),
            warnings: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
