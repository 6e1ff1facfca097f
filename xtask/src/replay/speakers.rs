//! Which provider reads the answers of which wire format.

use steer::{Client, ProviderRegistry, Registration, RetryPolicy};

use super::beside;
use super::recording::Recording;
use crate::verdict::Obstacle;

/// `Speakers` are the providers that are linked or were given.
pub(super) struct Speakers {
    registry: ProviderRegistry,
}

impl Speakers {
    pub(super) fn new(registrations: &[Registration]) -> Result<Self, Obstacle> {
        let all = registrations.iter().copied().chain(ProviderRegistry::linked());
        Ok(Self { registry: ProviderRegistry::new(all)?.0 })
    }

    /// The provider to ask for a recording: the vendor's own, else the crate's own that speaks its wire format, else
    /// any that does.
    pub(super) fn speaker(&self, recording: &Recording) -> Option<String> {
        let speaking =
            || self.registry.all().filter(|config| config.api_format == beside::spoken(&recording.api));
        let native = |id: &str, crate_id: &str| id == crate_id;
        speaking()
            .find(|config| is_of(&recording.vendor, config.id.as_str()))
            .or_else(|| {
                speaking().find(|config| {
                    let registration = self.registry.registration_for(config);
                    registration.is_ok_and(|registration| native(config.id.as_str(), registration.id))
                })
            })
            .or_else(|| speaking().next())
            .map(|config| config.id.as_str().to_owned())
    }

    /// A client to be set up: a key for every provider, and nothing from the environment.
    pub(super) fn client(&self, registrations: &[Registration]) -> steer::ClientBuilder {
        // What is recorded is one attempt.
        let mut builder = Client::builder()
            .environment(steer::auth::Environment::of::<String, String>([]))
            .retry(RetryPolicy::once());
        for registration in registrations {
            builder = builder.register(*registration);
        }
        for id in self.ids() {
            builder = builder.api_key(id, "replayed");
        }
        builder
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.registry.all().map(|config| config.id.as_str())
    }
}

/// Whether a recording's vendor is the provider of this id: by its name, by the company's, or by the name of what it
/// sent the request on to, which stands behind its own.
fn is_of(vendor: &str, id: &str) -> bool {
    let behind = vendor.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    behind || (vendor, id) == ("alibaba", "qwen")
}
