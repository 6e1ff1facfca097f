//! `steer auth login`.

use serde::Serialize;
use steer::auth::{AuthPlugin, Credential, CredentialKind, Environment, LoginStep, PluginContext, Secret};
use steer::{ApiError, ProviderConfig, ProviderId};

use super::method::{Method, pick};
use super::{context, store};
use crate::cli::args::LoginArgs;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::linked::Linked;
use crate::cli::sanitise::one_line;
use crate::cli::terminal::Terminal;
use crate::cli::{browser, json, secret};

/// Gets a credential and keeps it.
pub(super) async fn run(args: LoginArgs, terminal: Terminal) -> Result<(), Failure> {
    // Ctrl-C ends the program: half a login is none.
    let interrupt = Interrupt::install();
    let may_ask = terminal.stdin && terminal.stderr && !args.common.json;
    let linked = Linked::load(args.common.catalog.as_deref())?;
    let provider = provider(args.provider.as_deref(), &linked, terminal, may_ask)?;
    let config = linked.providers.require(&provider)?;
    let chosen = store()?;
    let context = context(config, &chosen.store)?;
    let method = Method::choose(Method::all(&context), args.method.as_deref(), config, terminal, may_ask)?;
    let credential = match &method.plugin {
        None => api_key(config, terminal, &interrupt)?,
        Some(plugin) => {
            let person = Person {
                tell: |text: &str| terminal.tell(text),
                open: |url: &str| browser::open(url, terminal, !args.no_browser),
                ask: |prompt: &str| secret::read_line(prompt, terminal, &interrupt),
            };
            log_in(&**plugin, &method.id, &context, person).await?
        }
    };
    // A renewal on its way would write over it.
    let held = chosen.store.lock(&provider, credential.kind())?;
    chosen.store.set(&provider, &credential)?;
    drop(held);
    terminal.tell(&format!("{}\n", one_line(&chosen.notice)));
    if let Some(variable) = shadowing(credential.kind(), config) {
        terminal.tell(&format!("note: {variable} is set, and comes before the key that is kept\n"));
    }
    if args.common.json {
        let done = Done { provider: &provider, kind: credential.kind(), store: chosen.store.name() };
        terminal.write(&json::object(&done)?)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Done<'a> {
    provider: &'a ProviderId,
    kind: CredentialKind,
    store: String,
}

/// Whom to log in to.
fn provider(
    named: Option<&str>,
    linked: &Linked,
    terminal: Terminal,
    may_ask: bool,
) -> Result<ProviderId, Failure> {
    if let Some(name) = named {
        return Ok(ProviderId::from(name));
    }
    let all: Vec<&ProviderConfig> = linked.providers.all().collect();
    if !may_ask {
        let ids = all.iter().map(|config| config.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!("name the provider; there are {ids}")));
    }
    let names: Vec<String> = all.iter().map(|config| format!("{} ({})", config.name, config.id)).collect();
    let number = pick("Whom do you want to log in to?", &names, terminal)?;
    let chosen = all.get(number).map(|config| config.id.clone());
    chosen.ok_or_else(|| Failure::Usage("no provider was chosen".to_owned()))
}

fn api_key(
    config: &ProviderConfig,
    terminal: Terminal,
    interrupt: &Interrupt,
) -> Result<Credential, Failure> {
    let page = config.key_url.as_ref().map(|url| format!(" (keys are made at {url})")).unwrap_or_default();
    let prompt = format!("{}; it is not shown: ", one_line(&format!("API key of {}{page}", config.name)));
    let key = secret::read(&prompt, terminal, interrupt)?;
    Ok(Credential::api_key(key.expose()).map_err(|error| error.with_provider(&config.id))?)
}

/// `Person` is who sits before the program, and what can be done with them. All texts are fit for a terminal.
struct Person<Tell, Open, Ask> {
    tell: Tell,
    open: Open,
    ask: Ask,
}

/// Goes through the steps of a plugin's login.
async fn log_in(
    plugin: &dyn AuthPlugin,
    method: &str,
    context: &PluginContext,
    mut person: Person<impl FnMut(&str), impl FnMut(&str), impl FnMut(&str) -> Result<Secret, Failure>>,
) -> Result<Credential, Failure> {
    let mut flow = plugin.start(method, context).await?;
    let mut input: Option<Secret> = None;
    loop {
        match flow.next(input.take()).await? {
            LoginStep::Open { url } => (person.open)(&url),
            LoginStep::EnterCode { url, complete_url, code, .. } => {
                (person.tell)(&format!("Enter this code where you are asked for it: {}\n", one_line(&code)));
                (person.open)(complete_url.as_ref().unwrap_or(&url));
                if complete_url.is_some() {
                    (person.tell)(&format!("(or {} without the code)\n", one_line(&url)));
                }
            }
            LoginStep::Input { prompt } => {
                input = Some((person.ask)(&format!("{}: ", one_line(&prompt)))?);
            }
            LoginStep::Progress { message } => (person.tell)(&format!("{}\n", one_line(&message))),
            LoginStep::Complete { credential } => return Ok(credential),
            _ => {
                let unknown = "the login asks for something that this version of the program does not know";
                return Err(ApiError::unsupported(unknown).into());
            }
        }
    }
}

/// The variable whose key is used in place of the kept one.
fn shadowing(kind: CredentialKind, config: &ProviderConfig) -> Option<&str> {
    let environment = Environment::process();
    let mut names = config.env.iter().map(String::as_str);
    names.find(|name| kind == CredentialKind::ApiKey && environment.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::time::SystemTime;

    use steer::async_trait;
    use steer::auth::{AuthDirective, LoginFlow, LoginMethod, MemoryStore};

    use super::*;

    /// A login whose steps are given.
    #[derive(Clone, Debug)]
    struct Scripted(Vec<LoginStep>);

    #[derive(Debug)]
    struct Flow {
        steps: VecDeque<LoginStep>,
        asked: bool,
    }

    #[async_trait]
    impl AuthPlugin for Scripted {
        fn name(&self) -> &str {
            "scripted"
        }

        fn methods(&self, _: &PluginContext) -> Vec<LoginMethod> {
            vec![LoginMethod::new("scripted", "a script")]
        }

        async fn start(&self, method: &str, _: &PluginContext) -> Result<Box<dyn LoginFlow>, ApiError> {
            assert_eq!(method, "scripted");
            Ok(Box::new(Flow { steps: self.0.clone().into(), asked: false }))
        }

        fn directive(&self, _: &PluginContext) -> Result<Option<AuthDirective>, ApiError> {
            Ok(None)
        }
    }

    #[async_trait]
    impl LoginFlow for Flow {
        async fn next(&mut self, input: Option<Secret>) -> Result<LoginStep, ApiError> {
            assert_eq!(self.asked, input.is_some(), "a question is answered once, and nothing else is");
            let step = self.steps.pop_front().ok_or_else(|| ApiError::configuration("refused"))?;
            self.asked = matches!(step, LoginStep::Input { .. });
            Ok(match (input, step) {
                (Some(code), LoginStep::Complete { .. }) => {
                    LoginStep::Complete { credential: Credential::api_key(code.expose())? }
                }
                (_, step) => step,
            })
        }
    }

    /// What the person saw, and how it ended.
    async fn through(steps: Vec<LoginStep>) -> (String, Result<Credential, Failure>) {
        let linked = Linked::load(None).unwrap();
        let config = linked.providers.require(&"anthropic".into()).unwrap().clone();
        let store: Arc<dyn steer::auth::CredentialStore> = Arc::new(MemoryStore::new());
        let context = context(&config, &store).unwrap();
        let seen = RefCell::new(String::new());
        let see = |what: &str, text: &str| seen.borrow_mut().push_str(&format!("{what} {}|", text.trim()));
        let person = Person {
            tell: |text: &str| see("told", text),
            open: |url: &str| see("opened", url),
            ask: |prompt: &str| {
                see("asked", prompt);
                Ok(Secret::new("typed"))
            },
        };
        let ended = log_in(&Scripted(steps), "scripted", &context, person).await;
        (seen.into_inner(), ended)
    }

    fn complete() -> LoginStep {
        LoginStep::Complete { credential: Credential::api_key("given").unwrap() }
    }

    #[tokio::test]
    async fn a_person_is_led_through_every_step_and_what_they_type_reaches_the_next() {
        let (seen, ended) = through(vec![
            LoginStep::Open { url: "https://a.example/".to_owned() },
            LoginStep::Progress { message: "waiting\u{1b}[2J".to_owned() },
            LoginStep::Input { prompt: "Code".to_owned() },
            complete(),
        ])
        .await;
        assert_eq!(seen, "opened https://a.example/|told waiting|asked Code:|");
        assert_eq!(ended.unwrap(), Credential::api_key("typed").unwrap());
    }

    #[tokio::test]
    async fn a_code_for_another_machine_is_shown_with_the_address_that_needs_no_typing() {
        let step = |complete_url: Option<&str>| LoginStep::EnterCode {
            url: "https://a.example/device".to_owned(),
            complete_url: complete_url.map(str::to_owned),
            code: "AB-12".to_owned(),
            expires_at: SystemTime::UNIX_EPOCH,
        };
        let (seen, ended) = through(vec![step(Some("https://a.example/device?c=AB-12")), complete()]).await;
        assert!(seen.contains("AB-12|opened https://a.example/device?c=AB-12|"), "{seen}");
        assert!(seen.contains("told (or https://a.example/device without the code)|"), "{seen}");
        assert_eq!(ended.unwrap(), Credential::api_key("given").unwrap());
        let (seen, _) = through(vec![step(None), complete()]).await;
        assert!(seen.ends_with("AB-12|opened https://a.example/device|"), "{seen}");
    }

    #[tokio::test]
    async fn a_login_that_is_refused_gives_no_credential() {
        let (_, ended) = through(vec![LoginStep::Open { url: "https://a.example/".to_owned() }]).await;
        assert!(matches!(ended, Err(Failure::Api(error)) if error.message() == "refused"));
    }
}
