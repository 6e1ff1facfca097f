use serde::{Deserialize, Serialize};

/// `Trust` is how far a catalog's word goes: a key is only ever sent to an address that is trusted as much as the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Trust {
    /// A file that lay in a folder, such as a repository that someone else wrote, and that the user has not allowed. It
    /// adds and changes nothing; what it adds gets no key, and no request unless it goes to this machine.
    Project,
    /// What the user or the program wrote or named.
    #[default]
    User,
    /// What a linked provider crate brings.
    Embedded,
}
