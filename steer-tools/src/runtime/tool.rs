//! One tool: what the model is told of it, and the function that answers a call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
#[cfg(feature = "schemars-1")]
use serde_json::Value;
use tokio_util::sync::CancellationToken;

#[cfg(feature = "schemars-1")]
use super::ToolBoxError;
use super::{IntoToolOutput, ToolError, ToolOutput};
#[cfg(feature = "schemars-1")]
use crate::InputSchema;
use crate::{ToolCall, ToolFuture, ToolSchema, fit};

/// `Tool` is an async function that a model may call, and what the model is told of it.
///
/// Cheap to clone. What the model wrote becomes the function's argument; what does not fit is answered with the place that
/// does not, and the function does not run.
#[derive(Clone)]
pub struct Tool {
    pub(super) schema: ToolSchema,
    pub(super) handler: Arc<Handler>,
    pub(super) timeout: Timeout,
}

pub(super) type Handler =
    dyn Fn(ToolCall, ToolContext) -> ToolFuture<'static, Result<ToolOutput, ToolError>> + Send + Sync;

#[derive(Clone, Copy)]
pub(super) enum Timeout {
    OfBox,
    Own(Option<Duration>),
}

/// `ToolContext` is what a tool may know of the call that it answers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolContext {
    /// The call's id; empty on wires that have none.
    pub call_id: String,
    /// Cancelled as soon as nobody waits for the tool any more: the call was cancelled, or took too long. The function
    /// itself is dropped then; what it has spawned elsewhere watches this.
    pub cancel: CancellationToken,
}

/// `NoArguments` are the arguments of a tool that takes none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars-1", derive(schemars::JsonSchema), schemars(description = ""))]
pub struct NoArguments {}

impl Tool {
    /// A tool whose arguments are a type. What the model is told is the type's documentation, unless
    /// [`Tool::description`] says otherwise.
    ///
    /// ```
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    /// use steer_tools::Tool;
    ///
    /// /// The weather in a city.
    /// #[derive(Deserialize, JsonSchema)]
    /// struct Weather {
    ///     /// The city's name in English.
    ///     city: String,
    /// }
    ///
    /// let tool = Tool::new("weather", async |arguments: Weather| Ok(format!("{}: 4 °C", arguments.city)))?;
    /// assert_eq!(tool.schema().description.as_deref(), Some("The weather in a city."));
    /// # Ok::<(), steer_tools::ToolBoxError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The type is neither a struct nor a map.
    #[cfg(feature = "schemars-1")]
    pub fn new<A, F, R, O>(name: impl Into<String>, function: F) -> Result<Self, ToolBoxError>
    where
        A: DeserializeOwned + schemars::JsonSchema + Send + 'static,
        F: Fn(A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<O, ToolError>> + Send + 'static,
        O: IntoToolOutput,
    {
        Self::with_context(name, move |arguments, _| function(arguments))
    }

    /// The same of a function that knows of the call.
    ///
    /// # Errors
    ///
    /// As [`Tool::new`].
    #[cfg(feature = "schemars-1")]
    pub fn with_context<A, F, R, O>(name: impl Into<String>, function: F) -> Result<Self, ToolBoxError>
    where
        A: DeserializeOwned + schemars::JsonSchema + Send + 'static,
        F: Fn(A, ToolContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<O, ToolError>> + Send + 'static,
        O: IntoToolOutput,
    {
        let name = name.into();
        let schema = match InputSchema::for_type::<A>() {
            Ok(schema) => schema,
            Err(source) => return Err(ToolBoxError::Schema { tool: name, source }),
        };
        let described = schema.as_value().get("description").and_then(Value::as_str);
        let described = described.filter(|text| !text.is_empty()).map(str::to_owned);
        let mut schema = ToolSchema::new(name, schema);
        schema.description = described;
        Ok(Self::of_schema(schema, function))
    }

    /// A tool whose schema is there already; its arguments may be any type that reads JSON, such as
    /// [`serde_json::Value`].
    pub fn of_schema<A, F, R, O>(schema: ToolSchema, function: F) -> Self
    where
        A: DeserializeOwned + Send + 'static,
        F: Fn(A, ToolContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<O, ToolError>> + Send + 'static,
        O: IntoToolOutput,
    {
        let function = Arc::new(function);
        Self::of_calls(schema, move |call, context| {
            let function = Arc::clone(&function);
            async move {
                let arguments = arguments(&call)?;
                // Nothing of the call is needed while the function runs.
                drop(call);
                function(arguments, context).await?.into_output()
            }
        })
    }

    /// A tool that gets each call as the model wrote it: free text, or arguments that somebody else reads.
    pub fn of_calls<F, R>(schema: ToolSchema, function: F) -> Self
    where
        F: Fn(ToolCall, ToolContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ToolOutput, ToolError>> + Send + 'static,
    {
        Self {
            schema,
            handler: Arc::new(move |call, context| Box::pin(function(call, context))),
            timeout: Timeout::OfBox,
        }
    }

    /// Sets what the model reads of the tool.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.schema.description = Some(description.into());
        self
    }

    /// Changes what the model is told: examples, strictness.
    #[must_use]
    pub fn map_schema(mut self, change: impl FnOnce(ToolSchema) -> ToolSchema) -> Self {
        self.schema = change(self.schema);
        self
    }

    /// The most time that a call may take; wins over the box's.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Timeout::Own(Some(limit));
        self
    }

    /// Lets a call take as long as it takes, whatever the box's limit.
    #[must_use]
    pub fn no_timeout(mut self) -> Self {
        self.timeout = Timeout::Own(None);
        self
    }

    /// What the model is told.
    pub fn schema(&self) -> &ToolSchema {
        &self.schema
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// The arguments of a call as a type; what is wrong is told to the model.
fn arguments<A: DeserializeOwned>(call: &ToolCall) -> Result<A, ToolError> {
    let text = call.json()?;
    fit(text).map_err(|misfit| {
        let (name, said) = (&call.name, misfit.for_model());
        ToolError::new(match misfit.is_json() {
            true => format!("the arguments of tool `{name}` do not fit its schema, {said}"),
            false => format!("the arguments of tool `{name}` cannot be read: {said}"),
        })
    })
}
