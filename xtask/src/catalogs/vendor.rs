use std::borrow::Cow;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::verdict::Obstacle;

/// `Vendor` is a vendor whose models the price list has, and what its answers call things.
#[derive(Clone, Debug)]
pub(super) struct Vendor {
    /// The folder of its crate.
    pub(super) folder: Cow<'static, str>,
    /// Its name in the price list.
    pub(super) listed: Cow<'static, str>,
    /// What the list selects prices by, and the word that an answer says for it.
    pub(super) words: &'static [Word],
    /// Words of answers under which the ordinary prices hold, beside `default` and `standard`.
    pub(super) standard: &'static [&'static str],
    /// The counter of web searches in an answer.
    pub(super) web_searches: Option<&'static str>,
}

/// A condition of the list; `None` takes the list's own value for the answer's word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) key: &'static str,
    pub(super) value: Option<&'static str>,
}

/// An answer says in which tier it was made, by the word that the list has.
const SERVICE_TIER: Word = Word { key: "service_tier", value: None };

impl Vendor {
    const OF_MANY_WORDS: [Self; 5] = [
        // <https://docs.claude.com/en/api/service-tiers>, <https://docs.claude.com/en/build-with-claude/data-residency>:
        // `usage.service_tier` is `standard`, `priority` or `batch`; `usage.inference_geo` of an answer that was not
        // bound to a region is `global` or `not_available`.
        Self {
            folder: Cow::Borrowed("anthropic"),
            listed: Cow::Borrowed("anthropic"),
            words: &[
                Word { key: "processing", value: Some("batch") },
                Word { key: "speed", value: None },
                SERVICE_TIER,
            ],
            standard: &["global", "not_available"],
            web_searches: Some("web_search_requests"),
        },
        Self {
            folder: Cow::Borrowed("openai"),
            listed: Cow::Borrowed("openai"),
            words: &[SERVICE_TIER],
            standard: &[],
            web_searches: None,
        },
        Self {
            folder: Cow::Borrowed("gemini"),
            listed: Cow::Borrowed("google"),
            words: &[SERVICE_TIER],
            standard: &[],
            web_searches: None,
        },
        // The list has batches as models of their own.
        Self {
            folder: Cow::Borrowed("openrouter"),
            listed: Cow::Borrowed("openrouter"),
            words: &[],
            standard: &[],
            web_searches: None,
        },
        Self {
            folder: Cow::Borrowed("xai"),
            listed: Cow::Borrowed("x-ai"),
            words: &[SERVICE_TIER],
            standard: &[],
            web_searches: None,
        },
    ];

    /// The vendors whose prices are selected by words, and those whose manifest says no more than their name in the list:
    /// `prices` in `[package.metadata.steer]`.
    pub(super) fn all(providers: &Path) -> Result<Vec<Self>, Obstacle> {
        let mut vendors = Self::OF_MANY_WORDS.to_vec();
        let mut folders: Vec<_> = fs::read_dir(providers)?.collect::<Result<_, _>>()?;
        folders.sort_by_key(fs::DirEntry::file_name);
        for folder in folders {
            let Ok(manifest) = fs::read_to_string(folder.path().join("Cargo.toml")) else { continue };
            let manifest: Table = manifest.parse()?;
            let said = ["metadata", "steer", "prices"];
            let listed = said.iter().try_fold(manifest.get("package"), |at, key| Some(at?.get(key)));
            if let Some(listed) = listed.flatten().and_then(Value::as_str) {
                vendors.push(Self {
                    folder: folder.file_name().to_string_lossy().into_owned().into(),
                    listed: listed.to_owned().into(),
                    words: &[],
                    standard: &[],
                    web_searches: None,
                });
            }
        }
        Ok(vendors)
    }

    /// The word that answers say under this condition of the list; `None` where they do not say it.
    pub(super) fn word<'a>(&self, key: &str, value: &'a str) -> Option<&'a str> {
        let word = self.words.iter().find(|word| word.key == key)?;
        word.value.is_none_or(|only| only == value).then_some(value)
    }
}
