use crate::framing::FramingLimits;

/// `Limits` bounds what one answer may make the program hold. Reaching one is a `LimitExceeded` error.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of an error body that are read; what follows is ignored. By default 64 KiB.
    pub error_body: usize,
    /// The most bytes of an answer's parts together. By default 64 MiB.
    pub answer: usize,
    /// What bounds lines, events and whole bodies.
    pub framing: FramingLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { error_body: 64 << 10, answer: 64 << 20, framing: FramingLimits::default() }
    }
}
