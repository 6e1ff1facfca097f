/// `Defect` is a mistake put in front of the client on purpose: a matrix that stays green with one shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Defect {
    /// An early end is taken for the end.
    TruncationUnchecked,
    /// One chunk is told twice.
    ChunkDoubled,
    /// The last chunk is not told.
    LastDropped,
    /// The request is sent again although content was told.
    SecondRequest,
    /// A stream may be silent for as long as it likes.
    IdleIgnored,
}
