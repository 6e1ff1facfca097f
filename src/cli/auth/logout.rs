//! `steer auth logout`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use steer::ProviderId;
use steer::auth::{CredentialKind, CredentialStore};

use super::method::plugins;
use super::{context, store};
use crate::cli::args::LogoutArgs;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::linked::Linked;
use crate::cli::providers::json;
use crate::cli::sanitise::one_line;
use crate::cli::terminal::Terminal;

/// Removes credentials from the store, and tells the vendor where a login ends.
pub(super) async fn run(args: LogoutArgs, terminal: Terminal) -> Result<(), Failure> {
    let _interrupt = Interrupt::install();
    let linked = Linked::load(args.common.catalog.as_deref())?;
    let store = store()?.store;
    let mut removed: BTreeMap<ProviderId, Vec<CredentialKind>> = BTreeMap::new();
    for (provider, kind) in wanted(&args, &linked, &*store)? {
        if kind == CredentialKind::OAuth2 {
            end(&provider, &linked, &store, terminal).await;
        }
        let kinds = removed.entry(provider.clone()).or_default();
        // A renewal on its way would write it again.
        let _held = store.lock(&provider, kind)?;
        if store.remove(&provider, kind)? {
            kinds.push(kind);
        }
    }
    let name = store.name();
    if args.common.json {
        let rows: Vec<Row<'_>> =
            removed.iter().map(|(provider, removed)| Row { provider, removed, store: &name }).collect();
        return terminal.write(&json(&rows)?);
    }
    for (provider, kinds) in &removed {
        let kinds = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" and ");
        let what = if kinds.is_empty() { "nothing was kept".to_owned() } else { format!("removed {kinds}") };
        terminal.tell(&format!("{}\n", one_line(&format!("{provider}: {what} in {name}"))));
    }
    if removed.is_empty() {
        terminal.tell(&format!("nothing was kept in {}\n", one_line(&name)));
    }
    Ok(())
}

#[derive(Serialize)]
struct Row<'a> {
    provider: &'a ProviderId,
    removed: &'a [CredentialKind],
    store: &'a str,
}

/// What is to be removed. A provider that is not linked any more can still be named.
fn wanted(
    args: &LogoutArgs,
    linked: &Linked,
    store: &dyn CredentialStore,
) -> Result<Vec<(ProviderId, CredentialKind)>, Failure> {
    let is_wanted = |kind: &CredentialKind| args.kind.is_none_or(|wanted| wanted == *kind);
    if let Some(name) = &args.provider {
        let provider = ProviderId::from(name.as_str());
        if linked.providers.get(&provider).is_none()
            && !store.list()?.iter().any(|(stored, _)| *stored == provider)
        {
            linked.providers.require(&provider)?;
        }
        let kinds = CredentialKind::ALL.into_iter().filter(is_wanted);
        return Ok(kinds.map(|kind| (provider.clone(), kind)).collect());
    }
    let mut stored = store.list()?;
    stored.retain(|(_, kind)| is_wanted(kind));
    let mut providers: Vec<&str> = stored.iter().map(|(provider, _)| provider.as_str()).collect();
    providers.dedup();
    if providers.len() > 1 && !args.all {
        return Err(Failure::Usage(format!(
            "name the provider, or say `--all`; there are {}",
            providers.join(", ")
        )));
    }
    Ok(stored)
}

/// Lets the plugin end the login at the vendor. Where that fails, it is told, and the login is removed here all the same.
async fn end(provider: &ProviderId, linked: &Linked, store: &Arc<dyn CredentialStore>, terminal: Terminal) {
    let Some(config) = linked.providers.get(provider) else { return };
    // An entry that is broken cannot be ended anywhere.
    if !matches!(store.get(provider, CredentialKind::OAuth2), Ok(Some(_))) {
        return;
    }
    for plugin in plugins(config) {
        let ended = match context(config, store) {
            Ok(context) if plugin.methods(&context).is_empty() => continue,
            Ok(context) => plugin.logout(&context).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            let told = format!("note: {provider} could not be told of the logout: {error}");
            terminal.tell(&format!("{}\n", one_line(&told)));
        }
        // The plugins stand in the order in which they would have logged in.
        return;
    }
}
