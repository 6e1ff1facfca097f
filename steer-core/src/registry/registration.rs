use std::sync::Arc;

use super::{ProviderSettings, RequestImport};
use crate::error::ApiError;
use crate::provider::Provider;

/// `BuildProvider` makes a provider from its settings. It does no I/O.
pub type BuildProvider = fn(ProviderSettings) -> Result<Arc<dyn Provider>, ApiError>;

/// `Registration` is what a provider crate tells the registry of itself.
///
/// A crate exports it as `pub const REGISTRATION` and submits it with [`register_provider!`](crate::register_provider)
/// behind its default feature `register`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The provider's id, such as `acme`.
    pub id: &'static str,
    /// The crate's name, for messages.
    pub crate_name: &'static str,
    /// The wire formats that it can build providers for.
    pub api_formats: &'static [&'static str],
    /// Its catalog of providers and models, as TOML.
    pub catalog: &'static str,
    /// Makes a provider.
    pub build: BuildProvider,
    /// The wire formats whose request bodies it reads.
    pub imports: &'static [RequestImport],
    /// The wire formats for which it heeds the dialect of a provider's entry in a catalog.
    pub dialects: &'static [&'static str],
}

impl Registration {
    /// Describes a provider crate.
    pub const fn new(
        id: &'static str,
        crate_name: &'static str,
        api_formats: &'static [&'static str],
        catalog: &'static str,
        build: BuildProvider,
    ) -> Self {
        Self { id, crate_name, api_formats, catalog, build, imports: &[], dialects: &[] }
    }

    /// Says whose request bodies the crate reads into our types.
    #[must_use]
    pub const fn importing(mut self, imports: &'static [RequestImport]) -> Self {
        self.imports = imports;
        self
    }

    /// Says for which wire formats a catalog may describe a dialect ([`DialectTable`](crate::catalog::DialectTable)).
    #[must_use]
    pub const fn heeding_dialects(mut self, formats: &'static [&'static str]) -> Self {
        self.dialects = formats;
        self
    }
}

inventory::collect!(Registration);

/// `LinkHint` says how a provider that is not linked could be: a crate that gathers providers behind features
/// submits one for each feature that is off.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LinkHint {
    /// The provider's id.
    pub provider: &'static str,
    /// What to do, such as "enable the feature `acme` of the crate `bundle`".
    pub advice: &'static str,
    /// The wire formats that its crate speaks.
    pub api_formats: &'static [&'static str],
}

impl LinkHint {
    /// Makes a hint.
    pub const fn new(provider: &'static str, advice: &'static str) -> Self {
        Self { provider, advice, api_formats: &[] }
    }

    /// Says which wire formats the crate speaks, for providers that a catalog adds.
    #[must_use]
    pub const fn speaking(mut self, api_formats: &'static [&'static str]) -> Self {
        self.api_formats = api_formats;
        self
    }
}

inventory::collect!(LinkHint);

/// Registers a provider crate with every program that links it. Takes a [`Registration`] that is a constant.
///
/// rustc leaves out a crate that nobody names: the program writes `use the_crate as _;`.
#[macro_export]
macro_rules! register_provider {
    ($registration:expr) => {
        $crate::__private::inventory::submit! { $registration }
    };
}

/// Tells the registry how a provider that is not linked could be. Takes a [`LinkHint`] that is a constant.
#[macro_export]
macro_rules! hint_provider {
    ($hint:expr) => {
        $crate::__private::inventory::submit! { $hint }
    };
}
