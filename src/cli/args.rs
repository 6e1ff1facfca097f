//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use serde::Deserialize;
use steer::auth::CredentialKind;
use steer::{Capability, Effort, ThinkingConfig};

use super::exit::EXIT_CODES;

/// Talks to language models.
#[derive(Debug, Parser)]
#[command(name = "steer", version, about = "Talks to language models", after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Asks a model, and prints the answer as it comes
    ///
    /// Without a prompt, a conversation begins where standard input is a terminal; else the prompt is read from
    /// there.
    Chat(Box<ChatArgs>),
    /// Lists the providers that this program knows, and whether there is a key for each
    Providers(ProvidersArgs),
    /// Lists the models in the providers' catalogs, or those that a vendor says it has
    Models(ModelsArgs),
    /// Counts the tokens of a prompt, as the model's vendor counts them; the model is not asked
    ///
    /// Without a prompt, it is read from standard input.
    Count(Box<CountArgs>),
    /// Keeps credentials: logs in to a provider and out again, and tells where each credential comes from
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Turns texts into vectors, one line of JSON for each
    ///
    /// Without texts, standard input is one.
    Embed(EmbedArgs),
    /// Checks catalogs of your own, and allows those of projects
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Prints what makes a shell complete the arguments of this program
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual as a page for `man`: `steer man | man -l -`
    Man {
        /// The command that the page is about, such as `chat`; by default the program
        command: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Tells everything that is wrong in a catalog, each with its line and column
    ///
    /// The catalog may build upon the linked providers' and your own. Where something is wrong, the exit code is 4.
    Check(CheckArgs),
    /// Trusts a project's catalog, as it is now, like one of your own: keys go where it says
    ///
    /// Read it first. When it changes, it must be allowed again.
    Allow {
        /// The catalog, such as .steer/catalog.toml
        file: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The catalog
    pub(crate) file: PathBuf,
    /// Prints the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug, Default)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct ChatArgs {
    /// The model: `provider/name` or an alias; by default the recommended one of the first provider with a key
    #[arg(short, long, value_name = "PROVIDER/MODEL")]
    pub(crate) model: Option<String>,
    /// What the model is told before the conversation
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// The most tokens of the answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_output_tokens: Option<u32>,
    /// The sampling temperature
    #[arg(long, value_name = "T", value_parser = temperature)]
    pub(crate) temperature: Option<f64>,
    /// How much the model thinks: off, low, medium, high, or a budget in tokens
    #[arg(long, value_name = "HOW", value_parser = thinking)]
    pub(crate) thinking: Option<ThinkingConfig>,
    /// A picture or a PDF for the model to look at; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Vec<PathBuf>,
    /// A tool that the model may call, as a file `{"name", "description", "input_schema"}`; calls are printed, not run
    #[arg(long, value_name = "SCHEMA.json")]
    pub(crate) tool: Vec<PathBuf>,
    /// Sends the request, and the key, to another address that speaks the model's API
    #[arg(long, value_name = "URL", requires = "model")]
    pub(crate) base_url: Option<String>,
    /// Reads the key from this environment variable
    #[arg(long, value_name = "NAME", requires = "model")]
    pub(crate) api_key_env: Option<String>,
    /// A catalog of your own in TOML; it wins over the providers' field by field
    #[arg(long, value_name = "FILE", env = "STEER_CATALOG")]
    pub(crate) catalog: Option<PathBuf>,
    /// Asks for the answer in one piece
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// Prints the answer as one JSON object
    #[arg(long, conflicts_with_all = ["events", "dry_run"])]
    pub(crate) json: bool,
    /// Prints each event of the answer as one line of JSON
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) events: bool,
    /// Prints the request and sends nothing; needs no key
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Answers from a server within this program, in the wire format of the named provider: no key, no network, no cost
    #[arg(long, conflicts_with_all = ["base_url", "api_key_env"])]
    pub(crate) demo: bool,
    /// Says what the answer took, also where no terminal is
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// What to ask
    pub(crate) prompt: Option<String>,
}

impl ChatArgs {
    /// Whether a program reads the output, so that no one can be asked or talked to.
    pub(crate) fn for_a_program(&self) -> bool {
        self.json || self.events || self.dry_run
    }
}

#[derive(Args, Clone, Debug, Default)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct CountArgs {
    /// The model: `provider/name` or an alias; by default the recommended one of the first provider with a key
    #[arg(short, long, value_name = "PROVIDER/MODEL")]
    pub(crate) model: Option<String>,
    /// What the model is told before the prompt
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// A picture or a PDF that is counted too; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Vec<PathBuf>,
    /// A tool that is counted too, as a file `{"name", "description", "input_schema"}`
    #[arg(long, value_name = "SCHEMA.json")]
    pub(crate) tool: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Prints the count as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// What is counted
    pub(crate) prompt: Option<String>,
}

#[derive(Args, Clone, Debug, Default)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct EmbedArgs {
    /// The model: `provider/name` or an alias
    #[arg(short, long, value_name = "PROVIDER/MODEL", required_unless_present = "demo")]
    pub(crate) model: Option<String>,
    /// How long the vectors are; by default the model's own length
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) dimensions: Option<u32>,
    /// What the vectors are for, in the vendor's word
    #[arg(long, value_name = "WORD")]
    pub(crate) task: Option<String>,
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Prints everything as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// What is embedded
    pub(crate) texts: Vec<String>,
}

/// How a vendor is reached.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WayArgs {
    /// Sends the request, and the key, to another address that speaks the provider's API
    #[arg(long, value_name = "URL", requires = "model")]
    pub(crate) base_url: Option<String>,
    /// Reads the key from this environment variable
    #[arg(long, value_name = "NAME", requires = "model")]
    pub(crate) api_key_env: Option<String>,
    /// A catalog of your own in TOML; it wins over the providers' field by field
    #[arg(long, value_name = "FILE", env = "STEER_CATALOG")]
    pub(crate) catalog: Option<PathBuf>,
    /// Answers from a server within this program: no key, no network, no cost
    #[arg(long, conflicts_with_all = ["base_url", "api_key_env"])]
    pub(crate) demo: bool,
}

impl From<WayArgs> for ChatArgs {
    fn from(way: WayArgs) -> Self {
        let WayArgs { base_url, api_key_env, catalog, demo } = way;
        Self { base_url, api_key_env, catalog, demo, ..Self::default() }
    }
}

#[derive(Args, Debug)]
pub(crate) struct ProvidersArgs {
    /// A catalog of your own in TOML; it wins over the providers' field by field
    #[arg(long, value_name = "FILE", env = "STEER_CATALOG")]
    pub(crate) catalog: Option<PathBuf>,
    /// Prints the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ModelsArgs {
    /// Only models with this in their id, name or an alias, in small letters or large
    #[arg(conflicts_with = "remote")]
    pub(crate) text: Option<String>,
    /// Only the models of this provider
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
    /// Only models that can do this, such as `tools` or `image-input`; may be given several times
    #[arg(long, value_name = "CAPABILITY", value_parser = capability, conflicts_with = "remote")]
    pub(crate) with: Vec<Capability>,
    /// Only models that their provider's catalog recommends
    #[arg(long, conflicts_with = "remote")]
    pub(crate) recommended: bool,
    /// Asks the provider for its list instead of reading the catalog
    #[arg(long, requires = "provider")]
    pub(crate) remote: bool,
    /// Sends the request, and the key, to another address that speaks the provider's API
    #[arg(long, value_name = "URL", requires = "remote")]
    pub(crate) base_url: Option<String>,
    /// Reads the key from this environment variable
    #[arg(long, value_name = "NAME", requires = "remote")]
    pub(crate) api_key_env: Option<String>,
    /// A catalog of your own in TOML; it wins over the providers' field by field
    #[arg(long, value_name = "FILE", env = "STEER_CATALOG")]
    pub(crate) catalog: Option<PathBuf>,
    /// Answers from a server within this program: no key, no network
    #[arg(long, requires = "remote", conflicts_with_all = ["base_url", "api_key_env"])]
    pub(crate) demo: bool,
    /// Prints the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Takes an API key and keeps it, or logs in as the provider offers it
    ///
    /// The key is read from the terminal without being shown, or else from standard input; never from an argument.
    Login(LoginArgs),
    /// Removes what is kept for a provider, and ends its login
    Logout(LogoutArgs),
    /// Tells for each provider where its credential comes from; never the credential
    Status(StatusArgs),
}

#[derive(Args, Clone, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct LoginArgs {
    /// Whom to log in to; asked for where a person sits at the terminal
    pub(crate) provider: Option<String>,
    /// How: `api-key`, or another way that the provider offers
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Only prints the address to open
    #[arg(long)]
    pub(crate) no_browser: bool,
    #[command(flatten)]
    pub(crate) common: AuthArgs,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct LogoutArgs {
    /// Whom to log out from; may be left out where there is only one
    pub(crate) provider: Option<String>,
    /// Removes only this: `api-key` or `oauth2`
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<CredentialKind>,
    /// Removes what is kept for every provider
    #[arg(long, conflicts_with = "provider")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) common: AuthArgs,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct StatusArgs {
    /// Only this provider
    pub(crate) provider: Option<String>,
    #[command(flatten)]
    pub(crate) common: AuthArgs,
}

/// What the commands of `steer auth` have in common.
#[derive(Args, Clone, Debug)]
pub(crate) struct AuthArgs {
    /// A catalog of your own in TOML; it wins over the providers' field by field
    #[arg(long, value_name = "FILE", env = "STEER_CATALOG")]
    pub(crate) catalog: Option<PathBuf>,
    /// Prints the outcome as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn thinking(text: &str) -> Result<ThinkingConfig, String> {
    Ok(match text {
        "off" => ThinkingConfig::Off,
        "low" => ThinkingConfig::Effort(Effort::Low),
        "medium" => ThinkingConfig::Effort(Effort::Medium),
        "high" => ThinkingConfig::Effort(Effort::High),
        budget => match budget.parse() {
            Ok(tokens) if tokens > 0 => ThinkingConfig::Budget(tokens),
            _ => return Err("write off, low, medium, high, or a budget in tokens such as 2048".to_owned()),
        },
    })
}

fn capability(text: &str) -> Result<Capability, String> {
    let word = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    Capability::deserialize(word).map_err(|error| error.to_string())
}

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        _ => Err("write a number from 0 up, such as 0.7".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind as Kind;
    use clap::{CommandFactory, Parser};
    use steer::{Effort, ThinkingConfig};

    use super::{Arguments, ChatArgs, Command};

    fn chat(arguments: &[&str]) -> Result<ChatArgs, Kind> {
        let all = ["steer", "chat"].iter().chain(arguments);
        match Arguments::try_parse_from(all).map_err(|error| error.kind())?.command {
            Command::Chat(chat) => Ok(*chat),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_arguments_contradict_each_other_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn thinking_is_a_word_or_a_budget() {
        let thinking = |text: &str| chat(&["--thinking", text]).map(|chat| chat.thinking);
        assert_eq!(thinking("off"), Ok(Some(ThinkingConfig::Off)));
        assert_eq!(thinking("high"), Ok(Some(ThinkingConfig::Effort(Effort::High))));
        assert_eq!(thinking("2048"), Ok(Some(ThinkingConfig::Budget(2048))));
        for wrong in ["", "0", "1.5", "much", "1e3"] {
            assert_eq!(thinking(wrong), Err(Kind::ValueValidation), "{wrong}");
        }
    }

    #[test]
    fn an_address_or_a_key_without_a_model_is_refused_since_no_host_is_guessed() {
        assert_eq!(chat(&["--base-url", "http://127.0.0.1:1"]).unwrap_err(), Kind::MissingRequiredArgument);
        assert_eq!(chat(&["--api-key-env", "KEY"]).unwrap_err(), Kind::MissingRequiredArgument);
        assert!(chat(&["-m", "a/b", "--base-url", "http://127.0.0.1:1"]).is_ok());
    }

    #[test]
    fn the_demo_goes_with_no_other_address() {
        let elsewhere = ["--demo", "-m", "a/b", "--base-url", "http://127.0.0.1:1"];
        assert_eq!(chat(&elsewhere).unwrap_err(), Kind::ArgumentConflict);
        assert!(chat(&["--demo", "--json", "Hi"]).unwrap().demo);
        assert_eq!(chat(&["--json", "--events"]).unwrap_err(), Kind::ArgumentConflict);
    }

    #[test]
    fn a_temperature_is_a_number_that_means_something() {
        assert_eq!(chat(&["--temperature", "0.7"]).unwrap().temperature, Some(0.7));
        for wrong in ["NaN", "inf", "-1", "hot"] {
            assert!(chat(&[&format!("--temperature={wrong}")]).is_err(), "{wrong}");
        }
    }
}
