//! The catalogs that the program reads beside those of the providers.

use std::path::Path;

use steer::CatalogLayers;

/// Where a project keeps a catalog, seen from the folder in which the program runs.
const PROJECT: &str = ".steer/catalog.toml";

/// The user's own catalog, the project's, and the one that the arguments name. What is wrong with an entry is a warning
/// until the entry is used.
pub(crate) fn layers(own: Option<&Path>) -> CatalogLayers {
    let mut layers = named(own).user();
    // A link that leads nowhere is there too, so that it is told.
    if Path::new(PROJECT).symlink_metadata().is_ok() {
        layers = layers.project(PROJECT);
    }
    layers
}

/// The one that the arguments name, and no other.
pub(crate) fn named(own: Option<&Path>) -> CatalogLayers {
    let layers = CatalogLayers::new().lenient();
    match own {
        Some(path) => layers.file(path),
        None => layers,
    }
}
