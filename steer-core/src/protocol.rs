//! What a wire format is: pure functions between our nouns and bytes.
//! Nothing here waits, opens a socket, reads the clock or the environment.

mod beside;
mod call;
mod ledger;
mod outgoing;

use std::fmt::Debug;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::auth::Credential;
use crate::error::{ApiError, Failure, StreamError};
pub use crate::framing::{Frame, Framing};
use crate::rate_limit::RateLimits;
use crate::stream::ChunkSink;
pub use beside::{CountWire, EmbedWire, ModelsWire};
pub use call::{Call, Delivery};
pub use ledger::{FeatureArea, Ledger};
pub use outgoing::Outgoing;

/// `Protocol` translates between our nouns and one HTTP wire format.
///
/// Implement it for a vendor with its own format; [`HttpProvider`](crate::http::HttpProvider) makes a provider
/// of it. All methods are pure.
pub trait Protocol: Debug + Send + Sync + 'static {
    /// The wire format's name, such as `anthropic-messages`.
    fn api(&self) -> &str;

    /// Writes the request.
    ///
    /// # Errors
    /// The target cannot take what the request asks for, or the request is not valid.
    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError>;

    /// Makes the decoder of one answer.
    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder>;

    /// How the answers of streams are cut into frames.
    fn framing(&self) -> Framing {
        Framing::Sse
    }

    /// Puts the credential into the request's headers; by default as a bearer token.
    ///
    /// # Errors
    /// The credential cannot stand in a header.
    fn authorize(&self, credential: &Credential, headers: &mut HeaderMap) -> Result<(), ApiError> {
        headers.insert(header::AUTHORIZATION, credential.bearer()?);
        Ok(())
    }

    /// Reads an error response; by default with the table that fits most vendors.
    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        Failure::from_response(status, body).heeding(headers)
    }

    /// Reads the rate limits from response headers.
    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        let _ = headers;
        None
    }

    /// The header under which the vendor takes a key by which it knows a request again, so that one that is sent again is
    /// not worked on twice. All attempts of a call carry the same key, which is drawn at random.
    fn idempotency_header(&self) -> Option<HeaderName> {
        None
    }

    /// Reads the vendor's id of the request from response headers.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        headers.get("request-id").or_else(|| headers.get("x-request-id")).and_then(text)
    }

    /// How this wire format counts tokens; `None` where it cannot.
    fn count_wire(&self) -> Option<&dyn CountWire> {
        None
    }

    /// How this wire format embeds texts; `None` where it cannot.
    fn embed_wire(&self) -> Option<&dyn EmbedWire> {
        None
    }

    /// How this wire format lists models; `None` where it cannot.
    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        None
    }
}

/// `Decoder` reads the frames of one answer into chunks. It is a small state machine, pulled by the reader.
pub trait Decoder: Send {
    /// Reads one frame.
    ///
    /// # Errors
    /// The frame is broken, or it is the vendor's report of a failure.
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError>;

    /// Learns that no more bytes come. It never invents a stop: it pushes `MessageEnd` only if the vendor's end was
    /// seen, or if the body ended cleanly and this vendor is known to send nothing better.
    ///
    /// # Errors
    /// What was gathered is broken.
    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError>;
}

/// `BodyEnd` is how the bytes of an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEnd {
    /// Where HTTP says that they end.
    Clean,
    /// The connection broke, or nothing came for too long.
    Broken,
}
