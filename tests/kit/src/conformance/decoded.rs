use serde_json::to_string;
use steer_core::{ApiError, CompletionResponse, StreamChunk};

use super::{Report, ensure};

/// `Decoded` is all that a stream gave.
#[derive(Debug)]
pub struct Decoded {
    /// The chunks before the terminal item.
    pub chunks: Vec<StreamChunk>,
    /// The terminal item.
    pub result: Result<CompletionResponse, ApiError>,
    /// How many items came after it; any is a fault.
    pub trailing: usize,
}

impl Decoded {
    /// Says how another reading of the same answer differs.
    ///
    /// # Errors
    /// It differs, or one of them had items after its end.
    pub fn same_as(&self, other: &Self) -> Report {
        for (place, (one, two)) in self.chunks.iter().zip(&other.chunks).enumerate() {
            ensure(one == two, || {
                format!(
                    "chunk {place} is {}\n  and should be {}",
                    shown(to_string(one)),
                    shown(to_string(two))
                )
            })?;
        }
        let (one, two) = (self.chunks.len(), other.chunks.len());
        ensure(one == two, || format!("there are {one} chunks, and should be {two}"))?;
        self.ends_as(other)
    }

    /// Says how the end of another reading differs: the whole answer, or the error and what came before it.
    ///
    /// # Errors
    /// It differs, or one of them had items after its end.
    pub fn ends_as(&self, other: &Self) -> Report {
        ensure(self.trailing == 0 && other.trailing == 0, || "items came after the terminal one".to_owned())?;
        match (&self.result, &other.result) {
            (Ok(one), Ok(two)) => same_response(one, two),
            (Err(one), Err(two)) => {
                let said = |error: &ApiError| {
                    (error.kind(), error.message().to_owned(), error.code().map(str::to_owned))
                };
                ensure(said(one) == said(two), || format!("the error is `{one}`, and should be `{two}`"))?;
                match (one.partial(), two.partial()) {
                    (Some(one), Some(two)) => same_response(one, two),
                    (one, two) => {
                        ensure(one.is_some() == two.is_some(), || "one has a partial answer".to_owned())
                    }
                }
            }
            (Ok(_), Err(error)) => Err(format!("it succeeds, and should fail with `{error}`")),
            (Err(error), Ok(_)) => Err(format!("it fails with `{error}`, and should succeed")),
        }
    }
}

pub(super) fn same_response(one: &CompletionResponse, two: &CompletionResponse) -> Report {
    ensure(one == two, || {
        format!("the answer is {}\n  and should be {}", shown(to_string(one)), shown(to_string(two)))
    })
}

/// A value as JSON, since `Debug` hides the content.
fn shown(json: Result<String, serde_json::Error>) -> String {
    json.unwrap_or_default()
}
