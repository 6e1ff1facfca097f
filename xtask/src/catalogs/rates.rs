use super::python::Value;

/// `Rates` are prices under one condition, by the name that catalogs have for them, as TOML.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rates {
    members: Vec<(&'static str, String)>,
    web_searches: Option<String>,
}

/// The names of the list, and those of the catalogs, in the order in which they are written.
const NAMES: [(&str, &str); 11] = [
    ("input_mtok", "input"),
    ("cache_read_mtok", "cache_read"),
    ("cache_write_mtok", "cache_write"),
    ("cache_write_1h_mtok", "cache_write_1h"),
    ("output_mtok", "output"),
    ("input_audio_mtok", "input_audio"),
    ("cache_audio_read_mtok", "cache_read_audio"),
    ("output_audio_mtok", "output_audio"),
    ("input_image_mtok", "input_image"),
    ("cache_image_read_mtok", "cache_read_image"),
    ("output_image_mtok", "output_image"),
];

/// What is not counted in the tokens of an answer.
const BESIDE_TOKENS: [&str; 2] = ["storage_searches_kcount", "web_searches_kcount"];

impl Rates {
    /// Reads a `ModelPrice(…)` of the list.
    ///
    /// # Errors
    /// It has a price for something that catalogs have no name for, so that no cost could be right.
    pub(super) fn of(prices: &Value) -> Result<Self, String> {
        let mut rates = Self::default();
        let known =
            |name: &str| NAMES.iter().any(|(listed, _)| *listed == name) || BESIDE_TOKENS.contains(&name);
        if let Some((name, _)) = prices.named().find(|(name, value)| **value != Value::None && !known(name)) {
            return Err(format!("it has a price by `{name}`, which catalogs do not know"));
        }
        for (listed, name) in NAMES {
            if let Some(price) = prices.get(listed) {
                rates.members.push((name, rate(price).ok_or_else(|| format!("`{listed}` is no price"))?));
            }
        }
        rates.web_searches = prices.get("web_searches_kcount").and_then(decimal).map(str::to_owned);
        Ok(rates)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn web_searches(&self) -> Option<&str> {
        self.web_searches.as_deref()
    }

    /// As lines of a table.
    pub(super) fn lines(&self) -> String {
        self.members.iter().map(|(name, rate)| format!("{name} = {rate}\n")).collect()
    }

    /// As a table in one line.
    pub(super) fn inline(&self) -> String {
        let members: Vec<String> =
            self.members.iter().map(|(name, rate)| format!("{name} = {rate}")).collect();
        format!("{{ {} }}", members.join(", "))
    }
}

/// A price, flat or with steps.
fn rate(price: &Value) -> Option<String> {
    if let Some(flat) = decimal(price) {
        return Some(format!("\"{flat}\""));
    }
    let base = decimal(price.get("base")?)?;
    let steps: Option<Vec<String>> = price
        .get("tiers")?
        .list()?
        .iter()
        .map(|tier| {
            let (start, price) = (tier.get("start")?.number()?, decimal(tier.get("price")?)?);
            Some(format!("{{ above = {start}, price = \"{price}\" }}"))
        })
        .collect();
    Some(format!("{{ base = \"{base}\", steps = [{}] }}", steps?.join(", ")))
}

fn decimal(price: &Value) -> Option<&str> {
    if price.name() == "Decimal" { price.argument(0)?.text() } else { None }
}

/// How keys are written.
pub(super) mod table {
    /// A key, in quotes where it needs them.
    pub(crate) fn key(word: &str) -> String {
        let is_bare = !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if is_bare { word.to_owned() } else { format!("{word:?}") }
    }
}
