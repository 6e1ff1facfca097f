use std::sync::{Arc, Mutex};

use steer::request::FunctionTool;
use steer::tools::{FatalToolError, ToolFuture, ToolRunner};
use steer::{InputSchema, Tool, ToolCall, ToolResult, ToolSchema};

use crate::support::{calls, model, request, says, tools};

fn schema(name: &str) -> ToolSchema {
    ToolSchema::new(name, InputSchema::empty())
}

fn names(tools: &[Tool]) -> Vec<&str> {
    let name = |tool| match tool {
        &Tool::Function(FunctionTool { ref schema, .. }) => schema.name.as_str(),
        other => panic!("{other:?}"),
    };
    tools.iter().map(name).collect()
}

/// Each call takes the next list.
struct Changing(Mutex<Vec<Arc<[ToolSchema]>>>);

impl ToolRunner for Changing {
    fn schemas(&self) -> Arc<[ToolSchema]> {
        Arc::clone(self.0.lock().unwrap().last().unwrap())
    }

    fn run(&self, call: ToolCall) -> ToolFuture<'_, Result<ToolResult, FatalToolError>> {
        self.0.lock().unwrap().pop();
        // A runner that gets the id wrong.
        Box::pin(async move { Ok(ToolResult::text("", call.name)) })
    }
}

#[tokio::test]
async fn each_step_offers_the_tools_that_there_are_and_the_requests_own_stay() {
    let lists = [&["kept", "new"][..], &["kept", "old"]];
    let lists = lists.iter().map(|names| names.iter().map(|name| schema(name)).collect()).collect();
    let (client, model) = model([calls([("a", "old", "")]), says("done")]);
    let request = request().tool(schema("kept").description("the request's own")).tool(schema("mine"));
    client.run_tools(request, Changing(Mutex::new(lists))).await.unwrap();
    let asked = model.asked();
    assert_eq!(names(&asked[0].request.tools), ["kept", "mine", "old"]);
    assert_eq!(names(&asked[1].request.tools), ["kept", "mine", "new"]);
    let Tool::Function(kept) = &asked[1].request.tools[0] else { panic!() };
    assert_eq!(kept.schema.description.as_deref(), Some("the request's own"));
    let steer::Part::ToolResult(part) = &asked[1].request.messages[2].parts[0] else { panic!() };
    assert_eq!((part.result.call_id.as_str(), part.result.name.as_deref()), ("a", Some("old")));
}

#[tokio::test]
async fn a_name_that_no_tool_has_is_answered_with_the_names() {
    let (client, model) = model([calls([("a", "sleep", "")]), says("done")]);
    client.run_tools(request(), tools()).await.unwrap();
    let told = &crate::support::results(&model.asked()[1].request.messages[2])[0].1;
    assert_eq!(told, "there is no tool `sleep`; there are `nap`, `fails`, `ends`");
}
