//! Answers that are Rust types.

mod engine;
mod error;
mod read;
mod strategy;
mod stream;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use steer_tools::schemars::JsonSchema;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Mode};
use crate::model::Cost;
use crate::request::ClientCall;
use crate::response::CompletionResponse;
use crate::usage::TokenUsage;
use engine::Engine;
pub use error::AnswerError;
pub use strategy::AnswerStrategy;
pub use stream::{TypedChunk, TypedStream};

/// How many times the model may answer unless the program says otherwise.
const ATTEMPTS: u32 = 3;

/// `Typed` is an answer that is a value of a type, and the answer as it came.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Typed<T> {
    /// The value.
    pub value: T,
    /// The answer that it was read from.
    pub response: CompletionResponse,
    /// How the model was brought to answer so.
    pub strategy: AnswerStrategy,
    /// How many answers it took.
    pub attempts: u32,
    /// The tokens of all of them.
    pub usage: TokenUsage,
    /// What all of them cost; `None` where the cost of one is not known.
    pub cost: Option<Cost>,
}

impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed")
            .field("response", &self.response)
            .field("strategy", &self.strategy)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// `TypedCall` asks for an answer of a type: await it, or [stream](TypedCall::stream) it. Nothing is sent before that.
#[must_use = "nothing is asked until this is awaited or streamed"]
pub struct TypedCall<T> {
    client: Client,
    call: ClientCall,
    strategy: Option<AnswerStrategy>,
    attempts: u32,
    answer: PhantomData<fn() -> T>,
}

impl Client {
    /// Asks for an answer that is a value of a type.
    ///
    /// The model is held to the type's schema in the best way that it has, as its catalog says: by the vendor, by a tool that
    /// it must call, or by being told. An answer that does not fit goes back to it with the place that does not, up to three
    /// answers in all. A type that is no object, such as a list, is the member `answer` of one on the way.
    ///
    /// ```no_run
    /// use steer_core::tools::schemars::{self, JsonSchema};
    ///
    /// #[derive(serde::Deserialize, JsonSchema)]
    /// struct City {
    ///     name: String,
    ///     inhabitants: u64,
    /// }
    ///
    /// # async fn city(client: steer_core::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use steer_core::CompletionRequest;
    ///
    /// let request = CompletionRequest::new("openai/gpt-5.2").user("What is the largest city of Norway?");
    /// let city = client.complete_as::<City>(request).await?;
    /// println!("{} has {} inhabitants", city.value.name, city.value.inhabitants);
    /// # Ok(())
    /// # }
    /// ```
    pub fn complete_as<T: JsonSchema + DeserializeOwned>(&self, call: impl Into<ClientCall>) -> TypedCall<T> {
        let (client, call) = (self.clone(), call.into());
        TypedCall { client, call, strategy: None, attempts: ATTEMPTS, answer: PhantomData }
    }

    /// The same as a stream, which shows the value while it grows.
    pub fn stream_as<T: JsonSchema + DeserializeOwned + Send + 'static>(
        &self,
        call: impl Into<ClientCall>,
    ) -> TypedStream<T> {
        self.complete_as(call).stream()
    }
}

impl<T: JsonSchema + DeserializeOwned> TypedCall<T> {
    /// Says how the model is brought to answer in the schema, whatever its catalog says.
    pub fn strategy(mut self, strategy: AnswerStrategy) -> Self {
        self.strategy = Some(strategy);
        self
    }

    /// The most answers until one fits; 3 by default and at least 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Ends the call with `Cancelled` when the token is cancelled, whatever it waits for.
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.call.cancel = Some(token);
        self
    }

    /// Shows the value while it grows.
    pub fn stream(self) -> TypedStream<T>
    where
        T: Send + 'static,
    {
        TypedStream::new(Engine::new(self, Mode::Told))
    }
}

impl<T: JsonSchema + DeserializeOwned + Send + 'static> IntoFuture for TypedCall<T> {
    type Output = Result<Typed<T>, AnswerError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Engine::new(self, Mode::Silent)?.finish().await })
    }
}

impl<T> fmt::Debug for TypedCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedCall").field("call", &self.call).finish_non_exhaustive()
    }
}
