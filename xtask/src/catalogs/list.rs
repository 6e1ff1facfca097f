use super::clause::matches;
use super::date::written;
use super::python::Value;
use super::rates::{Rates, table};
use super::vendor::Vendor;
use crate::verdict::Obstacle;

/// `PriceList` is what the package says of one vendor's models.
#[derive(Debug)]
pub(super) struct PriceList {
    vendor: Vendor,
    models: Vec<Value>,
}

/// Where the list begins.
const START: &str = "\nproviders: list[Provider] = ";

impl PriceList {
    pub(super) fn read(text: &str, vendor: Vendor) -> Result<Self, Obstacle> {
        let (_, list) = text.split_once(START).ok_or("the price list is not in the form of genai-prices")?;
        let providers = Value::parse(list)?;
        let is_vendor = |provider: &&Value| provider.get("id").and_then(Value::text) == Some(&*vendor.listed);
        let provider = providers.list().unwrap_or_default().iter().find(is_vendor);
        let models = provider.and_then(|provider| provider.get("models")).and_then(Value::list);
        let models = models.ok_or_else(|| format!("the price list has no vendor `{}`", vendor.listed))?;
        Ok(Self { vendor, models: models.to_vec() })
    }

    /// The price of a model on a day, as the lines of a catalog.
    ///
    /// # Errors
    /// There is none; the text says why.
    pub(super) fn price(&self, model: &str, day: &str, version: &str) -> Result<String, String> {
        let id = |entry: &&Value| entry.get("id").and_then(Value::text) == Some(model);
        let means =
            |entry: &&Value| entry.get("match").and_then(|clause| matches(clause, model)) == Some(true);
        let entry = self.models.iter().find(id).or_else(|| self.models.iter().find(means));
        let entry = entry.ok_or("the price list does not have it")?;
        let prices = entry.get("prices").ok_or("the price list has no price of it")?;
        let (prices, until) = on(prices, day)?;
        let rates = Rates::of(prices)?;
        if rates.is_empty() {
            return Err("the price list has no price of its tokens".to_owned());
        }
        let mut lines = format!("[models.price]\nversion = \"{version}\"\nas_of = \"{day}\"\n");
        if let Some(until) = until {
            lines.push_str(&format!("until = \"{until}\"\n"));
        }
        lines.push_str(&rates.lines());
        if let (Some(counter), Some(price)) = (self.vendor.web_searches, rates.web_searches()) {
            lines.push_str(&format!("uses = {{ {counter} = \"{price}\" }}\n"));
        }
        if !self.vendor.standard.is_empty() {
            let words: Vec<String> = self.vendor.standard.iter().map(|word| format!("\"{word}\"")).collect();
            lines.push_str(&format!("standard = [{}]\n", words.join(", ")));
        }
        let mut variants = self.variants(entry, day)?;
        variants.sort();
        for (word, rates) in variants {
            lines.push_str(&format!("variants.{} = {}\n", table::key(&word), rates.inline()));
        }
        Ok(lines)
    }

    /// The prices under a word that answers say.
    fn variants(&self, entry: &Value, day: &str) -> Result<Vec<(String, Rates)>, String> {
        let mut variants = Vec::new();
        for variant in entry.get("price_variants").and_then(Value::list).unwrap_or_default() {
            let Some(Value::Dict(conditions)) = variant.get("when") else { continue };
            let [(key, value)] = conditions.as_slice() else { continue };
            let (Some(key), Some(value)) = (key.text(), value.text()) else { continue };
            let starts = variant.get("constraint").map(start).transpose()?;
            let Some(word) =
                self.vendor.word(key, value).filter(|_| starts.is_none_or(|start| *start <= *day))
            else {
                continue;
            };
            // These words mean the ordinary prices wherever they stand.
            if matches!(word, "default" | "standard") {
                continue;
            }
            let rates = Rates::of(variant.get("prices").ok_or("a variant has no prices")?)?;
            variants.retain(|(known, _)| known != word);
            variants.push((word.to_owned(), rates));
        }
        Ok(variants)
    }
}

/// The prices of a day: the last ones that have begun, and when the next ones do.
fn on<'a>(prices: &'a Value, day: &str) -> Result<(&'a Value, Option<String>), String> {
    let Some(list) = prices.list() else { return Ok((prices, None)) };
    let (mut now, mut next) = (None, None::<String>);
    for conditional in list {
        let prices = conditional.get("prices").ok_or("a condition has no prices")?;
        match conditional.get("constraint").map(start).transpose()? {
            Some(start) if *start > *day => {
                next = Some(next.map_or(start.clone(), |next| next.min(start)));
            }
            _ => now = Some(prices),
        }
    }
    Ok((now.ok_or("its first price has yet to begin")?, next))
}

/// The day from which a price holds. Prices that differ by the time of the day are none that an answer can be told by.
fn start(constraint: &Value) -> Result<String, String> {
    constraint
        .get("start_date")
        .and_then(written)
        .ok_or_else(|| "its price depends on more than the day".to_owned())
}
