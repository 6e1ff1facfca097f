//! How much too long a prompt is, in the words that vendors say it with.

use serde::{Deserialize, Serialize};

/// `ContextOverflow` is how long a prompt was and how long it may be, in tokens, as far as the vendor says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextOverflow {
    /// What the model takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What the request asked for: its prompt, with room for the answer where the vendor counts it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<u64>,
}

/// What stands before the number that is the limit.
const LIMIT_BEFORE: [&str; 19] = [
    "context length is",
    "context length of",
    "context length (",
    "context length:",
    "context limit:",
    "context limit of",
    "context window of",
    "context size (",
    "context size of",
    "prompt length is",
    "token limit:",
    "limit of",
    "length of only",
    "supports up to",
    "tokens allowed",
    "tokens allowed (",
    "cannot exceed",
    "must be <=",
    "n_ctx:",
];

/// What stands behind it.
const LIMIT_BEHIND: [&str; 4] = [" maximum", " token context", "-token context", " token limit"];

/// What stands before the number that was asked for.
const ASKED_BEFORE: [&str; 18] = [
    "resulted in",
    "you requested about",
    "you requested",
    "requested:",
    "at least",
    "keep the first",
    "prompt tokens (",
    "token count is",
    "token count (",
    "token count of",
    "request contains",
    "request has",
    "request (",
    "prompt contains",
    "prompt is too long:",
    "received",
    "given:",
    "n_keep:",
];

impl ContextOverflow {
    /// Reads the numbers of a message; `None` where it has none that can be understood.
    pub(super) fn read(message: &str) -> Option<Self> {
        let message = message.to_ascii_lowercase();
        let numbers = Number::all(&message);
        let compared = compared(&message, &numbers);
        let before = |number: &&Number, phrases: &[&str]| {
            let text = message.get(..number.start).unwrap_or_default().trim_end_matches([' ', '`', '"']);
            phrases.iter().any(|phrase| text.ends_with(phrase))
        };
        let behind = |number: &&Number| {
            let text = message.get(number.end..).unwrap_or_default();
            LIMIT_BEHIND.iter().any(|phrase| text.starts_with(phrase))
        };
        let told = numbers.iter().find(|number| before(number, &LIMIT_BEFORE));
        let told = told.or_else(|| numbers.iter().find(behind)).map(|number| number.value);
        let limit = compared.map(|(_, limit)| limit).or(told);
        // A number that fits is another one, such as that of the prompt without the answer.
        let too_many = |asked: &u64| limit.is_none_or(|limit| *asked > limit);
        let asked = numbers.iter().filter(|number| before(number, &ASKED_BEFORE)).map(|number| number.value);
        let asked = compared.map(|(asked, _)| asked).into_iter().chain(asked).find(too_many);
        (limit.is_some() || asked.is_some()).then_some(Self { limit, asked })
    }
}

/// A number that stands alone, as opposed to one in a name.
struct Number {
    start: usize,
    end: usize,
    value: u64,
}

impl Number {
    fn all(text: &str) -> Vec<Self> {
        let mut numbers = Vec::new();
        let mut rest = 0;
        while let Some(found) = text.get(rest..).and_then(|text| text.find(|c: char| c.is_ascii_digit())) {
            let start = rest.saturating_add(found);
            let digits = text.get(start..).unwrap_or_default();
            let length = digits.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(digits.len());
            let word = digits.get(..length).unwrap_or_default().trim_end_matches(',');
            let end = start.saturating_add(word.len());
            let in_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let before = text.get(..start).and_then(|text| text.chars().next_back());
            let value = word.replace(',', "").parse().ok();
            if let Some(value) = value.filter(|_| !before.is_some_and(in_a_name)) {
                numbers.push(Self { start, end, value });
            }
            rest = end.max(start.saturating_add(1));
        }
        numbers
    }
}

/// The sides of `a > b` or `a + b > c`, the sum on the left.
fn compared(text: &str, numbers: &[Number]) -> Option<(u64, u64)> {
    let between = |one: &Number, two: &Number| text.get(one.end..two.start).unwrap_or_default().trim();
    let is_sum = |one: &Number, two: &Number| between(one, two) == "+";
    let is_more = |one: &Number, two: &Number| {
        matches!(between(one, two), ">" | ">=" | "tokens >" | "exceeds" | "tokens exceeds")
    };
    let pairs = numbers.windows(2).filter_map(|pair| match pair {
        [one, two] if is_more(one, two) => Some((one, two)),
        _ => None,
    });
    let (left, right) = pairs.into_iter().next()?;
    let summand = numbers.windows(2).find_map(|pair| match pair {
        [one, two] if two.start == left.start && is_sum(one, two) => Some(one.value),
        _ => None,
    });
    Some((left.value.saturating_add(summand.unwrap_or(0)), right.value))
}

#[cfg(test)]
mod tests {
    use super::ContextOverflow;

    fn read(message: &str) -> Option<(Option<u64>, Option<u64>)> {
        ContextOverflow::read(message).map(|found| (found.asked, found.limit))
    }

    #[test]
    fn the_numbers_of_a_comparison_are_read() {
        assert_eq!(read("too long: 1,001 tokens > 1000 maximum"), Some((Some(1001), Some(1000))));
        assert_eq!(read("exceed context limit: 900 + 200 > 1000, decrease"), Some((Some(1100), Some(1000))));
    }

    #[test]
    fn a_number_in_a_name_and_one_that_fits_are_no_length() {
        assert_eq!(read("gpt-4 and claude-3.5 cannot take this (2013)"), None);
        let fits = "maximum context length is 4096 tokens and your request has 200 input tokens";
        assert_eq!(read(fits), Some((None, Some(4096))));
    }

    #[test]
    fn a_number_without_end_is_none() {
        assert_eq!(read("maximum context length is 99999999999999999999999999"), None);
    }
}
