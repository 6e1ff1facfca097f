use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::JsonText;

/// `Event` is what every event is read into first: enough to tell what it is, and all there is of a text delta, which
/// nearly every event of a stream is. <https://docs.claude.com/en/docs/build-with-claude/streaming>
#[derive(Debug, Deserialize)]
pub(crate) struct Event<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(crate) kind: JsonText<'a>,
    #[serde(default)]
    pub(crate) index: u32,
    #[serde(borrow, default)]
    pub(crate) delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    pub(crate) message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) content_block: Option<&'a RawValue>,
}

/// `Delta` is what an event adds to a block. Of each kind one member is set.
#[derive(Debug, Deserialize)]
pub(crate) struct Delta<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(crate) kind: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) text: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) thinking: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) partial_json: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) signature: JsonText<'a>,
}
