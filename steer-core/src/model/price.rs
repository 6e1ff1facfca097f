use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::usage::TokenUsage;

/// `ModelPrice` is what a model's tokens cost, in US dollars per million tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelPrice {
    /// Input tokens that no cache served.
    pub input: Usd,
    /// Output tokens, thinking included.
    pub output: Usd,
    /// Input tokens read from the vendor's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<Usd>,
    /// Input tokens written to the cache for five minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Usd>,
    /// Input tokens written to the cache for an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<Usd>,
    /// The day from which these prices are known to hold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl ModelPrice {
    /// What an answer cost. `None` where a counter or a price that it needs is not known.
    pub fn cost(&self, usage: &TokenUsage) -> Option<Usd> {
        let input = usage.input_tokens?;
        let read = usage.cache_read_tokens.unwrap_or(0);
        let written = usage.cache_write_tokens.unwrap_or(0);
        let written_1h = usage.cache_write_1h_tokens.unwrap_or(0).min(written);
        let priced = |tokens: u64, price: Option<Usd>| {
            if tokens == 0 { Some(Usd::default()) } else { price.map(|price| price.for_tokens(tokens)) }
        };
        let uncached = input.saturating_sub(read).saturating_sub(written);
        Some(
            self.input
                .for_tokens(uncached)
                .plus(priced(read, self.cache_read)?)
                .plus(priced(written.saturating_sub(written_1h), self.cache_write)?)
                .plus(priced(written_1h, self.cache_write_1h)?)
                .plus(self.output.for_tokens(usage.output_tokens?)),
        )
    }
}

/// `Usd` is an exact amount of US dollars, counted in millionths of a millionth of a dollar.
///
/// It reads from and prints as a decimal, such as `3` or `0.0375`. At most twelve decimal places; more are an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(u128);

const UNITS_PER_DOLLAR: u128 = 1_000_000_000_000;
const DECIMALS: usize = 12;

impl Usd {
    /// The price of `tokens` tokens where `self` is the price of a million of them.
    #[must_use]
    pub fn for_tokens(self, tokens: u64) -> Self {
        Self(self.0.saturating_mul(u128::from(tokens)) / 1_000_000)
    }

    /// The sum; it stays at the largest amount instead of overflowing.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A text is no amount of dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write an amount of dollars as a decimal with at most 12 decimal places, such as 0.25")]
pub struct UsdError;

impl FromStr for Usd {
    type Err = UsdError;

    fn from_str(text: &str) -> Result<Self, UsdError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return Err(UsdError);
        }
        let whole: u128 = whole.parse().map_err(|_| UsdError)?;
        let fraction: u128 = format!("{fraction:0<DECIMALS$}").parse().map_err(|_| UsdError)?;
        whole
            .checked_mul(UNITS_PER_DOLLAR)
            .and_then(|units| units.checked_add(fraction))
            .map(Self)
            .ok_or(UsdError)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / UNITS_PER_DOLLAR, self.0 % UNITS_PER_DOLLAR);
        let fraction = format!("{fraction:0DECIMALS$}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            digits => write!(f, "{whole}.{digits}"),
        }
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{ModelPrice, Usd};
    use crate::usage::TokenUsage;

    #[test]
    fn an_answer_costs_each_kind_of_token_at_its_own_price() {
        let price: ModelPrice =
            serde_json::from_str(r#"{"input":"3","output":"15","cache_read":"0.3","cache_write":"3.75"}"#)
                .unwrap();
        let mut usage = TokenUsage::default();
        (usage.input_tokens, usage.output_tokens) = (Some(1_000_000), Some(100_000));
        (usage.cache_read_tokens, usage.cache_write_tokens) = (Some(400_000), Some(100_000));
        assert_eq!(price.cost(&usage).unwrap().to_string(), "3.495");
        usage.cache_write_1h_tokens = Some(1);
        assert_eq!(price.cost(&usage), None, "there is no price for the hour");
    }

    #[test]
    fn amounts_read_and_print_as_the_same_decimal() {
        for text in ["0", "3", "0.25", "15.000001", "0.000000000001"] {
            assert_eq!(text.parse::<Usd>().unwrap().to_string(), text);
        }
        for text in ["", "-1", "1e3", ".5", "5.", "0.0000000000001", "340282366920938463463374607431"] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_price_per_million_is_exact_for_a_few_tokens() {
        let price: Usd = "3".parse().unwrap();
        assert_eq!(price.for_tokens(7).to_string(), "0.000021");
    }
}
