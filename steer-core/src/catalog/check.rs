use super::headers::{header, refused_parameter};
use super::near::shown;
use super::{CatalogModel, CatalogProvider};
use crate::http::BaseUrl;

/// What is wrong in a provider's entry, each with the key it is about.
pub(super) fn provider(entry: &CatalogProvider) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut tell = |key: &'static str, what: String| wrong.push((key, what));
    let id = entry.id.as_str();
    if !is_name(id) || id.contains('/') {
        tell("id", "the id of a provider is a word without spaces and slashes".to_owned());
    }
    if let Some(url) = &entry.base_url
        && let Err(error) = BaseUrl::parse(url, true)
    {
        tell("base_url", error.message().to_owned());
    }
    if let Some(url) = &entry.key_url
        && url::Url::parse(url).map_or(true, |url| !matches!(url.scheme(), "https" | "http"))
    {
        tell("key_url", "this is no address of a page; it begins with `https://`".to_owned());
    }
    for name in entry.env.iter().flatten() {
        if !is_name(name) || name.contains('=') {
            tell("env", format!("`{}` is no name of an environment variable", shown(name)));
        }
    }
    for (name, value) in entry.headers.iter() {
        if let Err(what) = header(name, value) {
            tell("headers", what);
        }
    }
    for (name, _) in entry.query.iter() {
        if let Some(what) = refused_parameter(name) {
            tell("query", what);
        }
    }
    wrong
}

/// What is wrong in a model's entry, each with the key it is about.
pub(super) fn model(entry: &CatalogModel) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if !is_name(&entry.id) {
        wrong.push(("id", "the id of a model is a word without spaces".to_owned()));
    }
    for alias in entry.aliases.iter().flatten() {
        if !is_name(alias) || alias.contains('/') {
            let what = format!("the alias `{}` is not a word without spaces and slashes", shown(alias));
            wrong.push(("aliases", what));
        }
    }
    wrong
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}
