//! Tools of async functions: what the model is told, what it may get wrong, and how calls run together.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::arithmetic_side_effects)]

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use steer_tools::{
    FatalToolError, InputSchema, Json, Media, NoArguments, Tool, ToolBox, ToolBoxError, ToolCall, ToolError,
    ToolFuture, ToolOutcome, ToolResult, ToolResultContent, ToolRunner, ToolSchema,
};
use tokio_util::sync::CancellationToken;

/// The weather in some cities.
#[derive(Deserialize, JsonSchema)]
struct Weather {
    cities: Vec<City>,
}

#[derive(Deserialize, JsonSchema)]
struct City {
    name: String,
}

fn weather() -> Tool {
    Tool::new("weather", async |arguments: Weather| {
        let names: Vec<_> = arguments.cities.iter().map(|city| city.name.as_str()).collect();
        Ok(format!("{}: 4 °C", names.join(", ")))
    })
    .unwrap()
}

fn call(name: &str, arguments: &str) -> ToolCall {
    ToolCall::new("call_1", name, arguments)
}

fn text(result: &ToolResult) -> String {
    result.content[0].to_text().unwrap()
}

async fn run(tools: &ToolBox, call: ToolCall) -> ToolResult {
    tools.run(call).await.unwrap()
}

#[tokio::test]
async fn a_function_of_a_type_is_a_tool_and_its_result_names_the_call_and_the_tool() {
    let tools = ToolBox::new([weather()]).unwrap();
    let schema = &tools.schemas()[0];
    assert_eq!(
        (schema.name.as_str(), schema.description.as_deref()),
        ("weather", Some("The weather in some cities."))
    );
    assert_eq!(schema.input_schema.as_value()["required"], json!(["cities"]));
    let result = run(&tools, call("weather", r#"{"cities":[{"name":"Oslo"}]}"#)).await;
    assert_eq!(result, ToolResult::text("call_1", "Oslo: 4 °C").for_tool("weather"));
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_answered_with_their_place_and_the_function_does_not_run() {
    let tools = ToolBox::new([weather()]).unwrap();
    let result = run(&tools, call("weather", r#"{"cities":[{"name":"Oslo"},{"name":5}]}"#)).await;
    assert_eq!(result.outcome, ToolOutcome::Error);
    let told = text(&result);
    assert!(told.contains("at `cities[1].name`: invalid type: integer `5`, expected a string"), "{told}");
    let told = text(&run(&tools, call("weather", r#"{"cities":[}"#)).await);
    assert!(told.contains("not valid JSON") && told.contains("line 1"), "{told}");
    let told = text(&run(&tools, call("weather", "{").incomplete()).await);
    assert!(told.contains("cut off"), "{told}");
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_names_that_there_are() {
    let none = Tool::new("now", async |_: NoArguments| Ok("noon")).unwrap();
    let tools = ToolBox::new([weather(), none]).unwrap();
    let result = run(&tools, call("wether", "{}")).await;
    assert_eq!(
        (result.outcome, text(&result).as_str()),
        (ToolOutcome::Error, "there is no tool `wether`; there are `weather`, `now`")
    );
    assert_eq!(text(&run(&tools, call("now", "")).await), "noon");
}

#[tokio::test]
async fn a_tool_may_return_text_json_media_parts_or_nothing() {
    let schema = |name: &str| ToolSchema::new(name, InputSchema::empty());
    let tools = ToolBox::new([
        Tool::of_schema(schema("json"), async |_: NoArguments, _| Ok(Json(vec![1, 2]))),
        Tool::of_schema(schema("value"), async |given: Value, _| Ok(given)),
        Tool::of_schema(schema("media"), async |_: NoArguments, _| {
            Ok(Media::image_url("https://a.example/a.png"))
        }),
        Tool::of_schema(schema("nothing"), async |_: NoArguments, _| Ok(())),
        Tool::of_calls(schema("raw"), async |call, _| {
            Ok(steer_tools::ToolOutput::default().part(ToolResultContent::text(call.raw())))
        }),
    ])
    .unwrap();
    assert_eq!(run(&tools, call("json", "{}")).await.content, [ToolResultContent::json(json!([1, 2]))]);
    assert_eq!(
        run(&tools, call("value", r#"{"a":1}"#)).await.content,
        [ToolResultContent::json(json!({"a": 1}))]
    );
    assert!(matches!(run(&tools, call("media", "{}")).await.content[..], [ToolResultContent::Media(_)]));
    assert_eq!(run(&tools, call("nothing", "{}")).await.content, []);
    assert_eq!(text(&run(&tools, ToolCall::free_text("c", "raw", "not JSON")).await), "not JSON");
}

#[tokio::test]
async fn an_error_is_a_result_for_the_model_and_a_fatal_one_ends_the_run() {
    #[derive(Debug, thiserror::Error)]
    #[error("the forecast is not there")]
    struct Outer(#[source] io::Error);

    let tools = ToolBox::new([
        Tool::new("fails", async |_: NoArguments| -> Result<(), ToolError> {
            Err(Outer(io::Error::other("disk on fire")))?
        })
        .unwrap(),
        Tool::new("denies", async |_: NoArguments| -> Result<(), _> { Err(ToolError::denied("not today")) })
            .unwrap(),
        Tool::new("ends", async |_: NoArguments| -> Result<(), _> { Err(ToolError::fatal("secret cause")) })
            .unwrap(),
    ])
    .unwrap();
    let failed = run(&tools, call("fails", "")).await;
    assert_eq!(
        (failed.outcome, text(&failed).as_str()),
        (ToolOutcome::Error, "the forecast is not there: disk on fire")
    );
    assert_eq!(
        run(&tools, call("denies", "")).await,
        ToolResult::denied("call_1", "not today").for_tool("denies")
    );
    let error: FatalToolError = tools.run(call("ends", "")).await.unwrap_err();
    assert_eq!((error.tool.as_str(), error.source.to_string().as_str()), ("ends", "secret cause"));
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn a_panic_stays_in_its_call_wherever_it_happens() {
    fn panics(_: NoArguments) -> std::future::Ready<Result<(), ToolError>> {
        panic!("private words")
    }
    let schema = ToolSchema::new("within", InputSchema::empty());
    let within = Tool::of_schema(schema, async |arguments: Value, _| -> Result<(), ToolError> {
        panic!("private {arguments}")
    });
    let tools = ToolBox::new([Tool::new("before", panics).unwrap(), within, weather()]).unwrap();
    for name in ["before", "within"] {
        let result = run(&tools, call(name, "{}")).await;
        assert_eq!(
            (result.outcome, text(&result)),
            (ToolOutcome::Error, format!("the tool `{name}` failed unexpectedly"))
        );
    }
    assert!(!run(&tools, call("weather", r#"{"cities":[]}"#)).await.is_error(), "the box goes on");
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_tools_limit_or_the_boxs_and_the_tools_own_tasks_learn_of_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let slow = |name: &str| {
        let seen = Arc::clone(&seen);
        Tool::with_context(name, move |_: NoArguments, context| {
            seen.lock().unwrap().push(context.cancel.clone());
            async move {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok("slow")
            }
        })
        .unwrap()
    };
    let tools = ToolBox::builder()
        .tool(slow("boxed"))
        .tool(slow("own").timeout(Duration::from_secs(2)))
        .tool(slow("patient").no_timeout())
        .timeout(Duration::from_secs(9))
        .build()
        .unwrap();
    for (name, seconds, told) in [
        ("boxed", 9, "the tool `boxed` gave no result within 9s"),
        ("own", 2, "the tool `own` gave no result within 2s"),
        ("patient", 60, "slow"),
    ] {
        let start = tokio::time::Instant::now();
        assert_eq!(text(&run(&tools, call(name, "{}")).await), told);
        assert_eq!(start.elapsed().as_secs(), seconds);
        assert!(seen.lock().unwrap().pop().unwrap().is_cancelled());
    }
}

#[derive(Deserialize, JsonSchema)]
struct Nap {
    seconds: u64,
}

#[tokio::test(start_paused = true)]
async fn calls_run_together_within_the_bound_and_their_results_come_in_the_calls_order() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let nap = {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        Tool::new("nap", move |nap: Nap| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(nap.seconds)).await;
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(nap.seconds.to_string())
            }
        })
        .unwrap()
    };
    let tools = ToolBox::builder().tool(nap).concurrency(NonZeroUsize::new(3).unwrap()).build().unwrap();
    let calls = [5, 1, 4, 2, 3].map(|seconds| call("nap", &format!("{{\"seconds\":{seconds}}}")));
    let results = tools.run_all(calls, &CancellationToken::new()).await.unwrap();
    assert_eq!(results.iter().map(text).collect::<Vec<_>>(), ["5", "1", "4", "2", "3"]);
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_token_drops_what_runs_and_keeps_what_has_ended() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let nap = {
        let seen = Arc::clone(&seen);
        Tool::with_context("nap", move |nap: Nap, context| {
            seen.lock().unwrap().push(context.cancel);
            async move {
                tokio::time::sleep(Duration::from_secs(nap.seconds)).await;
                Ok("rested")
            }
        })
        .unwrap()
    };
    let tools = ToolBox::new([nap]).unwrap();
    let cancel = CancellationToken::new();
    let calls = [1, 50].map(|seconds| call("nap", &format!("{{\"seconds\":{seconds}}}")));
    let start = tokio::time::Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        cancel.cancel();
    };
    let (results, ()) = tokio::join!(tools.run_all(calls, &cancel), later);
    let outcomes: Vec<_> = results.unwrap().iter().map(|result| result.outcome).collect();
    assert_eq!(outcomes, [ToolOutcome::Ok, ToolOutcome::Missing]);
    assert_eq!(start.elapsed().as_secs(), 3);
    assert!(seen.lock().unwrap().iter().all(CancellationToken::is_cancelled));
}

#[test]
fn a_name_that_comes_twice_and_a_type_that_is_no_object_are_told_when_the_box_is_made() {
    let error = ToolBox::new([weather(), weather()]).unwrap_err();
    assert_eq!(error, ToolBoxError::DuplicateName { name: "weather".to_owned() });
    let error = Tool::new("list", async |_: Vec<u8>| Ok(())).unwrap_err();
    assert!(matches!(error, ToolBoxError::Schema { ref tool, .. } if tool == "list"), "{error}");
}

/// Tools that come and go.
struct Changing(Mutex<Arc<[ToolSchema]>>);

impl ToolRunner for Changing {
    fn schemas(&self) -> Arc<[ToolSchema]> {
        Arc::clone(&self.0.lock().unwrap())
    }

    fn run(&self, call: ToolCall) -> ToolFuture<'_, Result<ToolResult, FatalToolError>> {
        Box::pin(async move { Ok(ToolResult::text(call.id, "from afar")) })
    }
}

#[tokio::test]
async fn the_tools_of_another_runner_may_change_and_are_there_as_they_are() {
    let list =
        |names: &[&str]| names.iter().map(|name| ToolSchema::new(*name, InputSchema::empty())).collect();
    let changing = Arc::new(Changing(Mutex::new(list(&["far"]))));
    let tools = ToolBox::builder().tool(weather()).runner(Arc::clone(&changing)).build().unwrap();
    assert!(Arc::ptr_eq(&tools.schemas(), &tools.schemas()), "nothing changed");
    assert_eq!(text(&run(&tools, call("far", "{}")).await), "from afar");
    *changing.0.lock().unwrap() = list(&["further", "weather"]);
    let names: Vec<_> = tools.schemas().iter().map(|schema| schema.name.clone()).collect();
    assert_eq!(names, ["weather", "further"]);
    assert!(run(&tools, call("far", "{}")).await.is_error());
    assert_eq!(
        text(&run(&tools, call("weather", r#"{"cities":[]}"#)).await),
        ": 4 °C",
        "who was there first answers"
    );
}
