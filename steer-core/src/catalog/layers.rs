use std::fmt;
use std::path::{Path, PathBuf};

use super::problem::CatalogProblems;
use super::{AllowedCatalogs, Catalog, CatalogProblem, ModelRegistry, Trust};
use crate::auth::Environment;
use crate::error::ApiError;
use crate::registry::{ProviderRegistry, Registration};

/// `CatalogLayers` puts catalogs over each other: those of the linked crates, the user's, those of projects that the
/// user has allowed, then what the program names, texts before files. The later one wins, field by field. What a
/// project's catalog adds that is not allowed comes last, and changes nothing.
#[derive(Clone, Default)]
pub struct CatalogLayers {
    texts: Vec<(String, String)>,
    files: Vec<PathBuf>,
    projects: Vec<PathBuf>,
    user: bool,
    all_projects: bool,
    lenient: bool,
    pub(crate) allow_http: bool,
}

/// `LoadedCatalogs` is what catalogs come to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadedCatalogs {
    /// The providers.
    pub providers: ProviderRegistry,
    /// The models.
    pub models: ModelRegistry,
    /// The problems of entries that are not used; empty unless they were loaded leniently.
    pub warnings: Vec<CatalogProblem>,
}

impl CatalogLayers {
    /// The catalogs of the linked crates alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a catalog in TOML; `name` says where it is from, for messages.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.push((name.into(), text.into()));
        self
    }

    /// Adds a file, which must be there.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push(path.into());
        self
    }

    /// Adds the user's own: `catalog.toml` in the folder of the user's settings, where it is there, and what the user
    /// has allowed of projects ([`Environment::config_folder`]).
    #[must_use]
    pub fn user(mut self) -> Self {
        self.user = true;
        self
    }

    /// Adds a file that came with a project, which must be there. Unless the user has allowed the file, it adds and
    /// changes nothing ([`Trust::Project`]).
    #[must_use]
    pub fn project(mut self, path: impl Into<PathBuf>) -> Self {
        self.projects.push(path.into());
        self
    }

    /// Trusts the files of projects as if the program had named them.
    #[must_use]
    pub fn allow_projects(mut self) -> Self {
        self.all_projects = true;
        self
    }

    /// Uses the entries that have no problem, and tells the problems of the others as warnings. Whoever uses an entry
    /// that has one gets it as an error. A file that is missing or is no TOML is an error all the same.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Allows addresses with plain HTTP to other machines.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Reads the files and puts everything together.
    ///
    /// # Errors
    /// Two crates contradict each other, a file cannot be read, or something in a catalog is wrong; the error tells all
    /// that is ([`CatalogProblems`]).
    pub fn load(
        self,
        registrations: impl IntoIterator<Item = Registration>,
        environment: &Environment,
    ) -> Result<LoadedCatalogs, ApiError> {
        let (mut providers, embedded) = ProviderRegistry::new(registrations)?;
        let mut models = ModelRegistry::new(embedded.into_iter().map(|(_, catalog)| catalog), &providers)?;
        let catalogs = self.read(environment)?;
        let mut warnings: Vec<CatalogProblem> =
            catalogs.iter().flat_map(|catalog| catalog.problems.iter().cloned()).collect();
        for catalog in &catalogs {
            warnings.extend(providers.overlay(catalog, self.allow_http));
        }
        for catalog in catalogs {
            warnings.extend(models.overlay(catalog, &providers));
        }
        if !self.lenient && !warnings.is_empty() {
            return Err(CatalogProblems::into_error(warnings));
        }
        Ok(LoadedCatalogs { providers, models, warnings })
    }

    /// Where the user's own catalog is; `None` where it is not wanted, or nothing says where it would be.
    fn user_folder(&self, environment: &Environment) -> Result<Option<PathBuf>, ApiError> {
        if !self.user {
            return Ok(None);
        }
        match environment.config_folder() {
            Ok(folder) => Ok(Some(folder)),
            // What the user set and cannot be used is told; that there is no home is not.
            Err(error) if environment.get("STEER_CONFIG_DIR").is_some() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The catalogs, the trusted ones first.
    fn read(&self, environment: &Environment) -> Result<Vec<Catalog>, ApiError> {
        let mut problems = Vec::new();
        let mut catalogs = Vec::new();
        let mut take = |read: Result<Catalog, ApiError>| match read {
            Ok(catalog) => {
                catalogs.push(catalog);
                Ok(())
            }
            // What is wrong in one file is told together with what is wrong in the next.
            Err(error) => match CatalogProblems::behind(&error) {
                Some(of_file) => {
                    problems.extend(of_file.all().iter().cloned());
                    Ok(())
                }
                None => Err(error),
            },
        };
        let mut allowed = None;
        if let Some(folder) = self.user_folder(environment)? {
            let file = folder.join("catalog.toml");
            if is_there(&file) {
                take(parse(&Catalog::text(&file)?, &file))?;
            }
            if !self.projects.is_empty() {
                allowed = Some(AllowedCatalogs::load(&folder)?);
            }
        }
        let mut untrusted = Vec::new();
        for path in &self.projects {
            // A link to a terminal would wait for someone to type.
            if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
                let what = format!("the catalog `{}` is no file", path.display());
                return Err(ApiError::configuration(what));
            }
            // What is judged and what is read are the same bytes.
            let text = Catalog::text(path)?;
            let is_allowed = || allowed.as_ref().is_some_and(|list| list.contains(path, text.as_bytes()));
            if self.all_projects || is_allowed() {
                take(parse(&text, path))?;
            } else {
                untrusted
                    .push(parse(&text, path).map(|catalog| Catalog { trust: Trust::Project, ..catalog }));
            }
        }
        for (name, text) in &self.texts {
            take(Catalog::parse_leniently(text, name))?;
        }
        for path in &self.files {
            take(parse(&Catalog::text(path)?, path))?;
        }
        untrusted.into_iter().try_for_each(take)?;
        if problems.is_empty() { Ok(catalogs) } else { Err(CatalogProblems::into_error(problems)) }
    }
}

fn parse(text: &str, path: &Path) -> Result<Catalog, ApiError> {
    Catalog::parse_leniently(text, &path.display().to_string())
}

/// Whether there is a file; one that cannot be looked at is there, so that reading it says why not.
fn is_there(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

/// Shows where the catalogs are from: their texts may hold what a user put into them.
impl fmt::Debug for CatalogLayers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.texts.iter().map(|(name, _)| name).collect();
        f.debug_struct("CatalogLayers")
            .field("texts", &texts)
            .field("files", &self.files)
            .field("projects", &self.projects)
            .field("user", &self.user)
            .field("all_projects", &self.all_projects)
            .field("lenient", &self.lenient)
            .field("allow_http", &self.allow_http)
            .finish()
    }
}
