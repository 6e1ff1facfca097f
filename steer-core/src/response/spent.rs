use super::CompletionResponse;
use crate::model::Cost;
use crate::usage::TokenUsage;

/// `Spent` is what several answers took together: their tokens, and their cost where that of each is known.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    has_answers: bool,
    usage: Option<TokenUsage>,
    cost: Option<Cost>,
}

impl Spent {
    /// Adds an answer.
    pub(crate) fn add(&mut self, response: &CompletionResponse) {
        let is_first = !std::mem::replace(&mut self.has_answers, true);
        self.cost = match (is_first, self.cost.take(), &response.cost) {
            (true, _, cost) => cost.clone(),
            (false, Some(sum), Some(cost)) => Some(sum.plus(cost)),
            _ => None,
        };
        if let Some(usage) = &response.usage {
            self.usage = Some(match self.usage.take() {
                Some(sum) => sum.plus(usage),
                None => usage.clone(),
            });
        }
    }

    /// Takes the sums.
    pub(crate) fn take(&mut self) -> (TokenUsage, Option<Cost>) {
        (self.usage.take().unwrap_or_default(), self.cost.take())
    }
}
