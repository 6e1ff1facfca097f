use std::path::PathBuf;

use crate::auth::Environment;

/// The folder of the user's settings: `STEER_CONFIG_DIR`, else `.config/steer` in the user's home; `None` where the
/// environment names neither.
pub fn config_folder(environment: &Environment) -> Option<PathBuf> {
    if let Some(folder) = environment.get("STEER_CONFIG_DIR") {
        return Some(PathBuf::from(folder));
    }
    let home = environment.get("HOME").or_else(|| environment.get("USERPROFILE"))?;
    Some(PathBuf::from(home).join(".config").join("steer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_named_one_or_lies_in_the_home() {
        let folder = |variables: &[(&str, &str)]| config_folder(&Environment::of(variables.iter().copied()));
        assert_eq!(folder(&[("STEER_CONFIG_DIR", "/c"), ("HOME", "/h")]), Some("/c".into()));
        assert_eq!(folder(&[("STEER_CONFIG_DIR", " "), ("HOME", "/h")]), Some("/h/.config/steer".into()));
        assert_eq!(folder(&[]), None);
    }
}
