use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Rate, Usd};

/// `ModelPrice` is what a model costs, in US dollars: tokens per million, uses of the vendor's tools per thousand.
/// What no source says is absent, and an answer that needs it has no cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelPrice {
    /// Where the prices are from, such as a package and its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day for which they are known to hold, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The day from which others are announced, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Input tokens that no cache served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Rate>,
    /// Input tokens read from the vendor's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<Rate>,
    /// Input tokens written to the cache for five minutes, or for as long as a vendor with one duration keeps them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Rate>,
    /// Input tokens written to the cache for an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<Rate>,
    /// Output tokens, thinking included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Rate>,
    /// Input tokens of sounds, where they cost something else than others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_audio: Option<Rate>,
    /// Those of them that were read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read_audio: Option<Rate>,
    /// Output tokens of sounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_audio: Option<Rate>,
    /// Input tokens of images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_image: Option<Rate>,
    /// Those of them that were read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read_image: Option<Rate>,
    /// Output tokens of images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_image: Option<Rate>,
    /// A thousand uses of each of the vendor's tools, by the name under which its answers count them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub uses: BTreeMap<String, Usd>,
    /// The words for a tier, speed or region under which these prices hold; `default` and `standard` always do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub standard: Vec<String>,
    /// What costs something else under another tier, speed or region, by the vendor's word for it. Under a word that
    /// stands neither here nor in `standard`, the cost is not known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: BTreeMap<String, ModelPrice>,
}

impl ModelPrice {
    /// These prices where they are given, else those of `base`, member by member.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let rate = |given: &Option<Rate>, base: &Option<Rate>| given.as_ref().or(base.as_ref()).cloned();
        let word = |given: &Option<String>, base: &Option<String>| given.as_ref().or(base.as_ref()).cloned();
        let mut variants = base.variants.clone();
        for (name, variant) in &self.variants {
            let merged = base.variants.get(name).map_or_else(|| variant.clone(), |base| variant.over(base));
            variants.insert(name.clone(), merged);
        }
        Self {
            version: word(&self.version, &base.version),
            as_of: word(&self.as_of, &base.as_of),
            until: word(&self.until, &base.until),
            input: rate(&self.input, &base.input),
            cache_read: rate(&self.cache_read, &base.cache_read),
            cache_write: rate(&self.cache_write, &base.cache_write),
            cache_write_1h: rate(&self.cache_write_1h, &base.cache_write_1h),
            output: rate(&self.output, &base.output),
            input_audio: rate(&self.input_audio, &base.input_audio),
            cache_read_audio: rate(&self.cache_read_audio, &base.cache_read_audio),
            output_audio: rate(&self.output_audio, &base.output_audio),
            input_image: rate(&self.input_image, &base.input_image),
            cache_read_image: rate(&self.cache_read_image, &base.cache_read_image),
            output_image: rate(&self.output_image, &base.output_image),
            uses: base.uses.iter().chain(&self.uses).map(|(name, price)| (name.clone(), *price)).collect(),
            standard: if self.standard.is_empty() { base.standard.clone() } else { self.standard.clone() },
            variants,
        }
    }
}
