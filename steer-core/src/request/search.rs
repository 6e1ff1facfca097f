use serde::{Deserialize, Serialize};

/// `WebSearch` is how a model searches the web, where that is a setting of the request and no tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WebSearch {
    /// How much of what is found the model reads, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_size: Option<String>,
    /// Where the user is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<UserLocation>,
}

/// `UserLocation` is about where the user is, each in the vendor's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserLocation {
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country, mostly as its code of two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The region, such as a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The time zone, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

impl WebSearch {
    /// Searches as the vendor likes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how much of what is found the model reads, in the vendor's word.
    #[must_use]
    pub fn context_size(mut self, size: impl Into<String>) -> Self {
        self.context_size = Some(size.into());
        self
    }

    /// Says where the user is.
    #[must_use]
    pub fn location(mut self, location: UserLocation) -> Self {
        self.location = Some(location);
        self
    }
}
