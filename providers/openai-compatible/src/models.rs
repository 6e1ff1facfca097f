//! Listing models: <https://platform.openai.com/docs/api-reference/models/list>, and what compatible servers add.

use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::beside::{ModelInfo, ModelPage};
use steer_core::json::{Members, RawJson};
use steer_core::protocol::ModelsWire;
use steer_core::{ApiError, Outgoing};

use crate::Chat;

impl ModelsWire for Chat {
    fn encode(&self, next: Option<&str>) -> Outgoing {
        let mut outgoing = Outgoing::get(self.dialect.models.unwrap_or("/models"));
        outgoing.query.extend(next.map(|last| ("after".to_owned(), last.to_owned())));
        outgoing
    }

    /// Takes an object with the list in `data` or `models`, and the bare list that some servers send:
    /// <https://docs.together.ai/reference/models-1>.
    fn read(&self, body: &str) -> Result<ModelPage, ApiError> {
        let broken = |error| ApiError::parsing("the answer holds no list of models").with_source(error);
        if body.trim_start().starts_with('[') {
            return Ok(ModelPage::new(infos(serde_json::from_str(body).map_err(broken)?)?, None));
        }
        let mut members: Members<'_> = Members::read(body).map_err(broken)?;
        let list = members.take("data").or_else(|| members.take("models"));
        let list = list.ok_or_else(|| ApiError::parsing("the answer holds no list of models"))?;
        let models = infos(serde_json::from_str(list.get()).map_err(broken)?)?;
        let has_more: bool = members.lenient("has_more").unwrap_or_default();
        if !has_more {
            return Ok(ModelPage::new(models, None));
        }
        let last = members.text("last_id").filter(|last| !last.is_empty());
        let last = last.or_else(|| models.last().map(|model| model.id.clone()));
        let last = last.ok_or_else(|| ApiError::parsing("the list of models goes on, but not where"))?;
        Ok(ModelPage::new(models, Some(last)))
    }
}

fn infos(list: Vec<&RawValue>) -> Result<Vec<ModelInfo>, ApiError> {
    list.into_iter().map(info).collect()
}

fn info(raw: &RawValue) -> Result<ModelInfo, ApiError> {
    let broken = |error| ApiError::parsing("a model in the list is no object").with_source(error);
    let mut all: Members<'_> = Members::read(raw.get()).map_err(broken)?;
    let id = first(&mut all, &["id", "model", "name"], Members::text).filter(|id| !id.is_empty());
    let mut info = ModelInfo::new(id.ok_or_else(|| ApiError::parsing("a model in the list has no id"))?);
    info.display_name = first(&mut all, &["display_name", "name"], Members::text);
    info.created = ["created", "created_at"].iter().find_map(|name| all.get(name)).and_then(word);
    info.owner = first(&mut all, &["owned_by", "organization"], Members::text);
    let windows = ["context_window", "context_length", "max_context_length", "max_model_len"];
    info.context_window_tokens = first(&mut all, &windows, Members::lenient);
    let mut top: Members<'_> = inner(&mut all, "top_provider");
    let outputs = ["max_completion_tokens", "max_output_length", "max_output_tokens"];
    info.max_output_tokens =
        first(&mut all, &outputs, Members::lenient).or_else(|| first(&mut top, &outputs, Members::lenient));
    let mut media: Members<'_> = inner(&mut all, "architecture");
    let mut list = |name: &str| all.lenient(name).or_else(|| media.lenient(name)).unwrap_or_default();
    info.input_modalities = list("input_modalities");
    info.output_modalities = list("output_modalities");
    info.capabilities = all.take("capabilities").map(capabilities).unwrap_or_default();
    if info.capabilities.is_empty() {
        info.capabilities = all.lenient("supported_parameters").unwrap_or_default();
    }
    info.raw = RawJson::new(raw.get()).ok();
    Ok(info)
}

fn first<'a, T>(
    members: &mut Members<'a>,
    names: &[&str],
    read: impl Fn(&mut Members<'a>, &str) -> Option<T>,
) -> Option<T> {
    names.iter().find_map(|name| read(members, name))
}

fn inner<'a>(members: &mut Members<'a>, name: &str) -> Members<'a> {
    members.take(name).and_then(|raw| Members::read(raw.get()).ok()).unwrap_or_default()
}

/// A string or a number as text.
fn word(raw: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Word {
        Text(String),
        Number(serde_json::Number),
    }
    match serde_json::from_str(raw.get()).ok()? {
        Word::Text(text) => Some(text),
        Word::Number(number) => Some(number.to_string()),
    }
}

/// A list of words, or an object of switches.
fn capabilities(raw: &RawValue) -> Vec<String> {
    if let Ok(list) = serde_json::from_str(raw.get()) {
        return list;
    }
    let switches: Members<'_> = Members::read(raw.get()).unwrap_or_default();
    let on = switches.rest().filter(|(_, raw)| raw.get() == "true");
    on.map(|(name, _)| name.to_owned()).collect()
}
