//! Listing models: <https://docs.claude.com/en/api/models-list>.

use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::beside::{ModelInfo, ModelPage};
use steer_core::json::{Members, RawJson};
use steer_core::protocol::ModelsWire;
use steer_core::{ApiError, Outgoing};

use crate::{Messages, encode};

/// The most models that a page holds: <https://docs.claude.com/en/api/models-list>.
const PAGE: &str = "1000";

impl ModelsWire for Messages {
    fn encode(&self, next: Option<&str>) -> Outgoing {
        let mut outgoing = Outgoing::get("/v1/models");
        outgoing.headers.insert(encode::VERSION_HEADER, encode::VERSION);
        outgoing.query.push(("limit".to_owned(), PAGE.to_owned()));
        outgoing.query.extend(next.map(|last| ("after_id".to_owned(), last.to_owned())));
        outgoing
    }

    fn read(&self, body: &str) -> Result<ModelPage, ApiError> {
        #[derive(Deserialize)]
        struct Page<'a> {
            #[serde(borrow)]
            data: Vec<&'a RawValue>,
            #[serde(default)]
            has_more: bool,
            #[serde(default)]
            last_id: Option<String>,
        }
        let broken = |error| ApiError::parsing("the answer holds no list of models").with_source(error);
        let page: Page<'_> = serde_json::from_str(body).map_err(broken)?;
        let models: Vec<ModelInfo> = page.data.into_iter().map(info).collect::<Result<_, _>>()?;
        if !page.has_more {
            return Ok(ModelPage::new(models, None));
        }
        let last = page.last_id.filter(|last| !last.is_empty());
        let last = last.or_else(|| models.last().map(|model| model.id.clone()));
        let last = last.ok_or_else(|| ApiError::parsing("the list of models goes on, but not where"))?;
        Ok(ModelPage::new(models, Some(last)))
    }
}

fn info(raw: &RawValue) -> Result<ModelInfo, ApiError> {
    let broken = |error| ApiError::parsing("a model in the list is no object").with_source(error);
    let mut members: Members<'_> = Members::read(raw.get()).map_err(broken)?;
    let id = members.text("id").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| ApiError::parsing("a model in the list has no id"))?;
    let mut info = ModelInfo::new(id);
    info.display_name = members.text("display_name");
    info.created = members.text("created_at");
    info.context_window_tokens = members.lenient("max_input_tokens");
    info.max_output_tokens = members.lenient("max_tokens");
    info.capabilities = members.take("capabilities").map(supported).unwrap_or_default();
    info.raw = RawJson::new(raw.get()).ok();
    Ok(info)
}

/// The names of the capabilities that are told to be supported.
fn supported(raw: &RawValue) -> Vec<String> {
    let all: Members<'_> = Members::read(raw.get()).unwrap_or_default();
    let is_supported = |raw: &RawValue| {
        let one: Members<'_> = Members::read(raw.get()).unwrap_or_default();
        one.get("supported").is_some_and(|word| word.get() == "true")
    };
    all.rest().filter(|(_, raw)| is_supported(raw)).map(|(name, _)| name.to_owned()).collect()
}
