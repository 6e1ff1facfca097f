//! Listing models: <https://ai.google.dev/api/models#method:-models.list>.

use serde_json::value::RawValue;
use steer_core::beside::{ModelInfo, ModelPage};
use steer_core::json::{Members, RawJson};
use steer_core::protocol::ModelsWire;
use steer_core::{ApiError, Outgoing};

use crate::GenerateContent;

/// The most models that a page holds.
const PAGE: &str = "1000";

/// What stands before the names that requests use.
const COLLECTIONS: [&str; 2] = ["models/", "publishers/google/models/"];

impl ModelsWire for GenerateContent {
    fn encode(&self, next: Option<&str>) -> Outgoing {
        let mut outgoing = Outgoing::get("/models");
        outgoing.query.push(("pageSize".to_owned(), PAGE.to_owned()));
        outgoing.query.extend(next.map(|token| ("pageToken".to_owned(), token.to_owned())));
        outgoing
    }

    /// Takes the list of either host; an empty list is left out, as the format leaves out what is empty.
    fn read(&self, body: &str) -> Result<ModelPage, ApiError> {
        let broken = |error| ApiError::parsing("the answer holds no list of models").with_source(error);
        let mut members: Members<'_> = Members::read(body).map_err(broken)?;
        let next = members.text("nextPageToken").filter(|token| !token.is_empty());
        let list = ["models", "publisherModels"].iter().find_map(|name| members.take(name));
        if list.is_none() && members.len() > 0 {
            return Err(ApiError::parsing("the answer holds no list of models"));
        }
        let list: Vec<&RawValue> = list
            .map(|list| serde_json::from_str(list.get()).map_err(broken))
            .transpose()?
            .unwrap_or_default();
        let models = list.into_iter().map(info).collect::<Result<_, _>>()?;
        Ok(ModelPage::new(models, next))
    }
}

fn info(raw: &RawValue) -> Result<ModelInfo, ApiError> {
    let broken = |error| ApiError::parsing("a model in the list is no object").with_source(error);
    let mut members: Members<'_> = Members::read(raw.get()).map_err(broken)?;
    let name = members.text("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| ApiError::parsing("a model in the list has no name"))?;
    let id = COLLECTIONS.iter().find_map(|collection| name.strip_prefix(collection)).unwrap_or(&name);
    let mut info = ModelInfo::new(id);
    info.display_name = members.text("displayName");
    info.context_window_tokens = members.lenient("inputTokenLimit");
    info.max_output_tokens = members.lenient("outputTokenLimit");
    let mut methods = |name| members.lenient(name);
    info.capabilities =
        methods("supportedGenerationMethods").or_else(|| methods("supportedActions")).unwrap_or_default();
    info.raw = RawJson::new(raw.get()).ok();
    Ok(info)
}
