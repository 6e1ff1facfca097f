use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

    /// The price of `uses` uses where `self` is the price of a thousand of them.
    #[must_use]
    pub fn for_uses(self, uses: u64) -> Self {
        Self(self.0.saturating_mul(u128::from(uses)) / 1_000)
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
    use super::Usd;

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
        assert_eq!(price.for_uses(7).to_string(), "0.021");
    }
}
