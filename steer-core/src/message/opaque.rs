use serde::{Deserialize, Serialize};

use super::PartMeta;
use crate::json::RawJson;
use crate::redact::redacted_debug;

/// `Opaque` is a part of a kind that has no type here, kept in its place and byte for byte.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Opaque {
    /// The wire format it belongs to.
    pub api: String,
    /// The vendor's word for its kind.
    pub kind: String,
    /// The vendor's JSON.
    pub json: RawJson,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Opaque { api, kind, meta; json });

impl Opaque {
    /// Keeps a vendor's JSON.
    pub fn new(api: impl Into<String>, kind: impl Into<String>, json: RawJson) -> Self {
        Self { api: api.into(), kind: kind.into(), json, meta: PartMeta::default() }
    }
}

/// `Compaction` stands for earlier turns that the vendor has summed up.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Compaction {
    /// The summary, where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The encrypted form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Compaction { meta; summary, encrypted });

/// `ModelHop` marks where another model took over within one answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModelHop {
    /// The model that stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The model that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why, in the vendor's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

/// `ContainerFile` puts a file that the vendor keeps into the container of its tools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContainerFile {
    /// The vendor's id of the file.
    pub file_id: String,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

impl ContainerFile {
    /// Names a file.
    pub fn new(file_id: impl Into<String>) -> Self {
        Self { file_id: file_id.into(), meta: PartMeta::default() }
    }
}
