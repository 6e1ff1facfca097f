use steer_core::encode::output_limit;
use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call};

use super::invalid;
use super::thinking::{Thinking, ThinkingType};

/// What is asked for where neither the request nor a catalog says.
const DEFAULT: u32 = 4096;
/// The least that the API takes as a budget.
pub(super) const MIN_BUDGET: u32 = 1024;

/// Finds `max_tokens`, which the API requires and counts thinking into:
/// <https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size>.
pub(super) fn max_tokens(call: &Call, thinking: &mut Thinking, ledger: &mut Ledger) -> Result<u32, ApiError> {
    let most = call.model.max_output_tokens;
    let given = output_limit(call, ledger).or(most);
    if given.is_none() {
        ledger.adjusted(
            "max_output_tokens",
            format!("the API requires it and no catalog says it for the model; {DEFAULT} was set"),
        );
    }
    let asked = given.unwrap_or(DEFAULT);
    let Some(ThinkingType::Enabled { budget, is_exact }) = &mut thinking.kind else { return Ok(asked) };
    if asked > *budget {
        return Ok(asked);
    }
    // A budget that only stands for an effort leaves half of the answer to the words.
    if !*is_exact && asked / 2 >= MIN_BUDGET {
        *budget = asked / 2;
        ledger.adjusted("thinking", format!("the budget was set to {budget}, below max_output_tokens"));
        return Ok(asked);
    }
    let raised = budget.saturating_add(asked).min(most.unwrap_or(u32::MAX));
    if raised <= *budget {
        return Err(invalid(format!(
            "the thinking budget of {budget} tokens leaves nothing of the model's {raised} output tokens for the \
             answer; lower the budget"
        )));
    }
    ledger.adjusted(
        "max_output_tokens",
        format!("it includes the thinking budget of {budget} and was raised from {asked} to {raised}"),
    );
    Ok(raised)
}
