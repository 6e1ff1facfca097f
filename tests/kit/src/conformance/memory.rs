use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::stream;
use steer_core::async_trait;
use steer_core::bytes::Bytes;
use steer_core::http::{Transport, TransportBody, TransportError, TransportErrorKind};
use steer_core::http_types::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

/// `Memory` is a transport that answers each request with the answer it was given last, at once.
#[derive(Debug, Default)]
pub(super) struct Memory {
    answer: Mutex<Answer>,
    headers: Mutex<HeaderMap>,
}

/// `Answer` is a status and a body in its pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: &'static str,
    pub(super) pieces: Vec<Bytes>,
    /// Whether the connection breaks after the last piece.
    pub(super) breaks: bool,
}

impl Memory {
    pub(super) fn set(&self, answer: Answer) {
        *lock(&self.answer) = answer;
    }

    /// The headers of the last request.
    pub(super) fn headers(&self) -> HeaderMap {
        lock(&self.headers).clone()
    }
}

#[async_trait]
impl Transport for Memory {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<TransportBody>, TransportError> {
        *lock(&self.headers) = request.headers().clone();
        let answer = std::mem::take(&mut *lock(&self.answer));
        let end = answer.breaks.then(|| Err(TransportError::new(TransportErrorKind::Broken)));
        let body: TransportBody = Box::pin(stream::iter(answer.pieces.into_iter().map(Ok).chain(end)));
        let mut response = Response::new(body);
        *response.status_mut() = answer.status;
        let name = HeaderName::from_static("content-type");
        response.headers_mut().insert(name, HeaderValue::from_static(answer.content_type));
        Ok(response)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
