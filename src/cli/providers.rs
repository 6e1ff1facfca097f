//! `steer providers`.

use std::borrow::Cow;

use serde::Serialize;
use steer::ProviderConfig;
use steer::http::BaseUrl;

use super::args::ProvidersArgs;
use super::failure::Failure;
use super::keys::{Key, Keys};
use super::linked::Linked;
use super::table::table;
use super::terminal::Terminal;

/// Lists the providers, and where the key of each is; never the key itself.
pub(crate) fn run(args: &ProvidersArgs) -> Result<(), Failure> {
    let linked = Linked::load(args.catalog.as_deref())?;
    let keys = Keys::of_process()?;
    let rows: Vec<Row<'_>> = linked.providers.all().map(|config| Row::new(&linked, config, &keys)).collect();
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
    base_url: Cow<'a, str>,
    /// The catalog that says so.
    catalog: Option<&'a str>,
    /// Whether it may have a key.
    trusted: bool,
    models: Vec<&'a str>,
    /// `found` in a variable, `stored`, `logged_in`, `unusable`, `missing`, `not_needed` or `not_allowed`.
    credential: &'static str,
    /// The variable that holds the key.
    credential_variable: Option<String>,
    /// The store that holds it, or the login that stands for it.
    credential_place: Option<String>,
    /// The variables that may hold it.
    variables: &'a [String],
    key_url: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn new(linked: &'a Linked, config: &'a ProviderConfig, keys: &Keys) -> Self {
        let models = linked.models.all().filter(|model| model.id.provider == config.id);
        let (credential, credential_variable, credential_place) = match keys.find(config) {
            Key::Found(variable) => ("found", Some(variable), None),
            Key::Stored(store) => ("stored", None, Some(store)),
            Key::LoggedIn(plugin) => ("logged_in", None, Some(format!("a login through {plugin}"))),
            Key::Unusable(_) => ("unusable", None, None),
            Key::Missing => ("missing", None, None),
            Key::NotNeeded => ("not_needed", None, None),
            Key::NotAllowed => ("not_allowed", None, None),
        };
        Self {
            id: config.id.as_str(),
            name: &config.name,
            api_format: &config.api_format,
            base_url: address(&config.base_url),
            catalog: config.file.as_deref(),
            trusted: config.takes_credentials(),
            models: models.map(|model| &*model.id.name).collect(),
            credential,
            credential_variable,
            credential_place,
            variables: &config.env,
            key_url: config.key_url.as_deref(),
        }
    }

    fn credential(&self) -> String {
        match (self.credential, &self.credential_variable) {
            (_, Some(variable)) => variable.clone(),
            ("stored" | "logged_in", None) => self.credential_place.clone().unwrap_or_default(),
            ("not_allowed", None) => {
                format!("none; to trust it: `steer config allow {}`", self.catalog.unwrap_or("FILE"))
            }
            ("missing", None) if self.variables.is_empty() => {
                "none; name its variable with `--api-key-env`, or as `env` in a catalog".to_owned()
            }
            ("missing", None) => format!("none; set {}", self.variables.join(" or ")),
            ("unusable", None) => format!("what {} holds cannot be a key", self.variables.join(" or ")),
            _ => "not needed".to_owned(),
        }
    }
}

/// An address as it is asked for: a letter that only looks like another one is seen.
fn address(url: &str) -> Cow<'_, str> {
    match BaseUrl::parse(url, true) {
        Ok(base) if !url.is_ascii() => Cow::Owned(base.to_string()),
        _ => Cow::Borrowed(url),
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
                row.base_url.to_string(),
                row.models.len().to_string(),
                row.credential(),
            ]
        })
        .collect();
    table(["ID", "NAME", "API FORMAT", "BASE URL", "MODELS", "CREDENTIAL"], &rows)
}
