//! `steer config`.

use std::path::Path;

use serde::Serialize;
use steer::auth::Environment;
use steer::catalog::{AllowedCatalogs, CatalogProblems};
use steer::http::BaseUrl;
use steer::{ApiError, Catalog, CatalogLayers, CatalogProblem, ProviderRegistry};

use super::args::{CheckArgs, ConfigCommand};
use super::exit::Exit;
use super::failure::Failure;
use super::providers::json;
use super::terminal::Terminal;

/// Checks a catalog, or allows one.
pub(crate) fn run(command: &ConfigCommand, terminal: Terminal) -> Exit {
    let done = match command {
        ConfigCommand::Check(args) => check(args, terminal),
        ConfigCommand::Allow { file } => allow(file, terminal).map(|()| Exit::Success),
    };
    done.unwrap_or_else(|failure| {
        terminal.fail(&failure);
        failure.exit()
    })
}

#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

fn check(args: &CheckArgs, terminal: Terminal) -> Result<Exit, Failure> {
    let problems = problems(&args.file)?;
    let text = if args.json {
        let rows: Vec<Row<'_>> = problems
            .iter()
            .map(|CatalogProblem { place, message, .. }| Row {
                file: &place.file,
                line: place.line,
                column: place.column,
                message,
            })
            .collect();
        json(&rows)?
    } else {
        problems.iter().map(|problem| format!("{problem}\n")).collect()
    };
    terminal.write(&text)?;
    Ok(if problems.is_empty() { Exit::Success } else { Exit::Configuration })
}

/// What is wrong in a file. It may build upon the user's own catalog, and what is wrong in that is not asked for.
fn problems(file: &Path) -> Result<Vec<CatalogProblem>, ApiError> {
    let name = file.display().to_string();
    let of_file = |problems: &[CatalogProblem]| -> Vec<CatalogProblem> {
        problems.iter().filter(|problem| *problem.place.file == *name).cloned().collect()
    };
    let load = |layers: CatalogLayers| {
        let layers = layers.lenient().file(file);
        match layers.load(ProviderRegistry::linked(), &Environment::process()) {
            Ok(loaded) => Ok(of_file(&loaded.warnings)),
            Err(error) => match CatalogProblems::behind(&error).map(|problems| of_file(problems.all())) {
                Some(problems) if !problems.is_empty() => Ok(problems),
                _ => Err(error),
            },
        }
    };
    load(CatalogLayers::new().user()).or_else(|_| load(CatalogLayers::new()))
}

/// Trusts a project's catalog as it is now, and tells what that means.
fn allow(file: &Path, terminal: Terminal) -> Result<(), Failure> {
    let catalog = Catalog::load(file)?;
    let folder = Environment::process().config_folder()?;
    let path = AllowedCatalogs::load(&folder)?.allow(file)?;
    let mut text = format!("allowed until it changes: {}\n", path.display());
    for provider in &catalog.providers {
        let url = provider.base_url.as_deref().and_then(|url| BaseUrl::parse(url, true).ok());
        let url = url.map_or_else(String::new, |url| format!(" is asked at {url}"));
        let env = provider.env.iter().flatten().cloned().collect::<Vec<_>>().join(" or ");
        let key = if env.is_empty() { env } else { format!(" with the key in {env}") };
        text.push_str(&format!("  {}{url}{key}\n", provider.id));
    }
    terminal.write(&text)
}
