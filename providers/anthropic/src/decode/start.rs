use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::stream::MessageStart;
use steer_core::{ChunkSink, StreamChunk};

/// Takes id and model out of a message, and reports them; the rest stays.
pub(super) fn take_start(members: &mut Record<'_>, out: &mut ChunkSink) {
    let mut start = MessageStart::default();
    start.response_id = members.text("id").filter(|id| !id.is_empty());
    start.model = members.text("model").filter(|model| !model.is_empty());
    out.push(StreamChunk::MessageStart(Box::new(start)));
    // These say nothing that is not known.
    let _ = (members.take_json("type"), members.take_json("role"));
}

/// Takes the content of a message: its blocks, unread.
pub(super) fn take_content<'a>(
    members: &mut Record<'a>,
) -> Option<Result<Vec<&'a RawValue>, serde_json::Error>> {
    members.take_json("content").map(|json| serde_json::from_str(json.get()))
}
