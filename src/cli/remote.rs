//! `steer models --remote`.

use steer::ProviderId;
use steer::beside::ModelInfo;

use super::args::{ChatArgs, ModelsArgs, WayArgs};
use super::demo::Demo;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::keys::Keys;
use super::linked::{Linked, Target};
use super::providers::json;
use super::table::table;
use super::terminal::Terminal;

/// Lists the models that a vendor says it has.
pub(crate) async fn run(args: ModelsArgs, terminal: Terminal) -> Exit {
    // Ctrl-C ends the program: there is no half of an answer.
    let _interrupt = Interrupt::install();
    match list(&args, terminal).await {
        Ok(()) => Exit::Success,
        Err(failure) => {
            terminal.fail(&failure);
            failure.exit()
        }
    }
}

async fn list(args: &ModelsArgs, terminal: Terminal) -> Result<(), Failure> {
    let provider = ProviderId::from(args.provider.as_deref().unwrap_or_default());
    // An unknown provider is told before a server starts or a key is missed.
    Linked::load(args.catalog.as_deref())?.providers.require(&provider)?;
    let demo = if args.demo { Some(Demo::start()?) } else { None };
    let way = WayArgs {
        base_url: args.base_url.clone(),
        api_key_env: args.api_key_env.clone(),
        catalog: args.catalog.clone(),
        demo: args.demo,
    };
    let keys = if args.demo { None } else { Some(Keys::of_process()?) };
    let target = Target { model: String::new(), provider: provider.clone(), ready: true, keys };
    let list = target.client(&ChatArgs::from(way), demo.as_ref())?.list_models(provider).await?;
    terminal.write(&if args.json { json(&list.models)? } else { people(&list.models) })?;
    if !list.is_complete {
        terminal.tell("note: the vendor has more models than are listed here\n");
    }
    Ok(())
}

const HEADING: [&str; 5] = ["MODEL", "NAME", "CREATED", "CONTEXT", "MAX OUTPUT"];

fn people(models: &[ModelInfo]) -> String {
    let unknown = || "?".to_owned();
    let tokens = |tokens: Option<u64>| tokens.map_or_else(unknown, |tokens| tokens.to_string());
    let cells: Vec<[String; 5]> = models
        .iter()
        .map(|model| {
            [
                model.id.clone(),
                model.display_name.clone().unwrap_or_else(unknown),
                model.created.clone().unwrap_or_else(unknown),
                tokens(model.context_window_tokens),
                tokens(model.max_output_tokens),
            ]
        })
        .collect();
    table(HEADING, &cells)
}
