//! What an answer took, in one line.

use std::time::Duration;

use steer::{CompletionResponse, Cost};

use super::sanitise::one_line;

/// The line `model · 12 in / 34 out tokens · 1.2 s · $0.0012`; what is not known is left out.
pub(crate) fn line(response: &CompletionResponse, took: Duration) -> String {
    let mut facts = Vec::new();
    facts.extend(response.model.as_deref().map(one_line));
    if let Some(usage) = &response.usage {
        let count = |tokens: Option<u64>| tokens.map_or_else(|| "?".to_owned(), |tokens| tokens.to_string());
        facts.push(format!("{} in / {} out tokens", count(usage.input_tokens), count(usage.output_tokens)));
    }
    facts.push(format!("{:.1} s", took.as_secs_f64()));
    facts.extend(response.cost().map(dollars));
    facts.join(" · ")
}

/// An amount for people: four decimal places, and never a cost that looks like none.
fn dollars(amount: &Cost) -> String {
    let value: f64 = amount.to_string().parse().unwrap_or(f64::NAN);
    if value > 0.0 && value < 0.0001 { "<$0.0001".to_owned() } else { format!("${value:.4}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use steer::{CompletionResponse, Cost, TokenUsage};

    use super::line;

    #[test]
    fn the_line_tells_model_tokens_time_and_cost() {
        let mut usage = TokenUsage::default();
        (usage.input_tokens, usage.output_tokens) = (Some(12), Some(34));
        let mut response = CompletionResponse::default();
        response.model = Some("m\u{1b}[31m".into());
        response.usage = Some(usage);
        response.cost = Some(Cost::new("0.00123".parse().unwrap()));
        let took = Duration::from_millis(1234);
        assert_eq!(line(&response, took), "m · 12 in / 34 out tokens · 1.2 s · $0.0012");
        response.cost = Some(Cost::new("0.000001".parse().unwrap()));
        assert!(line(&response, took).ends_with("<$0.0001"));
        assert_eq!(line(&CompletionResponse::default(), took), "1.2 s");
    }
}
