/// `Vendor` is a vendor whose models the price list has, and what its answers call things.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vendor {
    /// The folder of its crate.
    pub(super) folder: &'static str,
    /// Its name in the price list.
    pub(super) listed: &'static str,
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
    pub(super) const ALL: [Self; 5] = [
        // <https://docs.claude.com/en/api/service-tiers>, <https://docs.claude.com/en/build-with-claude/data-residency>:
        // `usage.service_tier` is `standard`, `priority` or `batch`; `usage.inference_geo` of an answer that was not
        // bound to a region is `global` or `not_available`.
        Self {
            folder: "anthropic",
            listed: "anthropic",
            words: &[
                Word { key: "processing", value: Some("batch") },
                Word { key: "speed", value: None },
                SERVICE_TIER,
            ],
            standard: &["global", "not_available"],
            web_searches: Some("web_search_requests"),
        },
        Self {
            folder: "openai",
            listed: "openai",
            words: &[SERVICE_TIER],
            standard: &[],
            web_searches: None,
        },
        Self {
            folder: "gemini",
            listed: "google",
            words: &[SERVICE_TIER],
            standard: &[],
            web_searches: None,
        },
        // The list has batches as models of their own.
        Self { folder: "openrouter", listed: "openrouter", words: &[], standard: &[], web_searches: None },
        Self { folder: "xai", listed: "x-ai", words: &[SERVICE_TIER], standard: &[], web_searches: None },
    ];

    /// The word that answers say under this condition of the list; `None` where they do not say it.
    pub(super) fn word<'a>(&self, key: &str, value: &'a str) -> Option<&'a str> {
        let word = self.words.iter().find(|word| word.key == key)?;
        word.value.is_none_or(|only| only == value).then_some(value)
    }
}
