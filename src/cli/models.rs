//! `steer models`.

use std::sync::Arc;

use serde::Serialize;
use steer::model::{ModelPrice, Rate, ThinkingMode};
use steer::{Capability, Effort, ModelConfig, ProviderId};

use super::args::ModelsArgs;
use super::failure::Failure;
use super::linked::Linked;
use super::providers::json;
use super::table::table;
use super::terminal::Terminal;

/// Lists the models of the catalogs.
pub(crate) fn run(args: &ModelsArgs) -> Result<(), Failure> {
    let linked = Linked::load(args.catalog.as_deref())?;
    let only = args.provider.as_deref().map(ProviderId::from);
    if let Some(provider) = &only {
        linked.providers.require(provider)?;
    }
    let text = args.text.as_deref().map(str::to_lowercase);
    let names = |model: &ModelConfig| {
        let id = model.id.to_string();
        let names = model
            .aliases
            .iter()
            .map(String::as_str)
            .chain(model.display_name.as_deref())
            .chain([id.as_str()]);
        names.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let wanted = |model: &&Arc<ModelConfig>| {
        only.as_ref().is_none_or(|only| model.id.provider == *only)
            && args.with.iter().all(|capability| model.capabilities.contains(capability))
            && (model.recommended || !args.recommended)
            && text.as_ref().is_none_or(|text| names(model).iter().any(|name| name.contains(text)))
    };
    let rows: Vec<Row<'_>> = linked.models.all().filter(wanted).map(|model| Row::new(model)).collect();
    let text = if args.json { json(&rows)? } else { people(&rows) };
    Terminal::detect().write(&text)
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    name: Option<&'a str>,
    aliases: &'a [String],
    recommended: bool,
    context_window_tokens: Option<u64>,
    max_output_tokens: Option<u32>,
    capabilities: Vec<Capability>,
    thinking_modes: &'a [ThinkingMode],
    efforts: &'a [Effort],
    min_thinking_budget_tokens: Option<u32>,
    max_thinking_budget_tokens: Option<u32>,
    /// US dollars per million tokens.
    price: Option<&'a ModelPrice>,
}

impl<'a> Row<'a> {
    fn new(model: &'a ModelConfig) -> Self {
        Self {
            id: model.id.to_string(),
            name: model.display_name.as_deref(),
            aliases: &model.aliases,
            recommended: model.recommended,
            context_window_tokens: model.context_window_tokens,
            max_output_tokens: model.max_output_tokens,
            capabilities: model.capabilities.iter().copied().collect(),
            thinking_modes: &model.thinking_modes,
            efforts: &model.efforts,
            min_thinking_budget_tokens: model.min_thinking_budget_tokens,
            max_thinking_budget_tokens: model.max_thinking_budget_tokens,
            price: model.price.as_ref(),
        }
    }
}

const HEADING: [&str; 6] =
    ["MODEL", "ALIASES", "CONTEXT", "MAX OUTPUT", "$ PER MILLION IN / CACHED / OUT", "CAPABILITIES"];

fn people(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            let mark = if row.recommended { " *" } else { "" };
            [
                format!("{}{mark}", row.id),
                row.aliases.join(", "),
                row.context_window_tokens.map_or_else(unknown, |tokens| tokens.to_string()),
                row.max_output_tokens.map_or_else(unknown, |tokens| tokens.to_string()),
                row.price.map_or_else(unknown, prices),
                row.capabilities.iter().filter_map(word).collect::<Vec<_>>().join(" "),
            ]
        })
        .collect();
    let mut text = table(HEADING, &cells);
    text.push_str("* recommended by its provider's catalog; + more for long prompts; ? not known\n");
    let versions: std::collections::BTreeSet<String> =
        rows.iter().filter_map(|row| version(row.price?)).collect();
    for version in versions {
        text.push_str(&format!("prices: {version}\n"));
    }
    text
}

fn prices(price: &ModelPrice) -> String {
    [&price.input, &price.cache_read, &price.output].map(rate).join(" / ")
}

fn rate(rate: &Option<Rate>) -> String {
    rate.as_ref()
        .map_or_else(unknown, |rate| format!("{}{}", rate.base, if rate.steps.is_empty() { "" } else { "+" }))
}

fn version(price: &ModelPrice) -> Option<String> {
    let version = price.version.as_deref()?;
    Some(price.as_of.as_ref().map_or_else(|| version.to_owned(), |day| format!("{version}, as of {day}")))
}

fn unknown() -> String {
    "?".to_owned()
}

fn word(capability: &Capability) -> Option<String> {
    serde_json::to_value(capability).ok()?.as_str().map(str::to_owned)
}
