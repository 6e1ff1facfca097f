use serde::{Deserialize, Serialize};

/// `Speech` is how an answer that is spoken sounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Speech {
    /// The voice, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// The format of the sound, in the vendor's word, such as `mp3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

impl Speech {
    /// Speaks with a voice.
    pub fn voice(voice: impl Into<String>) -> Self {
        Self { voice: Some(voice.into()), format: None }
    }

    /// Sets the format of the sound.
    #[must_use]
    pub fn format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }
}
