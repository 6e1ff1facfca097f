//! `steer chat`.

use std::io::{self, Read};
use std::time::Instant;

use steer::{Client, CompletionRequest, CompletionResponse, Message};

use super::args::ChatArgs;
use super::conversation::Conversation;
use super::demo::Demo;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::keys::Keys;
use super::linked::{Linked, Target};
use super::print::Printer;
use super::terminal::Terminal;
use super::{answer, dry_run, json, request};

/// Asks once, or talks.
pub(crate) async fn run(args: ChatArgs, terminal: Terminal) -> Exit {
    let interrupt = Interrupt::install();
    let result = start(&args, terminal, &interrupt).await;
    result.unwrap_or_else(|failure| {
        // A program that asked for JSON gets JSON, whatever happened.
        let told = match (args.json, args.events) {
            (true, _) => {
                json::answer(partial(&failure).unwrap_or(&CompletionResponse::default()), Some(&failure))
            }
            (_, true) => json::error_event(&failure),
            _ => Ok(String::new()),
        };
        // The exit code says more of the first failure than of this one.
        let _ = told.and_then(|text| terminal.write(&text));
        if failure.exit() == Exit::Cancelled {
            terminal.tell("note: cancelled\n");
        } else {
            terminal.fail(&failure);
        }
        failure.exit()
    })
}

/// What had come of the answer before it failed.
pub(crate) fn partial(failure: &Failure) -> Option<&CompletionResponse> {
    match failure {
        Failure::Api(error) => error.partial(),
        _ => None,
    }
}

async fn start(args: &ChatArgs, terminal: Terminal, interrupt: &Interrupt) -> Result<Exit, Failure> {
    let talks = args.prompt.is_none() && terminal.stdin && !args.for_a_program();
    if args.prompt.is_none() && terminal.stdin && !talks {
        return Err(no_prompt());
    }
    let Some(target) = choose(args, terminal)? else { return Ok(Exit::Credential) };
    let demo = if target.is_demo() { Some(Demo::start()?) } else { None };
    let mut base = request::base(args, &target.model)?;
    if target.is_demo() && base.parameters.max_output_tokens.is_none() {
        // No catalog tells how much the demo may say, and the wire format asks for a number.
        base = base.max_output_tokens(1024);
    }
    let media = request::media(args)?;
    let client = target.client(args, demo.as_ref())?;
    if talks {
        return Conversation::new(client, base, media, terminal, args.verbose).run(interrupt).await;
    }
    let prompt = match &args.prompt {
        Some(prompt) => prompt.clone(),
        None => standard_input(terminal)?,
    };
    let question = request::question(media, &prompt)?;
    if args.dry_run {
        return preview(&client, base.message(question), &target, terminal);
    }
    once(&client, base, question, args, terminal, interrupt).await
}

/// Whom to ask; `None` where there is no key and the person does not want the demo either.
fn choose(args: &ChatArgs, terminal: Terminal) -> Result<Option<Target>, Failure> {
    if args.demo {
        return Ok(Some(Demo::target(args.model.as_deref())));
    }
    let failure = match Linked::load(args.catalog.as_deref())?.target(args, Keys::of_process()?) {
        Ok(target) => return Ok(Some(target)),
        Err(error) => Failure::from(error),
    };
    let can_ask = terminal.stdin && terminal.stderr && !args.for_a_program();
    if !failure.is_no_credential() || !can_ask {
        return Err(failure);
    }
    terminal.fail(&failure);
    let wanted = terminal.agrees("Talk to the built-in demo now? It needs no key and no network. [y/N] ");
    Ok(wanted.then(|| Demo::target(None)))
}

async fn once(
    client: &Client,
    base: CompletionRequest,
    question: Message,
    args: &ChatArgs,
    terminal: Terminal,
    interrupt: &Interrupt,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let request = base.message(question);
    let response = if args.json {
        let response = answer::ask(client, request, interrupt, |_| Ok(())).await?;
        terminal.write(&json::answer(&response, None)?)?;
        response
    } else if args.events {
        answer::ask(client, request, interrupt, |chunk| terminal.write(&json::event(chunk)?)).await?
    } else {
        let mut printer = Printer::new(io::stdout(), io::stderr(), terminal, args.verbose);
        match answer::ask(client, request, interrupt, |chunk| Ok(printer.chunk(chunk)?)).await {
            Ok(response) => {
                printer.finish(&response, begun.elapsed())?;
                response
            }
            Err(failure) => {
                printer.broke_off(partial(&failure))?;
                return Err(failure);
            }
        }
    };
    Ok(Exit::of_stop(response.stop_reason.as_ref()))
}

fn preview(
    client: &Client,
    request: CompletionRequest,
    target: &Target,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let Some(request) = client.preview(request)? else {
        return Err(Failure::System(
            "this provider does not speak HTTP, so there is no request to show".to_owned(),
        ));
    };
    terminal.write(&dry_run::show(&request, terminal.stdout)?)?;
    if !target.ready {
        terminal.tell("note: no key was found, so the header that carries it is not among these\n");
    }
    Ok(Exit::Success)
}

/// The prompt on standard input, where no person would have to type it blindly.
pub(crate) fn standard_input(terminal: Terminal) -> Result<String, Failure> {
    if terminal.stdin {
        return Err(no_prompt());
    }
    let mut prompt = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut prompt)
        .map_err(|error| Failure::Usage(format!("the prompt on standard input cannot be read: {error}")))?;
    Ok(prompt)
}

fn no_prompt() -> Failure {
    Failure::Usage("there is no prompt; give it as an argument or on standard input".to_owned())
}
