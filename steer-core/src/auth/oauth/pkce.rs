use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::auth::Secret;
use crate::error::ApiError;

/// `Pkce` proves that who redeems a code is who asked for it: <https://www.rfc-editor.org/rfc/rfc7636>.
///
/// Always `S256`: with `plain` whoever saw the address in the browser could redeem the code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pkce {
    /// What the redemption carries: 256 random bits.
    pub verifier: Secret,
    /// Its SHA-256, which the address carries.
    pub challenge: String,
}

impl Pkce {
    /// The method, as servers call it.
    pub const METHOD: &'static str = "S256";

    /// A new pair.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn generate() -> Result<Self, ApiError> {
        Ok(Self::of(random()?))
    }

    fn of(verifier: Secret) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()));
        Self { verifier, challenge }
    }
}

/// 256 random bits, as 43 letters, digits, `-` and `_`.
pub(super) fn random() -> Result<Secret, ApiError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| {
        ApiError::configuration("the system gives no randomness, and without it no login is safe")
            .with_source(error)
    })?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(*bytes)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        // <https://www.rfc-editor.org/rfc/rfc7636#appendix-B>
        let pkce = Pkce::of(Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_are_the_same_and_none_is_printed() {
        let all: BTreeSet<String> =
            (0..100).map(|_| Pkce::generate().unwrap().verifier.expose().to_owned()).collect();
        assert_eq!(all.len(), 100);
        assert!(all.iter().all(|verifier| verifier.len() == 43));
        let pkce = Pkce::generate().unwrap();
        assert!(!format!("{pkce:?}").contains(pkce.verifier.expose()));
    }
}
