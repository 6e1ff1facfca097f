use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings};

use crate::{Chat, Dialect};

/// Makes a provider that speaks Chat Completions: the one of this id in its own dialect, any other as compatible servers
/// take it, and over both what the catalogs say.
///
/// # Errors
/// A catalog names a field or a value that there is not, or the settings hold an address or a key that cannot be used.
pub fn provider(settings: ProviderSettings, id: &str, own: Dialect) -> Result<Arc<dyn Provider>, ApiError> {
    let dialect = Dialect::of(&settings, id, own)?;
    Ok(Arc::new(HttpProvider::new(Chat::new(dialect), settings)?))
}

/// Makes a crate the one of a vendor that speaks Chat Completions: its `REGISTRATION`, registered behind its feature
/// `register`. Takes the provider's id and a [`Dialect`] that is a constant; the catalog is `catalog.toml` beside the
/// folder of the file that says it.
///
/// ```ignore
/// mod dialect;
///
/// steer_openai_compatible::vendor!("acme", dialect::DIALECT);
/// ```
#[macro_export]
macro_rules! vendor {
    ($id:literal, $dialect:expr) => {
        /// What this crate tells the registry.
        pub const REGISTRATION: $crate::__private::Registration = {
            fn build(
                settings: $crate::__private::ProviderSettings,
            ) -> ::std::result::Result<
                ::std::sync::Arc<dyn $crate::__private::Provider>,
                $crate::__private::ApiError,
            > {
                $crate::provider(settings, $id, $dialect)
            }
            $crate::__private::Registration::new(
                $id,
                ::std::env!("CARGO_PKG_NAME"),
                &[$crate::API],
                ::std::include_str!("../catalog.toml"),
                build,
            )
            .importing(&[$crate::__private::RequestImport::new($crate::API, $crate::import)])
            .heeding_dialects(&[$crate::API])
        };

        #[cfg(feature = "register")]
        $crate::__private::register_provider!(REGISTRATION);
    };
}
