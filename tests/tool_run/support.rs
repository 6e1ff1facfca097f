use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use steer::protocol::Call;
use steer::tools::{NoArguments, Tool, ToolBox, ToolError};
use steer::{
    ApiError, Client, CompletionRequest, CompletionResponse, CompletionStream, ErrorKind, Message, Part,
    Provider, StopReason, ToolCall, ToolResult, async_trait,
};
use steer_testkit::transport::ScriptedTransport;

/// A vendor that exists in a catalog alone; a million tokens cost a dollar.
const CATALOG: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "openai-chat"
base_url = "https://acme.example/v1"

[[models]]
provider = "acme"
id = "large"

[models.price]
input = "1"
output = "1"
"#;

pub(crate) fn client(transport: &ScriptedTransport) -> Client {
    Client::builder()
        .catalog("test", CATALOG)
        .api_key("acme", "a-key")
        .transport(Arc::new(transport.clone()))
        .build()
        .unwrap()
}

/// A model that gives these answers, one after the other.
pub(crate) fn model(answers: impl IntoIterator<Item = CompletionResponse>) -> (Client, Arc<Model>) {
    let model =
        Arc::new(Model { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() });
    let client = client(&ScriptedTransport::responses([]));
    client.insert_test_provider("acme", Arc::clone(&model) as Arc<dyn Provider>);
    (client, model)
}

#[derive(Debug)]
pub(crate) struct Model {
    answers: Mutex<VecDeque<CompletionResponse>>,
    asked: Mutex<Vec<Asked>>,
}

/// What the model was asked, and where the request lay.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: CompletionRequest,
    pub(crate) address: usize,
}

impl Model {
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Provider for Model {
    fn name(&self) -> &str {
        "acme"
    }

    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError> {
        let address = Arc::as_ptr(&call.request) as usize;
        self.asked.lock().unwrap().push(Asked { request: (*call.request).clone(), address });
        let answer = self.answers.lock().unwrap().pop_front();
        answer
            .map(CompletionStream::once)
            .ok_or_else(|| ApiError::new(ErrorKind::QuotaExhausted, "no more answers"))
    }
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("acme/large").user("Hello")
}

pub(crate) fn says(text: &str) -> CompletionResponse {
    let mut answer = CompletionResponse::default();
    answer.content = vec![Part::text(text)];
    answer.stop_reason = Some(StopReason::EndTurn);
    answer
}

/// An answer that calls tools: the id, the name and the arguments of each.
pub(crate) fn calls<const N: usize>(calls: [(&str, &str, &str); N]) -> CompletionResponse {
    let mut answer = CompletionResponse::default();
    answer.content =
        calls.map(|(id, name, arguments)| Part::from(ToolCall::new(id, name, arguments))).to_vec();
    answer.stop_reason = Some(StopReason::ToolUse);
    answer
}

#[derive(Deserialize, JsonSchema)]
struct Nap {
    seconds: u64,
}

/// `nap` waits and says how long, `fails` fails, `ends` fails for good.
pub(crate) fn tools() -> ToolBox {
    let nap = |nap: Nap| async move {
        tokio::time::sleep(Duration::from_secs(nap.seconds)).await;
        Ok(format!("{} s", nap.seconds))
    };
    ToolBox::new([
        Tool::new("nap", nap).unwrap(),
        Tool::new("fails", async |_: NoArguments| -> Result<(), _> { Err(ToolError::new("no luck")) })
            .unwrap(),
        Tool::new("ends", async |_: NoArguments| -> Result<(), _> { Err(ToolError::fatal("broken")) })
            .unwrap(),
    ])
    .unwrap()
}

/// The results of a message: each one's id and text.
pub(crate) fn results(message: &Message) -> Vec<(String, String)> {
    let result = |part: &Part| match part {
        Part::ToolResult(part) => (part.result.call_id.clone(), text(&part.result)),
        other => panic!("{other:?}"),
    };
    message.parts.iter().map(result).collect()
}

pub(crate) fn text(result: &ToolResult) -> String {
    result.content.iter().filter_map(|part| part.to_text()).collect()
}

pub(crate) fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(id, text)| (id.to_owned(), text.to_owned())).to_vec()
}
