//! The events of a stream, as far as they must be told apart before they are read:
//! <https://platform.openai.com/docs/api-reference/responses-streaming>.

/// `Event` is what an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// The server has begun, or is at work.
    Started,
    /// The answer is over, with what the event's own name says of how.
    Ended(&'static str),
    /// The answer failed.
    Failed,
    /// Something else failed.
    Error,
    /// An item begins; it is whole.
    ItemAdded,
    ItemDone,
    /// A content of a message begins; it is whole.
    ContentAdded,
    ContentDone,
    /// More of a content.
    Delta(Target),
    /// The whole of it, in the member of this name.
    Done(Target, &'static str),
    Annotation,
    /// An early picture of an image.
    Picture,
    /// The state of a tool that the vendor runs.
    Status(&'a str),
    /// What this says is told again by the item when it is whole.
    Alive,
    Unknown,
}

/// `Target` is what a delta adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Text,
    Refusal,
    /// A summary of the thinking.
    Summary,
    /// The thinking itself.
    Thought,
    /// The arguments of a call of one of the program's functions.
    Arguments,
    /// The input of a call of one of the program's free-text tools.
    FreeText,
    /// What a tool of the vendor's is given.
    VendorInput,
}

impl<'a> Event<'a> {
    /// What an event of this name is about.
    pub(crate) fn of(name: &'a str) -> Self {
        match name.strip_prefix("response.").unwrap_or(name) {
            "output_text.delta" => Self::Delta(Target::Text),
            "output_text.done" => Self::Done(Target::Text, "text"),
            "refusal.delta" => Self::Delta(Target::Refusal),
            "refusal.done" => Self::Done(Target::Refusal, "refusal"),
            // The shorter names are those of earlier versions and of other servers.
            "reasoning_summary_text.delta" | "reasoning_summary.delta" => Self::Delta(Target::Summary),
            "reasoning_summary_text.done" | "reasoning_summary.done" => Self::Done(Target::Summary, "text"),
            "reasoning_text.delta" | "reasoning.delta" => Self::Delta(Target::Thought),
            "reasoning_text.done" | "reasoning.done" => Self::Done(Target::Thought, "text"),
            "function_call_arguments.delta" => Self::Delta(Target::Arguments),
            "function_call_arguments.done" => Self::Done(Target::Arguments, "arguments"),
            "custom_tool_call_input.delta" => Self::Delta(Target::FreeText),
            "custom_tool_call_input.done" => Self::Done(Target::FreeText, "input"),
            "mcp_call_arguments.delta" => Self::Delta(Target::VendorInput),
            "mcp_call_arguments.done" => Self::Done(Target::VendorInput, "arguments"),
            "code_interpreter_call_code.delta" => Self::Delta(Target::VendorInput),
            "code_interpreter_call_code.done" => Self::Done(Target::VendorInput, "code"),
            "output_item.added" => Self::ItemAdded,
            "output_item.done" => Self::ItemDone,
            "content_part.added" => Self::ContentAdded,
            "content_part.done" => Self::ContentDone,
            "output_text.annotation.added" => Self::Annotation,
            "image_generation_call.partial_image" => Self::Picture,
            "created" | "in_progress" | "queued" => Self::Started,
            "completed" | "done" => Self::Ended("completed"),
            "incomplete" => Self::Ended("incomplete"),
            "cancelled" => Self::Ended("cancelled"),
            "failed" => Self::Failed,
            "error" => Self::Error,
            "reasoning_summary_part.added" | "reasoning_summary_part.done" => Self::Alive,
            "keepalive" | "ping" | "heartbeat" | "compaction.compacting" => Self::Alive,
            rest => Self::of_tool(name, rest),
        }
    }

    fn of_tool(name: &str, rest: &'a str) -> Self {
        if !name.starts_with("response.") {
            return Self::Unknown;
        }
        match rest.rsplit_once('.') {
            Some((tool, "delta" | "added" | "done")) if tool.contains("_call_") => Self::Alive,
            Some((tool, status)) if tool.ends_with("_call") || tool == "mcp_list_tools" => {
                Self::Status(status)
            }
            _ => Self::Unknown,
        }
    }
}

impl Target {
    /// The member that counts the contents of an item, or the sections of its thinking.
    pub(crate) fn place(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Refusal | Self::Thought => Some("content_index"),
            Self::Summary => Some("summary_index"),
            _ => None,
        }
    }
}
