use std::io::{self, BufRead};
use std::sync::Arc;

use steer::auth::{AuthPlugin, AuthPluginRegistration, AuthScheme, PluginContext};
use steer::{ApiError, ProviderConfig};

use crate::cli::failure::Failure;
use crate::cli::sanitise::one_line;
use crate::cli::terminal::Terminal;

/// The name of the way that every provider with a key has.
const API_KEY: &str = "api-key";

/// `Method` is a way to log in to a provider.
#[derive(Debug)]
pub(super) struct Method {
    /// What `--method` calls it.
    pub(super) id: String,
    name: String,
    /// What does it; an API key needs nothing.
    pub(super) plugin: Option<Arc<dyn AuthPlugin>>,
}

impl Method {
    /// The ways that there are: those of the plugins, the best first, and an API key.
    pub(super) fn all(context: &PluginContext) -> Vec<Self> {
        let mut all: Vec<Self> = plugins(&context.config)
            .into_iter()
            .flat_map(|plugin| {
                let methods = plugin.methods(context);
                methods.into_iter().map(move |method| Self {
                    id: method.id.to_owned(),
                    name: method.name.to_owned(),
                    plugin: Some(Arc::clone(&plugin)),
                })
            })
            .collect();
        if context.config.auth != AuthScheme::None {
            all.push(Self { id: API_KEY.to_owned(), name: "API key".to_owned(), plugin: None });
        }
        all
    }

    /// Finds the one that is wanted: by its name, by being the only one, by asking the person, or by there being
    /// something on standard input, which can only be a key.
    pub(super) fn choose(
        all: Vec<Self>,
        wanted: Option<&str>,
        config: &ProviderConfig,
        terminal: Terminal,
        may_ask: bool,
    ) -> Result<Self, Failure> {
        let list = || all.iter().map(|method| format!("`{}`", method.id)).collect::<Vec<_>>().join(", ");
        if all.is_empty() {
            return Err(ApiError::configuration(format!("{} asks for no credential", config.id)).into());
        }
        let position = match wanted {
            Some(wanted) => all.iter().position(|method| method.id == wanted).ok_or_else(|| {
                Failure::Usage(format!(
                    "{} offers no login `{}`; there are {}",
                    config.id,
                    one_line(wanted),
                    list()
                ))
            })?,
            None if all.len() == 1 => 0,
            None if !terminal.stdin => {
                all.iter().position(|method| method.plugin.is_none()).ok_or_else(|| {
                    Failure::Usage(format!("name the way to log in with `--method`; there are {}", list()))
                })?
            }
            None if may_ask => ask(&all, &config.name, terminal)?,
            None => {
                return Err(Failure::Usage(format!(
                    "name the way to log in with `--method`; there are {}",
                    list()
                )));
            }
        };
        all.into_iter().nth(position).ok_or_else(|| Failure::Usage("no way to log in was chosen".to_owned()))
    }
}

/// The plugins for a provider: its own, then those that serve whichever provider says what they need.
pub(super) fn plugins(config: &ProviderConfig) -> Vec<Arc<dyn AuthPlugin>> {
    let mut found: Vec<&AuthPluginRegistration> =
        steer::__private::inventory::iter::<AuthPluginRegistration>()
            .filter(|plugin| plugin.provider.is_none_or(|provider| provider == config.id.as_str()))
            .collect();
    found.sort_by_key(|plugin| (plugin.provider.is_none(), plugin.crate_name));
    found.into_iter().map(|plugin| (plugin.build)()).collect()
}

/// Asks a person for a number from a list.
fn ask(all: &[Method], provider: &str, terminal: Terminal) -> Result<usize, Failure> {
    let names: Vec<String> = all.iter().map(|method| format!("{} ({})", method.name, method.id)).collect();
    pick(&format!("How do you want to log in to {provider}?"), &names, terminal)
}

/// Asks a person to choose from a list.
pub(super) fn pick(question: &str, names: &[String], terminal: Terminal) -> Result<usize, Failure> {
    let mut text = format!("{}\n", one_line(question));
    for (number, name) in (1..).zip(names) {
        text.push_str(&format!("  {number}  {}\n", one_line(name)));
    }
    text.push_str("Number: ");
    terminal.tell(&text);
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::System(format!("the terminal cannot be read: {error}")))?;
    let number = line.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.filter(|number| *number < names.len()).ok_or_else(|| {
        Failure::Usage(format!("`{}` is none of the numbers; nothing was changed", one_line(line.trim())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ProviderConfig {
        crate::cli::linked::Linked::load(None)
            .unwrap()
            .providers
            .require(&"anthropic".into())
            .unwrap()
            .clone()
    }

    fn method(id: &str, plugin: Option<Arc<dyn AuthPlugin>>) -> Method {
        Method { id: id.to_owned(), name: id.to_owned(), plugin }
    }

    fn choose(ids: &[&str], wanted: Option<&str>, stdin: bool) -> Result<String, Failure> {
        let all = ids.iter().map(|id| method(id, None)).collect();
        let terminal = Terminal { stdin, ..Terminal::default() };
        Method::choose(all, wanted, &config(), terminal, false).map(|method| method.id)
    }

    #[test]
    fn the_only_way_needs_no_name_and_one_of_several_does() {
        assert_eq!(choose(&["api-key"], None, true).unwrap(), "api-key");
        assert_eq!(choose(&["browser", "api-key"], Some("api-key"), true).unwrap(), "api-key");
        let error = choose(&["browser", "api-key"], None, true).unwrap_err();
        assert!(error.to_string().contains("`browser`, `api-key`"), "{error}");
        let error = choose(&["browser"], Some("magic"), true).unwrap_err();
        assert!(error.to_string().contains("no login `magic`"), "{error}");
        assert!(matches!(choose(&[], None, true).unwrap_err(), Failure::Api(_)));
    }
}
