use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::json::RawJson;
use crate::model::Origin;

/// `PartMeta` is what a part carries beside its content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PartMeta {
    /// The answer that the part came from; none for parts that a program made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Arc<Origin>>,
    /// The vendor's own JSON of the part, sent again as it is when the target is the part's origin.
    /// Set only where the typed fields are no more than a view of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<RawJson>,
    /// Members of the vendor's JSON that have no typed field, as one JSON object; sent again to the same origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<RawJson>,
    /// Asks the vendor to cache the prompt up to and including this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CachePoint>,
}

impl PartMeta {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the part came from this wire format and provider. Of a part that was read from a request body only the
    /// wire format is known, so the body's own format is its origin, whoever speaks it.
    pub fn is_from(&self, provider: &str, api: &str) -> bool {
        let is_provider =
            |origin: &Origin| origin.provider.as_str() == provider || origin.provider.as_str().is_empty();
        self.origin.as_ref().is_some_and(|origin| is_provider(origin) && &*origin.api == api)
    }
}

/// `CachePoint` marks where a cached prompt ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CachePoint {
    /// How long the vendor keeps the prompt; the vendor's default where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<CacheTtl>,
}

impl CachePoint {
    /// A point with the vendor's default lifetime.
    pub const fn new() -> Self {
        Self { ttl: None }
    }

    /// A point whose prompt lives this long.
    pub const fn lasting(ttl: CacheTtl) -> Self {
        Self { ttl: Some(ttl) }
    }
}

/// `CacheTtl` is how long a cached prompt lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CacheTtl {
    /// Five minutes.
    #[serde(rename = "5m")]
    FiveMinutes,
    /// One hour.
    #[serde(rename = "1h")]
    OneHour,
}
