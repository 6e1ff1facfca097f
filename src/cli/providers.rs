//! `steer providers`.

use serde::Serialize;
use steer::ProviderConfig;
use steer::auth::Environment;

use super::args::ProvidersArgs;
use super::failure::Failure;
use super::linked::{Key, Linked};
use super::table::table;
use super::terminal::Terminal;

/// Lists the providers, and where the key of each is; never the key itself.
pub(crate) fn run(args: &ProvidersArgs) -> Result<(), Failure> {
    let linked = Linked::load(None)?;
    let environment = Environment::process();
    let rows: Vec<Row<'_>> =
        linked.providers.all().map(|config| Row::new(&linked, config, &environment)).collect();
    let text = if args.json { json(&rows)? } else { people(&rows) };
    Terminal::detect().write(&text)
}

/// A list as indented JSON.
pub(crate) fn json<T: Serialize>(rows: &[T]) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(rows);
    text.map(|text| format!("{text}\n"))
        .map_err(|error| Failure::System(format!("the list has no JSON form: {error}")))
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    api_format: &'a str,
    base_url: &'a str,
    models: Vec<&'a str>,
    /// `found`, `unusable`, `missing` or `not_needed`.
    credential: &'static str,
    /// The variable that holds the key.
    credential_variable: Option<String>,
    /// The variables that may hold it.
    variables: &'a [String],
    key_url: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn new(linked: &'a Linked, config: &'a ProviderConfig, environment: &Environment) -> Self {
        let models = linked.models.all().filter(|model| model.id.provider == config.id);
        let (credential, credential_variable) = match linked.key(config, environment) {
            Key::Found(variable) => ("found", Some(variable)),
            Key::Unusable(_) => ("unusable", None),
            Key::Missing => ("missing", None),
            Key::NotNeeded => ("not_needed", None),
        };
        Self {
            id: config.id.as_str(),
            name: &config.name,
            api_format: &config.api_format,
            base_url: &config.base_url,
            models: models.map(|model| &*model.id.name).collect(),
            credential,
            credential_variable,
            variables: &config.env,
            key_url: config.key_url.as_deref(),
        }
    }

    fn credential(&self) -> String {
        match (self.credential, &self.credential_variable) {
            (_, Some(variable)) => variable.clone(),
            ("missing", None) => format!("none; set {}", self.variables.join(" or ")),
            ("unusable", None) => format!("what {} holds cannot be a key", self.variables.join(" or ")),
            _ => "not needed".to_owned(),
        }
    }
}

fn people(rows: &[Row<'_>]) -> String {
    let rows: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            [
                row.id.to_owned(),
                row.name.to_owned(),
                row.api_format.to_owned(),
                row.base_url.to_owned(),
                row.models.len().to_string(),
                row.credential(),
            ]
        })
        .collect();
    table(["ID", "NAME", "API FORMAT", "BASE URL", "MODELS", "CREDENTIAL"], &rows)
}
