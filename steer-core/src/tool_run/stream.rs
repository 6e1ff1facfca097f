use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{Stream, StreamExt};

use super::engine::Engine;
use super::{ToolRun, ToolRunError, ToolRunEvent};
use crate::error::ApiError;

/// `ToolRunStream` is a run of tools while it goes on: a stream of events that ends with exactly one terminal item, either
/// `Finished` with the run, or an error with the run as far as it came.
///
/// Dropping it closes the connection and drops the tools that run. After its terminal item it yields `None` for ever.
pub struct ToolRunStream(Pin<Box<dyn Stream<Item = Result<ToolRunEvent, ToolRunError>> + Send>>);

impl ToolRunStream {
    pub(super) fn new(engine: Engine) -> Self {
        let next = async |mut engine: Engine| {
            let event = engine.next().await?;
            Some((event, engine))
        };
        Self(Box::pin(futures::stream::unfold(engine, next).fuse()))
    }

    /// Reads to the end.
    ///
    /// # Errors
    /// What the stream ends with.
    pub async fn collect(mut self) -> Result<ToolRun, ToolRunError> {
        while let Some(event) = self.0.next().await {
            if let ToolRunEvent::Finished(run) = event? {
                return Ok(*run);
            }
        }
        Err(ToolRunError {
            failure: ApiError::configuration("the run had ended before it was collected").into(),
            run: Box::new(ToolRun::default()),
        })
    }
}

impl Stream for ToolRunStream {
    type Item = Result<ToolRunEvent, ToolRunError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for ToolRunStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolRunStream").finish_non_exhaustive()
    }
}
