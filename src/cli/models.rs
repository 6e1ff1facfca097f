//! `steer models`.

use serde::Serialize;
use steer::model::ModelPrice;
use steer::{Capability, ModelConfig, ProviderId};

use super::args::ModelsArgs;
use super::failure::Failure;
use super::linked::Linked;
use super::providers::json;
use super::table::table;
use super::terminal::Terminal;

/// Lists the models of the catalogs.
pub(crate) fn run(args: &ModelsArgs) -> Result<(), Failure> {
    let linked = Linked::load()?;
    let only = args.provider.as_deref().map(ProviderId::from);
    if let Some(provider) = &only {
        linked.providers.require(provider)?;
    }
    let wanted =
        |model: &&std::sync::Arc<ModelConfig>| only.as_ref().is_none_or(|only| model.id.provider == *only);
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
            price: model.price.as_ref(),
        }
    }
}

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
                row.price.map_or_else(unknown, |price| format!("{} / {}", price.input, price.output)),
                row.capabilities.iter().filter_map(word).collect::<Vec<_>>().join(" "),
            ]
        })
        .collect();
    let heading = ["MODEL", "ALIASES", "CONTEXT", "MAX OUTPUT", "$ PER MILLION IN / OUT", "CAPABILITIES"];
    format!("{}* recommended by its provider's catalog\n", table(heading, &cells))
}

fn unknown() -> String {
    "?".to_owned()
}

fn word(capability: &Capability) -> Option<String> {
    serde_json::to_value(capability).ok()?.as_str().map(str::to_owned)
}
