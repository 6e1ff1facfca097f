use crate::protocol::{Call, Ledger};

/// The most tokens of an answer that a request or a catalog asks for, which are never more than the model has: a limit
/// above the model's is lowered to it, and told.
pub fn output_limit(call: &Call, ledger: &mut Ledger) -> Option<u32> {
    let asked = call.parameters.max_output_tokens?;
    let most = call.model.max_output_tokens.unwrap_or(u32::MAX);
    if asked > most {
        ledger.adjusted("max_output_tokens", format!("{asked} was lowered to {most}, the most of the model"));
    }
    Some(asked.min(most))
}

#[cfg(test)]
mod tests {
    use super::output_limit;
    use crate::protocol::Ledger;
    use crate::{Call, CompletionRequest, ModelConfig, ModelId};

    #[test]
    fn a_limit_above_the_models_is_lowered_and_told() {
        for (asked, most, sent, told) in [
            (None, Some(100), None, 0),
            (Some(7), None, Some(7), 0),
            (Some(100), Some(100), Some(100), 0),
            (Some(101), Some(100), Some(100), 1),
        ] {
            let mut model = ModelConfig::unlisted(ModelId::new("acme", "m"));
            model.max_output_tokens = most;
            let mut request = CompletionRequest::new("m");
            request.parameters.max_output_tokens = asked;
            let mut ledger = Ledger::default();
            assert_eq!(output_limit(&Call::new(request, model), &mut ledger), sent);
            assert_eq!(ledger.into_warnings().len(), told, "{asked:?} of {most:?}");
        }
    }
}
