use std::borrow::Cow;
use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{ModelPrice, Rate, Usd};
use crate::usage::{TokenPlace, TokenUsage};

/// `Cost` is what an answer cost by a catalog's prices: an exact decimal, and which prices it comes from. It prints as
/// the amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// The amount.
    pub amount: Usd,
    /// Where the prices are from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day for which they are known to hold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The day from which others are announced, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl Cost {
    /// An amount by prices of which nothing else is known.
    pub fn new(amount: Usd) -> Self {
        Self { amount, version: None, as_of: None, until: None }
    }

    /// This and another together; of the prices is said what holds for both.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.amount = self.amount.plus(other.amount);
        let facts = [
            (&mut self.version, &other.version),
            (&mut self.as_of, &other.as_of),
            (&mut self.until, &other.until),
        ];
        for (own, others) in facts {
            own.take_if(|own| Some(&*own) != others.as_ref());
        }
        self
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.amount, f)
    }
}

impl ModelPrice {
    /// What an answer cost. `None` where a counter or a price that it needs is not known: an unknown tier, a cache
    /// without a price, several model calls in one answer.
    pub fn cost(&self, usage: &TokenUsage) -> Option<Cost> {
        // The totals leave out some of several model calls, and one of them may be another model's.
        let calls = usage.iterations.as_ref().map(|json| serde_json::from_str::<Vec<IgnoredAny>>(json.get()));
        if calls.is_some_and(|calls| calls.map_or(true, |calls| calls.len() > 1)) {
            return None;
        }
        let prices = self.under(usage)?;
        let amount = input(&prices, usage)?.plus(output(&prices, usage)?).plus(uses(&prices, usage)?);
        Some(Cost {
            amount,
            version: self.version.clone(),
            as_of: self.as_of.clone(),
            until: self.until.clone(),
        })
    }

    /// The prices under the tier, speed and region that answered.
    fn under(&self, usage: &TokenUsage) -> Option<Cow<'_, Self>> {
        let is_standard = |word: &str| {
            matches!(word, "" | "default" | "standard") || self.standard.iter().any(|known| known == word)
        };
        let words = [&usage.service_tier, &usage.speed, &usage.region];
        let mut special = words.into_iter().flatten().filter(|word| !is_standard(word));
        match (special.next(), special.next()) {
            (None, _) => Some(Cow::Borrowed(self)),
            (Some(word), None) => Some(Cow::Owned(self.variants.get(word)?.over(self))),
            // What two of them cost together, no one says.
            _ => None,
        }
    }
}

fn input(prices: &ModelPrice, usage: &TokenUsage) -> Option<Usd> {
    let prompt = usage.input_tokens?;
    let read = usage.cache_read_tokens.unwrap_or(0);
    let written = usage.cache_write_tokens.unwrap_or(0);
    let hour = usage.cache_write_1h_tokens.unwrap_or(0).min(written);
    let priced = |tokens: u64, rate: &Option<Rate>| priced(tokens, rate.as_ref(), prompt);
    let mut plain = prompt.checked_sub(read)?.checked_sub(written)?;
    let mut cached = read;
    let mut sum =
        priced(written.checked_sub(hour)?, &prices.cache_write)?.plus(priced(hour, &prices.cache_write_1h)?);
    for (modality, rate, cached_rate) in [
        ("audio", &prices.input_audio, &prices.cache_read_audio),
        ("image", &prices.input_image, &prices.cache_read_image),
    ] {
        let all = tokens(usage, TokenPlace::Input, modality);
        if rate.is_none() || all == 0 {
            continue;
        }
        let from_cache = tokens(usage, TokenPlace::Cached, modality);
        let cache_is_told = usage.modalities.iter().any(|entry| entry.place == TokenPlace::Cached);
        if read > 0 && !cache_is_told {
            return None;
        }
        let rest = all.checked_sub(from_cache)?;
        (plain, cached) = (plain.checked_sub(rest)?, cached.checked_sub(from_cache)?);
        sum = sum.plus(priced(rest, rate)?).plus(priced(from_cache, cached_rate)?);
    }
    Some(sum.plus(priced(plain, &prices.input)?).plus(priced(cached, &prices.cache_read)?))
}

fn output(prices: &ModelPrice, usage: &TokenUsage) -> Option<Usd> {
    let prompt = usage.input_tokens?;
    let mut plain = usage.output_tokens?;
    let mut sum = Usd::default();
    for (modality, rate) in [("audio", &prices.output_audio), ("image", &prices.output_image)] {
        let count = tokens(usage, TokenPlace::Output, modality);
        if let Some(rate) = rate {
            plain = plain.checked_sub(count)?;
            sum = sum.plus(priced(count, Some(rate), prompt)?);
        }
    }
    Some(sum.plus(priced(plain, prices.output.as_ref(), prompt)?))
}

fn uses(prices: &ModelPrice, usage: &TokenUsage) -> Option<Usd> {
    usage
        .server_tools
        .iter()
        .filter(|(_, count)| *count > 0)
        .try_fold(Usd::default(), |sum, (name, count)| {
            Some(sum.plus(prices.uses.get(name)?.for_uses(*count)))
        })
}

/// What so many tokens cost; nothing costs nothing, whether or not there is a price.
fn priced(tokens: u64, rate: Option<&Rate>, prompt: u64) -> Option<Usd> {
    if tokens == 0 { Some(Usd::default()) } else { rate.map(|rate| rate.at(prompt).for_tokens(tokens)) }
}

fn tokens(usage: &TokenUsage, place: TokenPlace, modality: &str) -> u64 {
    let of = usage.modalities.iter().filter(|entry| entry.place == place && entry.modality == modality);
    of.fold(0, |sum, entry| sum.saturating_add(entry.tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;
    use crate::usage::ModalityTokens;

    fn prices(text: &str) -> ModelPrice {
        toml::from_str(text).unwrap()
    }

    fn used(input: u64, output: u64) -> TokenUsage {
        TokenUsage { input_tokens: Some(input), output_tokens: Some(output), ..TokenUsage::default() }
    }

    fn cost(prices: &ModelPrice, usage: &TokenUsage) -> Option<String> {
        prices.cost(usage).map(|cost| cost.to_string())
    }

    #[test]
    fn an_answer_costs_each_kind_of_token_at_its_own_price_and_says_whose_prices_they_are() {
        let prices = prices(
            "version = 'list 7'\nas_of = '2026-11-25'\ninput = '3'\noutput = '15'\ncache_read = '0.3'\ncache_write = '3.75'",
        );
        let mut usage = used(1_000_000, 100_000);
        (usage.cache_read_tokens, usage.cache_write_tokens) = (Some(400_000), Some(100_000));
        let cost = prices.cost(&usage).unwrap();
        assert_eq!(cost.to_string(), "3.495");
        assert_eq!((cost.version.as_deref(), cost.as_of.as_deref()), (Some("list 7"), Some("2026-11-25")));
        usage.cache_write_1h_tokens = Some(1);
        assert_eq!(prices.cost(&usage), None, "there is no price for the hour");
    }

    #[test]
    fn a_long_prompt_raises_the_price_of_every_token() {
        let prices = prices(
            "input = { base = '2', steps = [{ above = 200000, price = '4' }] }\n\
             output = { base = '10', steps = [{ above = 200000, price = '15' }] }",
        );
        assert_eq!(cost(&prices, &used(200_000, 1_000_000)).unwrap(), "10.4");
        assert_eq!(cost(&prices, &used(200_001, 1_000_000)).unwrap(), "15.800004");
    }

    #[test]
    fn an_answer_under_another_tier_costs_what_that_tier_costs_and_an_unknown_tier_has_no_cost() {
        let prices = prices(
            "input = '2'\noutput = '10'\nstandard = ['global']\nvariants = { flex = { input = '1' }, fast = { output = '20' } }",
        );
        let mut usage = used(1_000_000, 1_000_000);
        usage.region = Some("global".to_owned());
        for (tier, amount) in
            [("default", Some("12")), ("standard", Some("12")), ("flex", Some("11")), ("priority", None)]
        {
            usage.service_tier = Some(tier.to_owned());
            assert_eq!(cost(&prices, &usage).as_deref(), amount, "{tier}");
        }
        (usage.service_tier, usage.speed) = (Some("flex".to_owned()), Some("fast".to_owned()));
        assert_eq!(prices.cost(&usage), None, "no one says what both cost together");
        (usage.service_tier, usage.speed, usage.region) = (None, None, Some("moon".to_owned()));
        assert_eq!(prices.cost(&usage), None, "nor what this region costs");
    }

    #[test]
    fn sounds_cost_their_own_price_where_there_is_one() {
        let prices =
            prices("input = '1'\noutput = '2'\ninput_audio = '10'\noutput_audio = '20'\ncache_read = '0.1'");
        let mut usage = used(1_000_000, 1_000_000);
        usage.modalities = vec![
            ModalityTokens::new(TokenPlace::Input, "audio", 500_000),
            ModalityTokens::new(TokenPlace::Output, "audio", 500_000),
        ];
        assert_eq!(cost(&prices, &usage).unwrap(), "16.5");
        usage.cache_read_tokens = Some(1);
        assert_eq!(prices.cost(&usage), None, "the cached token may be one of sound");
    }

    #[test]
    fn the_vendors_tools_cost_by_the_thousand_and_one_without_a_price_leaves_no_cost() {
        let prices = prices("input = '1'\noutput = '1'\nuses = { searches = '10' }");
        let mut usage = used(0, 0);
        usage.server_tools = vec![("searches".to_owned(), 3), ("fetches".to_owned(), 0)];
        assert_eq!(cost(&prices, &usage).unwrap(), "0.03");
        usage.server_tools.push(("fetches".to_owned(), 1));
        assert_eq!(prices.cost(&usage), None);
    }

    #[test]
    fn an_answer_of_several_model_calls_has_no_cost() {
        let prices = prices("input = '1'\noutput = '1'");
        let mut usage = used(1, 1);
        usage.iterations = RawJson::new("[{}]").ok();
        assert!(prices.cost(&usage).is_some());
        usage.iterations = RawJson::new("[{},{}]").ok();
        assert_eq!(prices.cost(&usage), None);
    }

    #[test]
    fn counters_that_contradict_each_other_have_no_cost() {
        let prices = prices("input = '1'\noutput = '1'\ncache_read = '1'");
        let mut usage = used(5, 1);
        usage.cache_read_tokens = Some(6);
        assert_eq!(prices.cost(&usage), None);
    }
}
