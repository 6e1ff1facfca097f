use std::time::Duration;

use futures::{Stream, TryStreamExt};
use steer::bytes::Bytes;
use steer::http_types::Request;

use crate::verdict::Obstacle;

/// `Floor` is the HTTP client alone, set up as this library sets it up, with a request that is ready to be sent.
pub(super) struct Floor {
    client: reqwest::Client,
    request: Request<Bytes>,
}

impl Floor {
    pub(super) fn new(request: &Request<Bytes>) -> Result<Self, Obstacle> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(60))
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self { client, request: request.clone() })
    }

    pub(super) fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// Reads a stream and throws its bytes away.
    pub(super) async fn stream(&self) -> Result<(), Obstacle> {
        let mut pieces = self.pieces().await?;
        while pieces.try_next().await?.is_some() {}
        Ok(())
    }

    /// The pieces of a stream.
    pub(super) async fn pieces(
        &self,
    ) -> Result<impl Stream<Item = Result<Bytes, reqwest::Error>> + Unpin + use<>, Obstacle> {
        let response = self.send(self.body().clone()).await?;
        Ok(Box::pin(response.bytes_stream()))
    }

    /// Sends a body and reads a whole answer.
    pub(super) async fn whole(&self, body: Vec<u8>) -> Result<Bytes, Obstacle> {
        Ok(self.send(body.into()).await?.bytes().await?)
    }

    async fn send(&self, body: Bytes) -> Result<reqwest::Response, Obstacle> {
        let (head, _) = self.request.clone().into_parts();
        let request = Request::from_parts(head, body).try_into()?;
        Ok(self.client.execute(request).await?.error_for_status()?)
    }
}
