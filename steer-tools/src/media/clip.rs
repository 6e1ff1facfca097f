//! A part of a video.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The part of a video to look at, and how closely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoClip {
    /// Where to start, from the beginning of the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
    /// Where to end, from the beginning of the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Duration>,
    /// Frames per second to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fps: Option<f64>,
}

impl VideoClip {
    /// The whole video at the target's own frame rate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets where to start.
    pub fn start(mut self, start: Duration) -> Self {
        self.start = Some(start);
        self
    }

    /// Sets where to end.
    pub fn end(mut self, end: Duration) -> Self {
        self.end = Some(end);
        self
    }

    /// Sets the frames per second to look at.
    pub fn fps(mut self, fps: f64) -> Self {
        self.fps = Some(fps);
        self
    }
}
