use serde::{Deserialize, Serialize};
use steer_tools::ToolSchema;

use crate::json::RawJson;
use crate::message::{CachePoint, Replay};

/// `Tool` is a tool that the model may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tool {
    /// A function of the program's, with JSON arguments.
    Function(FunctionTool),
    /// A function of the program's, with free text as its argument.
    Custom(CustomTool),
    /// A tool that the vendor brings.
    Provider(ProviderTool),
}

/// `FunctionTool` is a function of the program's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FunctionTool {
    /// Name, description and arguments.
    pub schema: ToolSchema,
    /// Asks the vendor to cache the prompt up to and including this tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CachePoint>,
    /// Whether the model learns of the tool only by searching for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
    /// Whether a call's input comes as it is made, before the vendor has checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eager_input: Option<bool>,
    /// Members of the vendor's JSON that have no typed field, as one JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<RawJson>,
    /// The wire format that `extra` belongs to; every one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_api: Option<String>,
    /// The vendor's own JSON of the tool's entry, where it was read from a request; sent again while the tool is
    /// unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
}

impl FunctionTool {
    /// Offers a function.
    pub fn new(schema: ToolSchema) -> Self {
        Self {
            schema,
            cache: None,
            deferred: false,
            eager_input: None,
            extra: None,
            extra_api: None,
            replay: None,
        }
    }

    /// The further members that a wire format may be given.
    pub fn extra_for(&self, api: &str) -> Option<&RawJson> {
        self.extra.as_ref().filter(|_| self.extra_api.as_ref().is_none_or(|own| own == api))
    }

    /// Keeps the vendor's own JSON of the tool's entry as it is now.
    pub fn keep(&mut self, api: impl Into<String>, json: RawJson) {
        let replay = Replay::new(api, json, &self.said());
        self.replay = Some(replay);
    }

    /// The vendor's own JSON of the tool's entry, if it came in this wire format and nothing was changed since.
    pub fn kept(&self, api: &str) -> Option<&RawJson> {
        self.replay.as_ref()?.get(api, &self.said())
    }

    /// All that the tool says.
    fn said(&self) -> impl Serialize {
        (&self.schema, self.cache, self.deferred, self.eager_input, &self.extra)
    }
}

/// `CustomTool` is a function that takes free text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomTool {
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The grammar that the text follows, in the vendor's own form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<RawJson>,
    /// The vendor's own JSON of the tool's entry, where it was read from a request; sent again while the tool is
    /// unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
}

impl CustomTool {
    /// Offers a function that takes free text.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None, format: None, replay: None }
    }

    /// Keeps the vendor's own JSON of the tool's entry as it is now.
    pub fn keep(&mut self, api: impl Into<String>, json: RawJson) {
        let replay = Replay::new(api, json, &self.said());
        self.replay = Some(replay);
    }

    /// The vendor's own JSON of the tool's entry, if it came in this wire format and nothing was changed since.
    pub fn kept(&self, api: &str) -> Option<&RawJson> {
        self.replay.as_ref()?.get(api, &self.said())
    }

    /// All that the tool says.
    fn said(&self) -> impl Serialize {
        (&self.name, &self.description, &self.format)
    }
}

/// `ProviderTool` is a tool that a vendor brings, in the vendor's own JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderTool {
    /// The wire format it belongs to.
    pub api: String,
    /// The vendor's JSON of the tool's entry.
    pub json: RawJson,
    /// Asks the vendor to cache the prompt up to and including this tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CachePoint>,
}

impl ProviderTool {
    /// Offers a vendor's tool.
    pub fn new(api: impl Into<String>, json: RawJson) -> Self {
        Self { api: api.into(), json, cache: None }
    }
}

impl From<ToolSchema> for Tool {
    fn from(schema: ToolSchema) -> Self {
        Self::Function(FunctionTool::new(schema))
    }
}

impl From<FunctionTool> for Tool {
    fn from(tool: FunctionTool) -> Self {
        Self::Function(tool)
    }
}

impl From<ProviderTool> for Tool {
    fn from(tool: ProviderTool) -> Self {
        Self::Provider(tool)
    }
}

/// `ToolChoice` says which tools the model may or must call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolChoice {
    /// It may call tools.
    Auto,
    /// It may not.
    None,
    /// It must call at least one.
    Required,
    /// It must call this one.
    Tool(String),
    /// It may (or, if `required`, must) call one of these.
    Allowed {
        /// The names.
        tools: Vec<String>,
        /// Whether it must.
        required: bool,
    },
}
