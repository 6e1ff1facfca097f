use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Catalog;
use crate::error::ApiError;
use crate::model::{ModelConfig, ModelId, ProviderId};
use crate::registry::ProviderRegistry;

/// `ModelRegistry` knows the models of all catalogs, by id and by alias.
#[derive(Clone, Debug, Default)]
pub struct ModelRegistry {
    /// In the catalogs' order, which is the order of recommendation.
    models: Vec<Arc<ModelConfig>>,
    by_id: BTreeMap<ModelId, usize>,
    by_alias: BTreeMap<String, usize>,
}

impl ModelRegistry {
    /// Makes a registry of catalogs.
    ///
    /// # Errors
    /// A model or an alias stands twice, or a model's provider is not known.
    pub fn new(
        catalogs: impl IntoIterator<Item = Catalog>,
        providers: &ProviderRegistry,
    ) -> Result<Self, ApiError> {
        let mut registry = Self::default();
        for entry in catalogs.into_iter().flat_map(|catalog| catalog.models) {
            let model = ModelConfig::from(entry);
            providers.require(&model.id.provider)?;
            registry.insert(Arc::new(model))?;
        }
        Ok(registry)
    }

    /// Takes a catalog whose entries win over what is there, field by field; models that are not there are added.
    /// `name` says where it is from.
    ///
    /// # Errors
    /// A model stands twice in it, an alias stands for two models, or a model's provider is not known.
    pub fn overlay(
        &mut self,
        catalog: Catalog,
        name: &str,
        providers: &ProviderRegistry,
    ) -> Result<(), ApiError> {
        let mut seen = BTreeSet::new();
        let mut models = std::mem::take(self).models;
        for entry in catalog.models {
            let id = entry.model();
            let within = |what: &str| ApiError::configuration(format!("the catalog of `{name}` {what}"));
            providers.require(&id.provider).map_err(|error| within(&format!("lists `{id}`: {error}")))?;
            if !seen.insert(id.clone()) {
                return Err(within(&format!("lists the model `{id}` twice; join the two entries")));
            }
            match models.iter_mut().find(|model| model.id == id) {
                Some(model) => entry.apply(Arc::make_mut(model)),
                None => models.push(Arc::new(ModelConfig::from(entry))),
            }
        }
        for model in models {
            self.insert(model)?;
        }
        Ok(())
    }

    /// The model with this id.
    pub fn get(&self, id: &ModelId) -> Option<&Arc<ModelConfig>> {
        self.by_id.get(id).and_then(|place| self.models.get(*place))
    }

    /// The model with this alias.
    pub fn by_alias(&self, alias: &str) -> Option<&Arc<ModelConfig>> {
        self.by_alias.get(alias).and_then(|place| self.models.get(*place))
    }

    /// The recommended model of a provider: the first that its catalog marks so.
    pub fn recommended(&self, provider: &ProviderId) -> Option<&Arc<ModelConfig>> {
        self.models.iter().find(|model| model.recommended && model.id.provider == *provider)
    }

    /// All models, in the order of the catalogs.
    pub fn all(&self) -> impl Iterator<Item = &Arc<ModelConfig>> {
        self.models.iter()
    }

    /// Finds the model that a request names: `provider/name`, `provider/alias`, or an alias. A name that no catalog
    /// lists is taken as it is where its provider is linked.
    ///
    /// # Errors
    /// The name is of none of these forms, or the provider is not linked.
    pub fn resolve(&self, name: &str, providers: &ProviderRegistry) -> Result<Arc<ModelConfig>, ApiError> {
        let name = name.trim();
        if let Some(model) = self.by_alias(name) {
            return Ok(Arc::clone(model));
        }
        let Some((provider, model)) = name.split_once('/').filter(|(p, m)| !p.is_empty() && !m.is_empty())
        else {
            return Err(self.unknown(name));
        };
        let id = ModelId::new(provider, model);
        if let Some(found) = self.get(&id) {
            return Ok(Arc::clone(found));
        }
        if let Some(found) = self.by_alias(model).filter(|found| found.id.provider == id.provider) {
            return Ok(Arc::clone(found));
        }
        providers.require(&id.provider)?;
        Ok(Arc::new(ModelConfig::unlisted(id)))
    }

    fn insert(&mut self, model: Arc<ModelConfig>) -> Result<(), ApiError> {
        let place = self.models.len();
        if self.by_id.insert(model.id.clone(), place).is_some() {
            return Err(ApiError::configuration(format!("the catalogs list the model `{}` twice", model.id)));
        }
        for alias in &model.aliases {
            if self.by_alias.insert(alias.clone(), place).is_some() {
                return Err(ApiError::configuration(format!(
                    "the alias `{alias}` of `{}` stands for another model too",
                    model.id
                )));
            }
        }
        self.models.push(model);
        Ok(())
    }

    fn unknown(&self, name: &str) -> ApiError {
        let bare: Vec<String> = self
            .models
            .iter()
            .filter(|model| *model.id.name == *name)
            .map(|model| model.id.to_string())
            .collect();
        let advice = match bare.as_slice() {
            [] => "write `provider/name`, or an alias of a catalog".to_owned(),
            names => format!("did you mean {}?", names.join(" or ")),
        };
        ApiError::configuration(format!("no model `{name}`; {advice}"))
    }
}
