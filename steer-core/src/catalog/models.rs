use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, CatalogEntry, CatalogModel, CatalogProblem, Place, Trust};
use crate::error::ApiError;
use crate::model::{ModelConfig, ModelId, ProviderId};
use crate::registry::ProviderRegistry;

/// `ModelRegistry` knows the models of all catalogs, by id and by alias.
#[derive(Clone, Debug, Default)]
pub struct ModelRegistry {
    /// In the catalogs' order, which is the order of recommendation.
    pub(super) models: Vec<Arc<ModelConfig>>,
    by_id: BTreeMap<ModelId, usize>,
    /// The model of each alias, and where the alias stands.
    pub(super) by_alias: BTreeMap<String, (usize, Place)>,
    /// The models of each id without its provider.
    pub(super) by_name: BTreeMap<Arc<str>, Vec<usize>>,
    /// Entries that have problems, by the model they are about.
    broken: BTreeMap<ModelId, CatalogProblem>,
    /// Other names that such an entry gives its model.
    broken_aliases: BTreeMap<String, ModelId>,
}

impl ModelRegistry {
    /// Makes a registry of catalogs of equal rank.
    ///
    /// # Errors
    /// A model or an alias stands twice, or a model's provider is not known.
    pub fn new(
        catalogs: impl IntoIterator<Item = Catalog>,
        providers: &ProviderRegistry,
    ) -> Result<Self, ApiError> {
        let mut registry = Self::default();
        for entry in catalogs.into_iter().flat_map(|catalog| catalog.models) {
            let id = entry.model();
            providers.require(&id.provider)?;
            if registry.by_id.contains_key(&id) {
                return Err(ApiError::configuration(format!("the catalogs list the model `{id}` twice")));
            }
            if let Some(problem) = registry.taken(&entry, Trust::Embedded) {
                return Err(ApiError::configuration(problem.to_string()));
            }
            registry.put(entry);
        }
        Ok(registry)
    }

    /// Takes a catalog whose entries win over what is there, field by field; models that are not there are added.
    /// Returns what is wrong: a provider that is not known, an alias that stands for two models, an entry that is not
    /// to be trusted. A model whose entry has a problem cannot be used.
    #[must_use = "what is wrong is to be told"]
    pub fn overlay(&mut self, catalog: Catalog, providers: &ProviderRegistry) -> Vec<CatalogProblem> {
        let mut problems = Vec::new();
        // An untrusted entry cannot take away what is there, not even by being wrong.
        let trusted = catalog.trust > Trust::Project;
        for problem in &catalog.problems {
            if let Some(CatalogEntry::Model(id)) = &problem.entry
                && (trusted || !self.by_id.contains_key(id))
            {
                self.broken.entry(id.clone()).or_insert_with(|| problem.clone());
            }
        }
        for (alias, id) in catalog.lost_aliases {
            let is_name = self.by_alias.contains_key(&alias) || self.by_name.contains_key(alias.as_str());
            if trusted || !is_name {
                self.broken_aliases.insert(alias, id);
            }
        }
        for entry in catalog.models {
            let id = entry.model();
            // A provider whose own entry has a problem is told of once.
            if let Some(problem) = providers.problem_of(&id.provider) {
                if trusted || !self.by_id.contains_key(&id) {
                    self.broken.entry(id).or_insert_with(|| problem.clone());
                }
                continue;
            }
            let place = |key: &str| entry.places.of(key);
            let problem = match providers.require(&id.provider) {
                Err(error) => Some(CatalogProblem::new(place("provider"), error.message())),
                Ok(_) if !trusted && self.by_id.contains_key(&id) => {
                    let what = format!(
                        "`{id}` is in another catalog, which one of a project changes only if you allow the file: \
                         `steer config allow {}`",
                        catalog.name
                    );
                    Some(CatalogProblem::new(place("id"), what))
                }
                Ok(_) => self.taken(&entry, catalog.trust),
            };
            match problem.map(|problem| problem.of(CatalogEntry::Model(id.clone()))) {
                None => self.put(entry),
                Some(problem) => {
                    if trusted || !self.by_id.contains_key(&id) {
                        self.broken.insert(id, problem.clone());
                    }
                    problems.push(problem);
                }
            }
        }
        problems
    }

    /// The model with this id.
    pub fn get(&self, id: &ModelId) -> Option<&Arc<ModelConfig>> {
        let found = self.by_id.get(id).and_then(|place| self.models.get(*place));
        found.filter(|model| !self.broken.contains_key(&model.id))
    }

    /// The model with this alias.
    pub fn by_alias(&self, alias: &str) -> Option<&Arc<ModelConfig>> {
        let found = self.by_alias.get(alias).and_then(|(place, _)| self.models.get(*place));
        found.filter(|model| !self.broken.contains_key(&model.id))
    }

    /// The recommended model of a provider: the first that its catalog marks so.
    pub fn recommended(&self, provider: &ProviderId) -> Option<&Arc<ModelConfig>> {
        self.all().find(|model| model.recommended && model.id.provider == *provider)
    }

    /// All models, in the order of the catalogs.
    pub fn all(&self) -> impl Iterator<Item = &Arc<ModelConfig>> {
        self.models.iter().filter(|model| !self.broken.contains_key(&model.id))
    }

    /// What is wrong with the entry of a model, or with the one that gives it this alias.
    pub(super) fn problem_of(&self, id: &ModelId) -> Option<&CatalogProblem> {
        self.broken.get(id)
    }

    /// The same, by an alias, or the id of one model alone.
    pub(super) fn problem_of_name(&self, name: &str) -> Option<&CatalogProblem> {
        let by_alias = self.broken_aliases.get(name).and_then(|id| self.broken.get(id));
        let known = || self.by_alias.contains_key(name) || self.by_name.contains_key(name);
        let by_name = || self.broken.iter().find(|(id, _)| *id.name == *name).map(|(_, problem)| problem);
        by_alias.or_else(|| if known() { None } else { by_name() })
    }

    /// Why the names of an entry cannot be its: another model has one of them.
    fn taken(&self, entry: &CatalogModel, trust: Trust) -> Option<CatalogProblem> {
        let id = entry.model();
        entry.aliases.iter().flatten().find_map(|alias| {
            let other = |place: &usize| self.models.get(*place).filter(|model| model.id != id);
            if let Some((place, stands)) = self.by_alias.get(alias)
                && let Some(model) = other(place)
            {
                let what = format!("the alias `{alias}` stands for `{}` too, at {stands}", model.id);
                return Some(CatalogProblem::new(entry.places.of("aliases"), what));
            }
            let ids = self.by_name.get(alias.as_str()).into_iter().flatten();
            let model = ids.filter(|_| trust == Trust::Project).find_map(other)?;
            let what = format!("the alias `{alias}` is the name of `{}`", model.id);
            Some(CatalogProblem::new(entry.places.of("aliases"), what))
        })
    }

    fn put(&mut self, entry: CatalogModel) {
        let (id, places) = (entry.model(), entry.places.clone());
        let place = match self.by_id.get(&id) {
            Some(place) => {
                if let Some(model) = self.models.get_mut(*place) {
                    entry.apply(Arc::make_mut(model));
                }
                *place
            }
            None => {
                let place = self.models.len();
                self.by_name.entry(Arc::clone(&id.name)).or_default().push(place);
                self.models.push(Arc::new(ModelConfig::from(entry)));
                self.by_id.insert(id, place);
                place
            }
        };
        let aliases = self.models.get(place).map(|model| model.aliases.clone()).unwrap_or_default();
        for alias in aliases {
            self.by_alias.entry(alias).or_insert_with(|| (place, places.of("aliases")));
        }
    }
}
