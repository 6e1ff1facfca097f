//! `steer auth`: credentials that are kept between runs.

mod login;
mod logout;
mod method;
mod status;

use std::sync::Arc;

use steer::auth::{CredentialStore, DefaultStore, Environment, PluginContext};
use steer::http::{ReqwestTransport, Timeouts};
use steer::{ApiError, ProviderConfig};

use super::args::AuthCommand;
use super::exit::Exit;
use super::terminal::Terminal;
use super::{json, wait};

/// Logs in or out, or tells of the credentials.
pub(crate) fn run(command: AuthCommand, terminal: Terminal) -> Exit {
    match command {
        AuthCommand::Login(args) => {
            let json = args.common.json;
            wait(async { json::report(login::run(args, terminal).await, json, terminal) }, terminal)
        }
        AuthCommand::Logout(args) => {
            let json = args.common.json;
            wait(async { json::report(logout::run(args, terminal).await, json, terminal) }, terminal)
        }
        AuthCommand::Status(args) => json::report(status::run(&args, terminal), args.common.json, terminal),
    }
}

/// Where the program keeps credentials.
fn store() -> Result<DefaultStore, ApiError> {
    DefaultStore::choose(&Environment::process())
}

/// What a plugin works with.
fn context(config: &ProviderConfig, store: &Arc<dyn CredentialStore>) -> Result<PluginContext, ApiError> {
    let transport = ReqwestTransport::new(Timeouts::default())?;
    Ok(PluginContext::new(config.clone(), Arc::clone(store), Arc::new(transport)))
}
