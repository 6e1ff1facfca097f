use super::Options;
use crate::verdict::Obstacle;

/// `Facts` are what a new provider is called, and where it is.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) title: String,
    base_url: String,
    env: String,
}

impl Facts {
    /// Reads them from the arguments.
    pub(super) fn read(options: &Options) -> Result<Self, Obstacle> {
        let id = options.name.clone();
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_id = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(is_word);
        if !is_id || id.ends_with('-') || id.contains("--") {
            return Err(format!(
                "`{id}` is no id: small letters, digits and single dashes, as in `my-vendor`"
            )
            .into());
        }
        let base_url = options.base_url.trim_end_matches('/').to_owned();
        if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
            return Err(format!("`{base_url}` is no address: it begins with https:// or http://").into());
        }
        let env =
            options.key.clone().unwrap_or_else(|| format!("{}_API_KEY", id.to_uppercase().replace('-', "_")));
        if env.is_empty() || !env.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(format!("`{env}` is no name of an environment variable").into());
        }
        let title = options.title.clone().unwrap_or_else(|| capitalized(&id));
        let breaks = |c: char| c.is_control() || matches!(c, '"' | '\\' | '{' | '}');
        if title.trim().is_empty() || title.contains(breaks) || base_url.contains(|c| breaks(c) || c == ' ') {
            return Err(
                "a title and an address hold no quotes, braces, backslashes or control characters".into()
            );
        }
        Ok(Self { id, title, base_url, env })
    }

    /// The crate's name in Rust.
    pub(super) fn module(&self) -> String {
        format!("steer_{}", self.id.replace('-', "_"))
    }

    /// Puts the facts into a template.
    pub(super) fn fill(&self, template: &str) -> String {
        template
            .replace("{{id}}", &self.id)
            .replace("{{title}}", &self.title)
            .replace("{{base-url}}", &self.base_url)
            .replace("{{env}}", &self.env)
            .replace("{{module}}", &self.module())
    }
}

fn capitalized(id: &str) -> String {
    let mut letters = id.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
