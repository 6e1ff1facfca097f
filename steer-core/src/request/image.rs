use serde::{Deserialize, Serialize};

/// `ImageFormat` is the form of the images that a model makes, in the vendor's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ImageFormat {
    /// Width to height, such as `16:9`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// How large, such as `2K`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

impl ImageFormat {
    /// Images of this width to height, such as `16:9`.
    pub fn aspect_ratio(ratio: impl Into<String>) -> Self {
        Self { aspect_ratio: Some(ratio.into()), size: None }
    }

    /// Sets how large they are, such as `2K`.
    #[must_use]
    pub fn size(mut self, size: impl Into<String>) -> Self {
        self.size = Some(size.into());
        self
    }
}
