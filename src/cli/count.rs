//! `steer count`.

use steer::{ClientCall, Message, TokenCount};

use super::args::{ChatArgs, CountArgs};
use super::chat::standard_input;
use super::demo::Demo;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::keys::Keys;
use super::linked::Linked;
use super::sanitise::one_line;
use super::terminal::Terminal;
use super::{json, request};

/// Counts the tokens of a prompt.
pub(crate) async fn run(args: CountArgs, terminal: Terminal) -> Exit {
    let interrupt = Interrupt::install();
    let counted = count(&args, terminal, &interrupt).await;
    json::report(counted, args.json, terminal)
}

async fn count(args: &CountArgs, terminal: Terminal, interrupt: &Interrupt) -> Result<(), Failure> {
    let asked = question_args(args);
    let target = if args.way.demo {
        Demo::target(args.model.as_deref())
    } else {
        Linked::load(args.way.catalog.as_deref())?.target(&asked, Keys::of_process()?)?
    };
    let demo = if target.is_demo() { Some(Demo::start()?) } else { None };
    let mut request = request::base(&asked, &target.model)?;
    if target.is_demo() {
        // No catalog tells how much the demo may say, and the wire format asks for a number.
        request = request.max_output_tokens(1024);
    }
    let request = request.message(question(&asked, terminal)?);
    let client = target.client(&asked, demo.as_ref())?;
    let call = ClientCall::new(request).cancel_on(interrupt.answering());
    let count = client.count_tokens(call).await;
    interrupt.idle();
    let count = count?;
    if args.json {
        return terminal.write(&json::object(&count)?);
    }
    for warning in &count.warnings {
        terminal
            .tell(&format!("warning: {}\n", one_line(&format!("{}: {}", warning.subject, warning.message))));
    }
    terminal.write(&people(&count))
}

fn people(count: &TokenCount) -> String {
    let about = if count.is_estimate { "about " } else { "" };
    format!("{about}{}\n", count.input_tokens)
}

fn question(args: &ChatArgs, terminal: Terminal) -> Result<Message, Failure> {
    let prompt = match &args.prompt {
        Some(prompt) => prompt.clone(),
        None => standard_input(terminal)?,
    };
    request::question(request::media(args)?, &prompt)
}

/// What is counted is what `steer chat` would ask.
fn question_args(args: &CountArgs) -> ChatArgs {
    let CountArgs { model, system, image, tool, way, json, prompt } = args.clone();
    ChatArgs { model, system, image, tool, json, prompt, ..ChatArgs::from(way) }
}

#[cfg(test)]
mod tests {
    use steer::TokenCount;

    use super::people;

    #[test]
    fn an_estimate_says_that_it_is_one() {
        let mut count = TokenCount::new(12);
        assert_eq!(people(&count), "12\n");
        count.is_estimate = true;
        assert_eq!(people(&count), "about 12\n");
    }
}
