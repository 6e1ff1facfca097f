use std::sync::Arc;

use super::ModelRegistry;
use super::near::{near, shown};
use crate::error::ApiError;
use crate::model::{ModelConfig, ModelId, ProviderId};
use crate::registry::ProviderRegistry;

impl ModelRegistry {
    /// Finds the model that a request names: an alias, `provider/id`, `provider/alias`, or the id alone where one
    /// provider has it. An id may itself contain slashes. A name `provider/id` that no catalog lists is taken as it is
    /// where its provider is linked; one that begins with a provider never names another provider's model.
    ///
    /// # Errors
    /// There is no such model, and the error names near ones; several providers have it, and the error names them; its
    /// provider is not linked, and the error says which feature would; or its entry in a catalog has a problem, and the
    /// error tells it.
    pub fn resolve(&self, name: &str, providers: &ProviderRegistry) -> Result<Arc<ModelConfig>, ApiError> {
        let name = name.trim();
        if let Some(model) = self.of_alias(name) {
            return self.usable(model);
        }
        let parts = name.split_once('/').filter(|(provider, id)| !provider.is_empty() && !id.is_empty());
        if let Some((provider, id)) = parts
            && providers.is_spoken_of(provider)
        {
            return self.of_provider(ModelId::new(provider, id), providers);
        }
        if let Some(problem) = self.problem_of_name(name) {
            return Err(problem.as_error());
        }
        match self.candidates(name).as_slice() {
            [] => Err(self.unknown(name, parts.map(|(provider, _)| provider), providers)),
            [one] => self.usable(one),
            several => {
                let ids: Vec<String> = several.iter().map(|model| format!("`{}`", model.id)).collect();
                Err(ApiError::configuration(format!(
                    "several providers have a model `{}`; name one of {}",
                    shown(name),
                    ids.join(", ")
                )))
            }
        }
    }

    fn of_provider(&self, id: ModelId, providers: &ProviderRegistry) -> Result<Arc<ModelConfig>, ApiError> {
        let provider = id.provider.clone();
        providers.require(&provider)?;
        let of_alias = self.of_alias(&id.name).filter(|model| model.id.provider == provider);
        let problem = self
            .problem_of(&id)
            .or_else(|| self.problem_of(&of_alias?.id))
            .or_else(|| self.problem_of_name(&id.name).filter(|problem| problem.is_of(&provider)));
        if let Some(problem) = problem {
            return Err(problem.as_error());
        }
        let found = self.get(&id).or(of_alias);
        Ok(found.map_or_else(|| Arc::new(ModelConfig::unlisted(id)), Arc::clone))
    }

    /// The model of an alias, whether its entry has a problem or not.
    fn of_alias(&self, alias: &str) -> Option<&Arc<ModelConfig>> {
        self.by_alias.get(alias).and_then(|(place, _)| self.models.get(*place))
    }

    /// The model, unless its entry has a problem.
    fn usable(&self, model: &Arc<ModelConfig>) -> Result<Arc<ModelConfig>, ApiError> {
        self.problem_of(&model.id).map_or_else(|| Ok(Arc::clone(model)), |problem| Err(problem.as_error()))
    }

    /// The models whose id is this.
    fn candidates(&self, name: &str) -> Vec<&Arc<ModelConfig>> {
        let places = self.by_name.get(name).into_iter().flatten();
        places.filter_map(|place| self.models.get(*place)).collect()
    }

    fn unknown(&self, name: &str, provider: Option<&str>, providers: &ProviderRegistry) -> ApiError {
        let ids: Vec<String> = self.all().map(|model| model.id.to_string()).collect();
        let names = self
            .all()
            .flat_map(|model| model.aliases.iter().map(String::as_str).chain([&*model.id.name]))
            .chain(ids.iter().map(String::as_str));
        let close: Vec<String> = near(name, names).into_iter().map(|name| format!("`{name}`")).collect();
        if let Some(provider) = provider {
            let error = providers.unknown(&ProviderId::from(provider));
            return if close.is_empty() {
                error
            } else {
                ApiError::configuration(format!(
                    "{}; or did you mean the model {}?",
                    error.message(),
                    close.join(" or ")
                ))
            };
        }
        let advice = if close.is_empty() {
            "write `provider/id`, or an alias of a catalog".to_owned()
        } else {
            format!("did you mean {}?", close.join(" or "))
        };
        ApiError::configuration(format!("no model `{}`; {advice}", shown(name)))
    }
}
