//! Listing the models that the server has: <https://docs.ollama.com/api/tags>.

use serde_json::value::RawValue;
use steer_core::beside::{ModelInfo, ModelPage};
use steer_core::json::{Members, RawJson};
use steer_core::protocol::ModelsWire;
use steer_core::{ApiError, Outgoing};

use crate::Chat;

impl ModelsWire for Chat {
    /// The list has one page.
    fn encode(&self, _next: Option<&str>) -> Outgoing {
        Outgoing::get("/api/tags")
    }

    fn read(&self, body: &str) -> Result<ModelPage, ApiError> {
        let broken = |error| ApiError::parsing("the answer holds no list of models").with_source(error);
        let mut members: Members<'_> = Members::read(body).map_err(broken)?;
        let list = members.take("models");
        let list = list.ok_or_else(|| ApiError::parsing("the answer holds no list of models"))?;
        let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(broken)?;
        Ok(ModelPage::new(list.into_iter().map(info).collect::<Result<_, _>>()?, None))
    }
}

fn info(raw: &RawValue) -> Result<ModelInfo, ApiError> {
    let broken = |error| ApiError::parsing("a model in the list is no object").with_source(error);
    let mut members: Members<'_> = Members::read(raw.get()).map_err(broken)?;
    // Older servers tell the name alone; elsewhere both are alike.
    let id = ["model", "name"].iter().find_map(|name| members.text(name).filter(|text| !text.is_empty()));
    let mut info = ModelInfo::new(id.ok_or_else(|| ApiError::parsing("a model in the list has no name"))?);
    info.created = members.text("modified_at");
    info.capabilities = members.lenient("capabilities").unwrap_or_default();
    info.raw = RawJson::new(raw.get()).ok();
    Ok(info)
}
