use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use steer_tools::schemars::JsonSchema;

use super::engine::{Engine, Happened};
use super::strategy::tool_name;
use super::{AnswerError, AnswerStrategy, Typed};
use crate::error::{ApiError, ErrorKind};
use crate::json::PartialJson;
use crate::message::Part;
use crate::stream::StreamChunk;

type Inner<T> = Pin<Box<dyn Stream<Item = Result<Happened<T>, AnswerError>> + Send>>;

/// `TypedStream` is an answer of a type while it comes: a stream that ends with exactly one terminal item, either
/// `Complete` with the value, or an error.
///
/// Between two items [`TypedStream::partial`] is the value as far as it has come. It is kept and not made anew, so a long
/// answer costs as much as it is long. Dropping the stream closes the connection.
pub struct TypedStream<T> {
    inner: Inner<T>,
    partial: PartialJson,
    strategy: Option<AnswerStrategy>,
    /// The tool whose arguments are the answer.
    tool: String,
    /// The block of its call.
    block: Option<u32>,
    wrapped: bool,
}

/// `TypedChunk` is one event of an answer of a type.
#[derive(Debug)]
#[non_exhaustive]
pub enum TypedChunk<T> {
    /// A chunk of the answer.
    Chunk {
        /// The chunk.
        chunk: StreamChunk,
        /// Whether the value grew with it.
        grew: bool,
    },
    /// The answer did not fit the type, and the model is asked again: the value begins anew.
    StartedOver,
    /// The value, checked.
    Complete(Box<Typed<T>>),
}

impl<T: JsonSchema + DeserializeOwned + Send + 'static> TypedStream<T> {
    pub(super) fn new(engine: Result<Engine<T>, AnswerError>) -> Self {
        let (tool, wrapped) = match &engine {
            Ok(engine) => (tool_name(&engine.schema), engine.schema.wrapped),
            Err(_) => (String::new(), false),
        };
        let inner: Inner<T> = match engine {
            Ok(engine) => {
                let next = async |mut engine: Engine<T>| {
                    let happened = engine.next().await?;
                    Some((happened, engine))
                };
                Box::pin(futures::stream::unfold(engine, next).fuse())
            }
            Err(error) => Box::pin(futures::stream::iter([Err(error)])),
        };
        Self { inner, partial: PartialJson::default(), strategy: None, tool, block: None, wrapped }
    }

    /// Reads to the end.
    ///
    /// # Errors
    /// What the stream ends with.
    pub async fn collect(mut self) -> Result<Typed<T>, AnswerError> {
        while let Some(event) = self.inner.next().await {
            if let Happened::Value(typed) = event? {
                return Ok(*typed);
            }
        }
        Err(ApiError::new(ErrorKind::Truncated, "the stream has ended already; collect it before its end")
            .into())
    }
}

impl<T> TypedStream<T> {
    /// The value as far as it has come; null before it begins. Strings may lack their end, lists their last items, objects
    /// members.
    pub fn partial(&self) -> &Value {
        let value = self.partial.value();
        match self.wrapped {
            true => value.get("answer").unwrap_or(&Value::Null),
            false => value,
        }
    }

    /// The same as a type, such as one whose members are all optional, where it fits. It reads all that has come, so a
    /// program that asks after every chunk pays for it.
    pub fn partial_as<P: DeserializeOwned>(&self) -> Option<P> {
        P::deserialize(self.partial()).ok()
    }

    fn start_over(&mut self) {
        self.partial = PartialJson::default();
        self.block = None;
    }

    /// Takes what a chunk holds of the answer. Says whether the value grew.
    fn take(&mut self, chunk: &StreamChunk) -> bool {
        let by_tool = self.strategy == Some(AnswerStrategy::Tool);
        match chunk {
            StreamChunk::TextDelta { text, .. } if !by_tool => self.partial.push(text),
            StreamChunk::ContentBlockStart { index, part } => match &**part {
                Part::Text(text) if !by_tool => self.partial.push(&text.text),
                Part::ToolCall(part) if by_tool && self.block.is_none() && part.call.name == self.tool => {
                    self.block = Some(*index);
                    self.partial.push(part.call.raw())
                }
                _ => false,
            },
            StreamChunk::ToolInputDelta { index, delta } if self.block == Some(*index) => {
                self.partial.push(delta)
            }
            StreamChunk::ToolInputReplace { index, input } if self.block == Some(*index) => {
                self.partial = PartialJson::default();
                let (steer_tools::ToolInput::Json(text) | steer_tools::ToolInput::Text(text)) = input;
                self.partial.push(text)
            }
            StreamChunk::Reset { .. } => {
                self.start_over();
                false
            }
            _ => false,
        }
    }
}

impl<T> Stream for TypedStream<T> {
    type Item = Result<TypedChunk<T>, AnswerError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            return Poll::Ready(Some(match ready!(this.inner.as_mut().poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(Happened::Asked(strategy))) => {
                    if this.strategy.replace(strategy).is_none() {
                        continue;
                    }
                    this.start_over();
                    Ok(TypedChunk::StartedOver)
                }
                Some(Ok(Happened::Chunk(chunk))) => {
                    let grew = this.take(&chunk);
                    Ok(TypedChunk::Chunk { chunk, grew })
                }
                Some(Ok(Happened::Value(typed))) => Ok(TypedChunk::Complete(typed)),
                Some(Err(error)) => Err(error),
            }));
        }
    }
}

impl<T> fmt::Debug for TypedStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedStream").field("partial", &self.partial).finish_non_exhaustive()
    }
}
