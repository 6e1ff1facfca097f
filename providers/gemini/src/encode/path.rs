use std::borrow::Cow;
use std::fmt::Write;

use steer_core::ApiError;

use super::invalid;

/// The path of a method behind the base address: `/models/NAME:generateContent`. A name with slashes is a resource of another kind,
/// such as `tunedModels/NAME`, and stands as it is: <https://google.aip.dev/122>.
pub(crate) fn path(model: &str, method: &str) -> Result<String, ApiError> {
    if model.is_empty() || model.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(invalid(format!(
            "`{}` cannot stand in an address as a model's name",
            model.escape_debug()
        )));
    }
    let mut path = String::with_capacity(model.len().saturating_add(40));
    path.push_str(if model.contains('/') { "/" } else { "/models/" });
    for byte in model.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            path.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path.push_str(method);
    Ok(path)
}

/// A model as the resource that bodies name: `models/NAME`.
pub(crate) fn resource(model: &str) -> Cow<'_, str> {
    if model.contains('/') { Cow::Borrowed(model) } else { Cow::Owned(format!("models/{model}")) }
}

#[cfg(test)]
mod tests {
    use super::{path, resource};

    #[test]
    fn a_name_stands_in_the_path_whatever_it_holds() {
        let path = |name: &str| path(name, ":generateContent").ok();
        assert_eq!(path("gemini-x.5").unwrap(), "/models/gemini-x.5:generateContent");
        assert_eq!(path("tunedModels/a").unwrap(), "/tunedModels/a:generateContent");
        assert_eq!(path("a?key=b#c:d é").unwrap(), "/models/a%3Fkey%3Db%23c%3Ad%20%C3%A9:generateContent");
        for bad in ["", "..", "a/../b", "/a", "a//b", "."] {
            assert_eq!(path(bad), None, "{bad}");
        }
        assert_eq!((&*resource("m"), &*resource("tunedModels/m")), ("models/m", "tunedModels/m"));
    }
}
