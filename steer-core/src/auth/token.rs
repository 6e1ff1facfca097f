use std::time::{Duration, SystemTime};

use super::Secret;

/// `OAuthToken` is what an OAuth 2.0 authorization server gives: an access token, and what renews it.
///
/// See <https://www.rfc-editor.org/rfc/rfc6749#section-5.1>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthToken {
    /// What requests carry.
    pub access: Secret,
    /// What gets the next access token; `None` where the server gave none.
    pub refresh: Option<Secret>,
    /// When the access token ends; `None` where the server did not say.
    pub expires_at: Option<SystemTime>,
    /// What tells who logged in, where the server gave it.
    pub id_token: Option<Secret>,
    /// What the token may do, as the server says it, words separated by spaces.
    pub scope: Option<String>,
}

impl OAuthToken {
    /// A token that is renewed this long before it ends, so that a request never carries one that ends on its way.
    pub const SKEW: Duration = Duration::from_secs(60);

    /// Takes an access token.
    pub fn new(access: impl Into<Secret>) -> Self {
        Self { access: access.into(), refresh: None, expires_at: None, id_token: None, scope: None }
    }

    /// Whether a request that is sent now should carry the access token; one without an end always may.
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        self.expires_at.is_none_or(|end| now.checked_add(Self::SKEW).is_some_and(|then| then < end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_minute_before_it_ends() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut token = OAuthToken::new("access");
        assert!(token.is_fresh(now), "one without an end is always fresh");
        token.expires_at = Some(now + Duration::from_secs(61));
        assert!(token.is_fresh(now));
        token.expires_at = Some(now + Duration::from_secs(60));
        assert!(!token.is_fresh(now));
        token.expires_at = Some(now - Duration::from_secs(1));
        assert!(!token.is_fresh(now));
    }

    #[test]
    fn a_token_never_prints_what_it_holds() {
        let mut token = OAuthToken::new("CANARY");
        token.refresh = Some("CANARY".into());
        token.id_token = Some("CANARY".into());
        assert!(!format!("{token:?}").contains("CANARY"));
    }
}
