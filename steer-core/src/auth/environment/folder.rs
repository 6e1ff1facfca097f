use std::path::PathBuf;

use super::Environment;
use crate::error::ApiError;

/// The variable that names the folder, before all others.
const VARIABLE: &str = "STEER_CONFIG_DIR";

impl Environment {
    /// The folder of the person's own settings: `STEER_CONFIG_DIR`, else `steer` in `XDG_CONFIG_HOME`, else where the
    /// system keeps settings: `~/.config/steer`, on macOS `~/Library/Application Support/steer`, on Windows
    /// `%APPDATA%\steer`. It need not be there.
    ///
    /// # Errors
    /// `STEER_CONFIG_DIR` is not absolute, or no variable says where settings are.
    pub fn config_folder(&self) -> Result<PathBuf, ApiError> {
        if let Some(folder) = self.get(VARIABLE).map(PathBuf::from) {
            return if folder.is_absolute() {
                Ok(folder)
            } else {
                Err(ApiError::configuration(format!(
                    "environment variable {VARIABLE}: `{}` is no absolute path",
                    folder.display()
                )))
            };
        }
        // The specification of the XDG folders asks that relative ones are passed over.
        let xdg = self.absolute("XDG_CONFIG_HOME");
        xdg.or_else(|| self.system_settings()).map(|folder| folder.join("steer")).ok_or_else(|| {
            ApiError::configuration(format!(
                "no environment variable says where settings are; set {VARIABLE} to an absolute path"
            ))
        })
    }

    fn system_settings(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            self.absolute("APPDATA")
        } else if cfg!(target_os = "macos") {
            self.absolute("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            self.absolute("HOME").map(|home| home.join(".config"))
        }
    }

    fn absolute(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<String, ApiError> {
        let folder = Environment::of(variables.iter().copied()).config_folder()?;
        Ok(folder.display().to_string())
    }

    #[test]
    fn the_variable_that_is_nearest_wins() {
        let all = [("STEER_CONFIG_DIR", "/own"), ("XDG_CONFIG_HOME", "/xdg"), ("HOME", "/home/ada")];
        assert_eq!(of(&all).unwrap(), "/own");
        assert_eq!(of(&all[1..]).unwrap(), "/xdg/steer");
        let home = of(&all[2..]).unwrap();
        assert!(home.starts_with("/home/ada/") && home.ends_with("/steer"), "{home}");
    }

    #[test]
    fn a_relative_folder_is_refused_where_it_is_ours_and_passed_over_where_it_is_not() {
        assert!(of(&[("STEER_CONFIG_DIR", "here"), ("HOME", "/home/ada")]).is_err());
        assert_eq!(
            of(&[("XDG_CONFIG_HOME", "here"), ("HOME", "/home/ada")]).unwrap(),
            of(&[("HOME", "/home/ada")]).unwrap()
        );
        let error = of(&[("HOME", " ")]).unwrap_err();
        assert!(error.to_string().contains("STEER_CONFIG_DIR"), "{error}");
    }
}
