use std::sync::Arc;

use steer_core::auth::AuthScheme;
use steer_core::http::BaseUrl;
use steer_core::model::ThinkingMode;
use steer_core::{
    Capability, Credential, ModelConfig, ModelRegistry, ProviderRegistry, ProviderSettings, Registration,
};

use super::memory::Memory;
use super::{Report, ensure};

/// A registration names wire formats that its catalog uses, the catalog can be read and recommends a model of each
/// provider, every model is found under each of its names, what it says of one model does not contradict itself, and every
/// provider can be built.
///
/// # Errors
/// Something of that does not hold.
pub fn the_registration_and_its_catalog_are_valid(registration: Registration) -> Report {
    let wrong = |error: steer_core::ApiError| error.to_string();
    let (providers, catalogs) = ProviderRegistry::new([registration]).map_err(wrong)?;
    let models =
        ModelRegistry::new(catalogs.into_iter().map(|(_, catalog)| catalog), &providers).map_err(wrong)?;
    ensure(providers.all().next().is_some(), || "the catalog lists no provider".to_owned())?;
    for config in providers.all() {
        let says = |what: &str| format!("the provider `{}` {what}", config.id);
        providers.registration_for(config).map_err(wrong)?;
        BaseUrl::parse(&config.base_url, false).map_err(wrong)?;
        ensure(!config.name.trim().is_empty(), || says("has no name for people"))?;
        let needs_key = config.auth == AuthScheme::ApiKey;
        ensure(!needs_key || !config.env.is_empty(), || says("names no variable for its key"))?;
        // A provider for any server lists no models, since it knows none.
        let lists_models = models.all().any(|model| model.id.provider == config.id);
        ensure(!lists_models || models.recommended(&config.id).is_some(), || says("recommends no model"))?;
        let settings = ProviderSettings::new(config.clone(), Arc::new(Memory::default()));
        let settings = settings.credential(Credential::api_key("key").map_err(wrong)?);
        let provider = (registration.build)(settings).map_err(wrong)?;
        ensure(provider.name() == config.id.as_str(), || says("is built under another name"))?;
    }
    for model in models.all() {
        let names = model.aliases.iter().cloned().chain([model.id.to_string()]);
        for name in names {
            let found = models.resolve(&name, &providers).map_err(wrong)?;
            ensure(found.id == model.id, || format!("`{name}` names another model than `{}`", model.id))?;
        }
        sound(model)?;
    }
    Ok(())
}

/// What a catalog says of a model does not contradict itself.
fn sound(model: &ModelConfig) -> Report {
    let has = |mode| model.thinking_modes.contains(&mode);
    let says = |what: &str| format!("`{}` {what}", model.id);
    let fits = model.max_output_tokens.map(u64::from) <= model.context_window_tokens.or(Some(u64::MAX));
    ensure(fits, || says("answers with more tokens than its context window has"))?;
    let thinks = model.capabilities.contains(&Capability::Thinking);
    ensure(thinks != model.thinking_modes.is_empty(), || {
        says("thinks without a way of thinking, or the reverse")
    })?;
    ensure(model.efforts.is_empty() || has(ThinkingMode::Effort), || {
        says("lists efforts that it does not take")
    })?;
    ensure(model.efforts.is_sorted_by(|one, next| one < next), || {
        says("lists efforts twice or out of order")
    })?;
    let (least, most) = (model.min_thinking_budget_tokens, model.max_thinking_budget_tokens);
    let has_bounds = least.is_some() || most.is_some();
    ensure(!has_bounds || has(ThinkingMode::Budget), || says("bounds a budget that it does not take"))?;
    ensure(least.unwrap_or(0) <= most.unwrap_or(u32::MAX), || says("takes no budget at all"))?;
    let Some(price) = &model.price else { return Ok(()) };
    let is_dated = price.version.is_some() && price.as_of.is_some();
    ensure(is_dated, || says("has a price without its source or its day"))?;
    let is_whole = price.input.is_some() && price.output.is_some();
    ensure(is_whole, || says("has a price for one direction alone"))
}
