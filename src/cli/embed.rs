//! `steer embed`.

use steer::{EmbeddingRequest, EmbeddingResponse};

use super::args::{ChatArgs, EmbedArgs};
use super::chat::standard_input;
use super::demo::Demo;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::json;
use super::keys::Keys;
use super::linked::Linked;
use super::sanitise::one_line;
use super::terminal::Terminal;

/// How many numbers of a vector a person is shown.
const SHOWN: usize = 4;

/// Embeds texts.
pub(crate) async fn run(args: EmbedArgs, terminal: Terminal) -> Exit {
    // Ctrl-C ends the program: there is no half of an answer.
    let _interrupt = Interrupt::install();
    let embedded = embed(&args, terminal).await;
    json::report(embedded, args.json, terminal)
}

async fn embed(args: &EmbedArgs, terminal: Terminal) -> Result<(), Failure> {
    let way = ChatArgs { model: args.model.clone(), ..ChatArgs::from(args.way.clone()) };
    let target = if args.way.demo {
        // Not every vendor embeds; the demo plays one that does.
        Demo::target(Some(args.model.as_deref().unwrap_or("openai/demo")))
    } else {
        Linked::load(args.way.catalog.as_deref())?.target(&way, Keys::of_process()?)?
    };
    let demo = if target.is_demo() { Some(Demo::start()?) } else { None };
    let texts = if args.texts.is_empty() { vec![standard_input(terminal)?] } else { args.texts.clone() };
    let mut request = EmbeddingRequest::new(&target.model).inputs(texts);
    request.dimensions = args.dimensions;
    request.task.clone_from(&args.task);
    let mut response = target.client(&way, demo.as_ref())?.embed(request).await?;
    if args.json {
        // The vendor's own JSON would only say the same twice.
        response.usage.iter_mut().for_each(|usage| usage.raw = None);
        return terminal.write(&json::object(&response)?);
    }
    for warning in &response.warnings {
        terminal
            .tell(&format!("warning: {}\n", one_line(&format!("{}: {}", warning.subject, warning.message))));
    }
    terminal.write(&lines(&response, terminal.stdout)?)
}

/// One line for each vector: all of its numbers, or as many as a person wants to see.
fn lines(response: &EmbeddingResponse, for_people: bool) -> Result<String, Failure> {
    let mut text = String::new();
    for vector in &response.vectors {
        if for_people && vector.len() > SHOWN {
            let shown: Vec<String> = vector.iter().take(SHOWN).map(f32::to_string).collect();
            text.push_str(&format!("[{}, …] {} numbers\n", shown.join(", "), vector.len()));
        } else {
            text.push_str(&json::object(vector)?);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use steer::EmbeddingResponse;

    use super::lines;

    #[test]
    fn a_person_sees_the_beginning_and_a_program_everything() {
        let response = EmbeddingResponse::new(vec![vec![0.5, 1.0, -2.0, 0.25, 3.0], vec![1.5]], 2).unwrap();
        assert_eq!(lines(&response, true).unwrap(), "[0.5, 1, -2, 0.25, …] 5 numbers\n[1.5]\n");
        assert_eq!(lines(&response, false).unwrap(), "[0.5,1.0,-2.0,0.25,3.0]\n[1.5]\n");
    }
}
