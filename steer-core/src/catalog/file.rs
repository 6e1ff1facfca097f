use std::path::Path;

use serde::Deserialize;

use super::{CatalogModel, CatalogProvider};
use crate::error::ApiError;

/// `Catalog` is one TOML file of `[[providers]]` and `[[models]]`.
///
/// A misspelt key is an error, never a setting that does nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Catalog {
    /// Its providers.
    pub providers: Vec<CatalogProvider>,
    /// Its models.
    pub models: Vec<CatalogModel>,
}

impl Catalog {
    /// Reads a catalog from a file.
    ///
    /// # Errors
    /// The file cannot be read, or is not a catalog.
    pub fn load(path: &Path) -> Result<Self, ApiError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            ApiError::configuration(format!("the catalog `{name}` cannot be read: {error}"))
                .with_source(error)
        })?;
        Self::parse(&text, &name)
    }

    /// Reads a catalog; `name` says where it is from, for messages.
    ///
    /// # Errors
    /// The text is not a catalog; the error names the line, and the keys there are.
    pub fn parse(text: &str, name: &str) -> Result<Self, ApiError> {
        toml::from_str(text).map_err(|error| {
            ApiError::configuration(format!(
                "the catalog of `{name}` cannot be read: {}",
                error.to_string().trim_end()
            ))
        })
    }
}
