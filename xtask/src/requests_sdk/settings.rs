//! One question with every setting and tool.

use serde_json::json;
use steer::message::CachePoint;
use steer::model::ThinkingDisplay;
use steer::request::{CustomTool, FunctionTool, UserLocation, WebSearch};
use steer::{
    CompletionRequest, Effort, InputSchema, ResponseFormat, SystemContext, ThinkingConfig, Tool, ToolChoice,
    ToolSchema,
};

/// The question with one thing set, by a name.
pub(super) fn all(question: &CompletionRequest) -> Vec<(String, CompletionRequest)> {
    let mut all = Vec::new();
    let mut add = |name: &str, change: &dyn Fn(CompletionRequest) -> CompletionRequest| {
        all.push((name.to_owned(), change(question.clone())));
    };
    texts(&mut add);
    sampling(&mut add);
    thinking(&mut add);
    formats(&mut add);
    tools(&mut add);
    around(&mut add);
    rare(&mut add);
    all
}

type Add<'a> = &'a mut dyn FnMut(&str, &dyn Fn(CompletionRequest) -> CompletionRequest);

fn texts(add: Add<'_>) {
    add("a system prompt", &|request| request.system("Be brief."));
    add("system blocks", &|request| {
        request.system(SystemContext::new("Be brief.").block("Be kind.").environment("It is Monday."))
    });
    add("a cached system prompt", &|request| {
        request.system(SystemContext::new("Be brief.").cached(CachePoint::new()))
    });
    add("a cached prompt", &|request| request.cache(CachePoint::new()));
}

fn sampling(add: Add<'_>) {
    add("temperature", &|request| request.temperature(0.5));
    add("a temperature above one", &|request| request.temperature(1.5));
    add("top_p", &|mut request| {
        request.parameters.top_p = Some(0.9);
        request
    });
    add("top_k", &|mut request| {
        request.parameters.top_k = Some(40);
        request
    });
    add("penalties and seed", &|mut request| {
        let parameters = &mut request.parameters;
        (parameters.presence_penalty, parameters.frequency_penalty) = (Some(0.5), Some(-0.5));
        parameters.seed = Some(7);
        request
    });
    add("stop sequences", &|request| request.stop_sequence("END").stop_sequence("STOP"));
    add("no limit", &|mut request| {
        request.parameters.max_output_tokens = None;
        request
    });
    add("two answers", &|mut request| {
        request.candidates = Some(2);
        request
    });
}

fn thinking(add: Add<'_>) {
    for (name, config) in [
        ("no thinking", ThinkingConfig::Off),
        ("adaptive thinking", ThinkingConfig::Adaptive),
        ("a budget", ThinkingConfig::Budget(2048)),
        ("a budget above the limit", ThinkingConfig::Budget(5000)),
        ("minimal effort", ThinkingConfig::Effort(Effort::Minimal)),
        ("low effort", ThinkingConfig::Effort(Effort::Low)),
        ("medium effort", ThinkingConfig::Effort(Effort::Medium)),
        ("high effort", ThinkingConfig::Effort(Effort::High)),
        ("very high effort", ThinkingConfig::Effort(Effort::XHigh)),
    ] {
        add(name, &|request| request.thinking(config));
    }
    for (name, display) in [
        ("a summary of thinking", ThinkingDisplay::Summarized),
        ("thinking that is left out", ThinkingDisplay::Omitted),
    ] {
        add(name, &|request| {
            let mut request = request.thinking(ThinkingConfig::Adaptive);
            request.parameters.thinking_display = Some(display);
            request
        });
    }
}

fn formats(add: Add<'_>) {
    let schema = || {
        json!({"type": "object", "properties": {"city": {"type": "string", "minLength": 1}, "days": {"type": "integer"}},
            "required": ["city"]})
    };
    add("text", &|request| request.response_format(ResponseFormat::Text));
    add("a JSON object", &|request| request.response_format(ResponseFormat::JsonObject));
    add("a schema", &|request| request.response_format(ResponseFormat::json_schema("place", schema())));
    add("a strict schema", &|request| {
        let mut format = ResponseFormat::json_schema("a place", schema());
        if let ResponseFormat::JsonSchema { strict, description, .. } = &mut format {
            (*strict, *description) = (Some(true), Some("Where it is.".to_owned()));
        }
        request.response_format(format)
    });
}

fn tool(name: &str) -> ToolSchema {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo", "Rome"]},
        "days": {"type": "integer", "minimum": 1}}, "required": ["city"]});
    ToolSchema::new(name, InputSchema::from_json(schema).unwrap_or_default()).description("The weather.")
}

fn tools(add: Add<'_>) {
    let with = |request: CompletionRequest| request.tool(tool("weather")).tool(tool("fs.read"));
    add("tools", &with);
    add("a tool without input", &|request| request.tool(ToolSchema::new("now", InputSchema::empty())));
    add("a strict tool", &|request| request.tool(tool("weather").strict(true)));
    add("a tool that need not be strict", &|request| request.tool(tool("weather").strict(false)));
    add("a tool with examples", &|request| {
        request.tool(tool("weather").input_example(json!({"city": "Oslo"})))
    });
    add("a tool to search for", &|request| {
        let mut deferred = FunctionTool::new(tool("weather"));
        deferred.deferred = true;
        request.tool(deferred).tool(tool("look"))
    });
    add("a cached tool", &|request| {
        let mut cached = FunctionTool::new(tool("weather"));
        cached.cache = Some(CachePoint::new());
        request.tool(cached)
    });
    add("a tool of free text", &|request| {
        let mut custom = CustomTool::new("run");
        custom.description = Some("Runs a command.".to_owned());
        request.tool(Tool::Custom(custom)).tool(tool("weather"))
    });
    let allowed = |required| ToolChoice::Allowed { tools: vec!["weather".to_owned()], required };
    for (name, choice) in [
        ("any choice", ToolChoice::Auto),
        ("no call", ToolChoice::None),
        ("some call", ToolChoice::Required),
        ("one tool", ToolChoice::Tool("fs.read".to_owned())),
        ("allowed tools", allowed(false)),
        ("one of the allowed tools", allowed(true)),
    ] {
        add(name, &|request| with(request).tool_choice(choice.clone()));
        add(&format!("{name}, one at a time"), &|request| {
            with(request).tool_choice(choice.clone()).parallel_tool_calls(false)
        });
    }
    add("several calls at once", &|request| with(request).parallel_tool_calls(true));
}

fn around(add: Add<'_>) {
    add("a user", &|mut request| {
        request.user = Some("user-1".to_owned());
        request
    });
    add("labels", &|mut request| {
        request.metadata.insert("team".to_owned(), "sky".to_owned());
        request
    });
    add("a service tier", &|mut request| {
        request.service_tier = Some("auto".to_owned());
        request
    });
    add("a wordy answer", &|mut request| {
        request.verbosity = Some("high".to_owned());
        request
    });
    add("modalities", &|mut request| {
        request.modalities = vec!["text".to_owned()];
        request
    });
    add("a cache key", &|mut request| {
        request.cache_key = Some("sky".to_owned());
        request
    });
    add("kept by the vendor", &|mut request| {
        request.state.store = Some(true);
        request
    });
    add("a container", &|mut request| {
        request.state.container = Some("container-1".to_owned());
        request
    });
}

/// What few APIs have.
fn rare(add: Add<'_>) {
    add("likelier tokens", &|mut request| {
        request.parameters.logit_bias.insert("42".to_owned(), -3.0);
        request
    });
    add("a predicted answer", &|mut request| {
        request.prediction = Some("It rains.".to_owned());
        request
    });
    add("a search of the web", &|mut request| {
        let mut place = UserLocation::default();
        (place.city, place.country) = (Some("Oslo".to_owned()), Some("NO".to_owned()));
        request.web_search = Some(WebSearch::new().context_size("low").location(place));
        request
    });
    add("earlier thinking of this turn alone", &|mut request| {
        request.parameters.thinking_context = Some("current_turn".to_owned());
        request
    });
    add("in the background", &|mut request| {
        request.state.background = Some(true);
        request.state.truncation = Some("auto".to_owned());
        request.state.include.push("web_search_call.action.sources".to_owned());
        request
    });
    add("fast, and in one place", &|mut request| {
        (request.speed, request.region) = (Some("fast".to_owned()), Some("us".to_owned()));
        request
    });
    add("inputs as they are made", &|request| {
        let mut eager = FunctionTool::new(tool("weather"));
        eager.eager_input = Some(true);
        request.tool(eager)
    });
    add("what the filters let through", &|mut request| {
        let threshold = "BLOCK_ONLY_HIGH".to_owned();
        request.safety.insert("HARM_CATEGORY_HARASSMENT".to_owned(), threshold);
        request
    });
}
