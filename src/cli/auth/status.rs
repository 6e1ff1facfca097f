//! `steer auth status`.

use serde::Serialize;
use steer::auth::{CredentialKind, CredentialStore, Environment};
use steer::{ProviderConfig, ProviderId};

use super::store;
use crate::cli::args::StatusArgs;
use crate::cli::failure::Failure;
use crate::cli::keys::Key;
use crate::cli::linked::Linked;
use crate::cli::providers::json;
use crate::cli::sanitise::one_line;
use crate::cli::table::table;
use crate::cli::terminal::Terminal;

/// Tells for each provider where its credential comes from.
pub(super) fn run(args: &StatusArgs, terminal: Terminal) -> Result<(), Failure> {
    let linked = Linked::load(args.common.catalog.as_deref())?;
    let environment = Environment::process();
    let only = args.provider.as_deref().map(ProviderId::from);
    if let Some(provider) = &only {
        linked.providers.require(provider)?;
    }
    // Keys in the environment are told of also where no store can be opened.
    let store = store();
    if let Err(error) = &store {
        terminal.tell(&format!("note: {}\n", one_line(&error.to_string())));
    }
    let store = store.ok();
    let wanted = |config: &&ProviderConfig| only.as_ref().is_none_or(|only| config.id == *only);
    let rows: Vec<Row<'_>> = linked
        .providers
        .all()
        .filter(wanted)
        .map(|config| {
            let store = store.as_ref().map(|chosen| &*chosen.store);
            Row::new(config, Key::in_environment(config, &environment), store)
        })
        .collect();
    let text = if args.common.json { json(&rows)? } else { people(&rows) };
    terminal.write(&text)?;
    for row in &rows {
        for problem in &row.problems {
            terminal.tell(&format!("note: {}\n", one_line(problem)));
        }
    }
    if let Some(chosen) = store {
        terminal.tell(&format!("{}\n", one_line(&chosen.notice)));
    }
    Ok(())
}

#[derive(Serialize)]
struct Row<'a> {
    provider: &'a str,
    /// `environment`, `store`, `unusable`, `missing`, `not_needed` or `not_allowed`: what a call uses, or why it fails.
    credential: &'static str,
    /// `api-key` or `oauth2`.
    kind: Option<CredentialKind>,
    /// The variable that holds the key.
    variable: Option<String>,
    /// What is kept, used or not.
    stored: Vec<CredentialKind>,
    store: Option<String>,
    /// What cannot be used, and why.
    problems: Vec<String>,
    #[serde(skip)]
    variables: &'a [String],
}

impl<'a> Row<'a> {
    fn new(config: &'a ProviderConfig, key: Key, store: Option<&dyn CredentialStore>) -> Self {
        let mut row = Self {
            provider: config.id.as_str(),
            credential: "missing",
            kind: None,
            variable: None,
            stored: Vec::new(),
            store: store.map(CredentialStore::name),
            problems: Vec::new(),
            variables: &config.env,
        };
        for kind in CredentialKind::ALL {
            match store.map_or(Ok(None), |store| store.get(&config.id, kind)) {
                Ok(None) => {}
                Ok(Some(_)) => row.stored.push(kind),
                Err(error) => row.problems.push(error.to_string()),
            }
        }
        let (api_key, oauth) = (CredentialKind::ApiKey, CredentialKind::OAuth2);
        // A login comes before a key, and a key in the environment before one that is kept.
        let (credential, kind) = match key {
            _ if row.stored.contains(&oauth) => ("store", Some(oauth)),
            Key::Found(variable) => {
                row.variable = Some(variable);
                ("environment", Some(api_key))
            }
            Key::Unusable(error) => {
                row.problems.push(error.to_string());
                ("unusable", Some(api_key))
            }
            _ if row.stored.contains(&api_key) => ("store", Some(api_key)),
            Key::Missing if !row.problems.is_empty() => ("unusable", None),
            Key::Missing | Key::Stored(_) | Key::LoggedIn(_) => ("missing", None),
            Key::NotNeeded => ("not_needed", None),
            Key::NotAllowed => ("not_allowed", None),
        };
        (row.credential, row.kind) = (credential, kind);
        row
    }

    fn source(&self) -> String {
        match (self.credential, &self.variable) {
            (_, Some(variable)) => variable.clone(),
            ("store", _) => self.store.clone().unwrap_or_default(),
            ("not_needed", _) => "not needed".to_owned(),
            ("not_allowed", _) => "none; its catalog is not allowed".to_owned(),
            ("unusable", _) => "none that can be used".to_owned(),
            _ => {
                format!("none; `steer auth login {}`, or set {}", self.provider, self.variables.join(" or "))
            }
        }
    }
}

fn people(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            let kind = row.kind.map_or("-", CredentialKind::as_str);
            [row.provider.to_owned(), kind.to_owned(), row.source()]
        })
        .collect();
    table(["PROVIDER", "KIND", "WHERE IT COMES FROM"], &cells)
}
