use std::error::Error;
use std::fmt;

use super::Place;
use crate::error::ApiError;
use crate::model::{ModelId, ProviderId};

/// `CatalogProblem` is one thing that is wrong in a catalog; it displays as `file:line:column: what is wrong`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogProblem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The entry that cannot be used because of it; `None` where the file as a whole is meant, or an entry that does
    /// not say whom it is about.
    pub entry: Option<CatalogEntry>,
}

/// `CatalogEntry` names an entry of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CatalogEntry {
    /// One of `[[providers]]`.
    Provider(ProviderId),
    /// One of `[[models]]`.
    Model(ModelId),
}

impl CatalogProblem {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), entry: None }
    }

    pub(crate) fn of(mut self, entry: CatalogEntry) -> Self {
        self.entry = Some(entry);
        self
    }

    /// Whether it is about a provider, or one of its models.
    pub(crate) fn is_of(&self, provider: &ProviderId) -> bool {
        match &self.entry {
            Some(CatalogEntry::Provider(id)) => id == provider,
            Some(CatalogEntry::Model(id)) => id.provider == *provider,
            None => false,
        }
    }

    /// The error of whoever uses the entry all the same.
    pub(crate) fn as_error(&self) -> ApiError {
        let name = match &self.entry {
            Some(CatalogEntry::Provider(id)) => format!("the catalog's entry of the provider `{id}`"),
            Some(CatalogEntry::Model(id)) => format!("the catalog's entry of the model `{id}`"),
            None => "the catalog".to_owned(),
        };
        ApiError::configuration(format!("{name} cannot be used: {self}"))
            .with_source(CatalogProblems(vec![self.clone()]))
    }
}

impl fmt::Display for CatalogProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// `CatalogProblems` is all that is wrong in catalogs. It is the [`source`](Error::source) of the error of a catalog
/// that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogProblems(Vec<CatalogProblem>);

impl CatalogProblems {
    /// The problems, in the order of the files and of their lines.
    pub fn all(&self) -> &[CatalogProblem] {
        &self.0
    }

    /// The problems behind an error, where it is about a catalog.
    pub fn behind(error: &ApiError) -> Option<&Self> {
        error.source()?.downcast_ref()
    }

    pub(crate) fn into_error(problems: Vec<CatalogProblem>) -> ApiError {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let message = match told.as_slice() {
            [one] => format!("a catalog cannot be used: {one}"),
            all => format!("a catalog cannot be used; {} things are wrong: {}", all.len(), all.join("; ")),
        };
        ApiError::configuration(message).with_source(Self(problems))
    }
}

impl fmt::Display for CatalogProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Error for CatalogProblems {}
