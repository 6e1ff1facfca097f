use std::sync::Arc;

use serde_json::Value;
use steer_tools::{AnswerSchema, ToolSchema};

use crate::message::Text;
use crate::model::{Capability, ModelConfig};
use crate::request::{CompletionRequest, ResponseFormat, Tool, ToolChoice};

/// `AnswerStrategy` is how a model is brought to answer in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerStrategy {
    /// The vendor holds the model to the schema.
    Native,
    /// The model must call a tool whose arguments are the answer.
    Tool,
    /// The model is told.
    Prompt,
}

impl AnswerStrategy {
    /// Those that the model may take, the best one first. Where no catalog lists the model, nothing is held back.
    pub(super) fn of(model: &ModelConfig) -> Vec<Self> {
        let can = |capability| model.supports(capability).unwrap_or(true);
        let all = [
            (Self::Native, can(Capability::StructuredOutput)),
            (Self::Tool, can(Capability::Tools)),
            (Self::Prompt, true),
        ];
        all.into_iter().filter_map(|(strategy, can)| can.then_some(strategy)).collect()
    }
}

/// What a strategy changed in a request, to change it back.
pub(super) struct Asked {
    pub(super) strategy: AnswerStrategy,
    format: Option<ResponseFormat>,
    choice: Option<ToolChoice>,
}

impl Asked {
    /// Asks a request's model for an answer in the schema.
    pub(super) fn of(
        request: &mut Arc<CompletionRequest>,
        strategy: AnswerStrategy,
        schema: &AnswerSchema,
    ) -> Self {
        let request = Arc::make_mut(request);
        let asked =
            Self { strategy, format: request.response_format.clone(), choice: request.tool_choice.clone() };
        match strategy {
            AnswerStrategy::Native => {
                request.response_format = Some(ResponseFormat::JsonSchema {
                    name: schema.name.clone(),
                    description: schema.description.clone(),
                    schema: schema.schema.as_value().clone(),
                    strict: Some(true),
                });
            }
            AnswerStrategy::Tool => {
                request.response_format = None;
                let described = schema.description.as_deref().unwrap_or_default();
                let described = format!("Gives the answer; call it once, with the whole answer. {described}");
                let tool = ToolSchema::new(tool_name(schema), schema.schema.clone());
                request.tools.push(Tool::from(tool.description(described.trim_end())));
                request.tool_choice = Some(ToolChoice::Tool(tool_name(schema)));
            }
            AnswerStrategy::Prompt => {
                request.response_format = None;
                request.system.prompt.push(Text::new(told(schema.schema.as_value())));
            }
        }
        asked
    }

    /// Makes the request what it was, but for its messages.
    pub(super) fn undo(self, request: &mut Arc<CompletionRequest>) {
        let request = Arc::make_mut(request);
        match self.strategy {
            AnswerStrategy::Native => {}
            AnswerStrategy::Tool => drop(request.tools.pop()),
            AnswerStrategy::Prompt => drop(request.system.prompt.pop()),
        }
        request.response_format = self.format;
        request.tool_choice = self.choice;
    }
}

/// The name of the tool that takes the answer.
pub(super) fn tool_name(schema: &AnswerSchema) -> String {
    // No tool of the program's is likely to be called so, whatever the type.
    format!("answer_{}", schema.name).chars().take(64).collect()
}

fn told(schema: &Value) -> String {
    format!(
        "Answer with one JSON object and nothing else: no other text, and no fence around it. It must be valid against this \
         JSON Schema:\n{schema}"
    )
}
