//! The arguments as a request.

use std::fs;
use std::path::Path;

use steer::{CompletionRequest, Delivery, Media, Message, Part, Role, ToolSchema};

use super::args::ChatArgs;
use super::failure::Failure;

/// The request but for its conversation.
pub(crate) fn base(args: &ChatArgs, model: &str) -> Result<CompletionRequest, Failure> {
    let mut request = CompletionRequest::new(model);
    if let Some(system) = &args.system {
        request = request.system(system.as_str());
    }
    if let Some(tokens) = args.max_output_tokens {
        request = request.max_output_tokens(tokens);
    }
    if let Some(temperature) = args.temperature {
        request = request.temperature(temperature);
    }
    if let Some(thinking) = args.thinking {
        request = request.thinking(thinking);
    }
    for path in &args.tool {
        request = request.tool(tool(path)?);
    }
    if args.no_stream {
        request = request.delivery(Delivery::Whole);
    }
    Ok(request)
}

/// The pictures and documents that the arguments name.
pub(crate) fn media(args: &ChatArgs) -> Result<Vec<Part>, Failure> {
    args.image.iter().map(|path| image(path)).collect()
}

/// What the user says: the media first, since models read them better before the question.
pub(crate) fn question(media: Vec<Part>, prompt: &str) -> Result<Message, Failure> {
    let mut message = Message::new(Role::User, media);
    if !prompt.trim().is_empty() {
        message = message.part(prompt);
    }
    if message.parts.is_empty() {
        return Err(Failure::Usage(
            "the prompt is empty; give it as an argument or on standard input".to_owned(),
        ));
    }
    Ok(message)
}

fn image(path: &Path) -> Result<Part, Failure> {
    let media = Media::from_bytes(read(path)?).map_err(|error| unusable(path, &error.to_string()))?;
    Ok(media.into())
}

fn tool(path: &Path) -> Result<ToolSchema, Failure> {
    serde_json::from_slice(&read(path)?).map_err(|error| unusable(path, &format!("is no tool: {error}")))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| unusable(path, &format!("cannot be read: {error}")))
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::Usage(format!("the file `{}`: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use steer::{Delivery, Part, ThinkingConfig};

    use super::{base, media, question};
    use crate::cli::args::ChatArgs;

    #[test]
    fn every_argument_reaches_the_request() {
        let args = ChatArgs {
            system: Some("Be brief.".into()),
            max_output_tokens: Some(7),
            temperature: Some(0.5),
            thinking: Some(ThinkingConfig::Budget(2048)),
            no_stream: true,
            ..ChatArgs::default()
        };
        let request = base(&args, "a/b").unwrap();
        assert_eq!((request.model.as_str(), request.system.render().as_str()), ("a/b", "Be brief."));
        assert_eq!(
            (request.parameters.max_output_tokens, request.parameters.temperature),
            (Some(7), Some(0.5))
        );
        assert_eq!(request.parameters.thinking, Some(ThinkingConfig::Budget(2048)));
        assert_eq!(request.delivery, Delivery::Whole);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let missing = ChatArgs { image: vec![PathBuf::from("no/such/ä.png")], ..ChatArgs::default() };
        assert!(media(&missing).unwrap_err().to_string().contains("no/such/ä.png"));
        let source = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let no_image = ChatArgs { image: vec![source.clone()], ..ChatArgs::default() };
        assert!(media(&no_image).unwrap_err().to_string().contains("Cargo.toml"));
        let no_tool = ChatArgs { tool: vec![source], ..ChatArgs::default() };
        assert!(base(&no_tool, "a/b").unwrap_err().to_string().contains("Cargo.toml"));
    }

    #[test]
    fn an_empty_prompt_is_refused_unless_there_is_something_to_look_at() {
        assert!(question(Vec::new(), " \n").is_err());
        assert_eq!(question(vec![Part::text("x")], "").unwrap().parts.len(), 1);
        assert_eq!(question(vec![Part::text("x")], "why?").unwrap().parts.len(), 2);
    }
}
