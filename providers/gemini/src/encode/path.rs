use std::fmt::Write;

use steer_core::{ApiError, Delivery};

use super::invalid;

/// The path behind the base address: `/models/NAME:generateContent`. A name with slashes is a resource of another kind,
/// such as `tunedModels/NAME`, and stands as it is: <https://google.aip.dev/122>.
pub(super) fn of(model: &str, delivery: Delivery) -> Result<String, ApiError> {
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
    path.push_str(match delivery {
        Delivery::Stream => ":streamGenerateContent",
        _ => ":generateContent",
    });
    Ok(path)
}

#[cfg(test)]
mod tests {
    use steer_core::Delivery;

    use super::of;

    #[test]
    fn a_name_stands_in_the_path_whatever_it_holds() {
        let path = |name: &str| of(name, Delivery::Whole).ok();
        assert_eq!(path("gemini-x.5").unwrap(), "/models/gemini-x.5:generateContent");
        assert_eq!(path("tunedModels/a").unwrap(), "/tunedModels/a:generateContent");
        assert_eq!(path("a?key=b#c:d é").unwrap(), "/models/a%3Fkey%3Db%23c%3Ad%20%C3%A9:generateContent");
        for bad in ["", "..", "a/../b", "/a", "a//b", "."] {
            assert_eq!(path(bad), None, "{bad}");
        }
        assert!(of("m", Delivery::Stream).unwrap().ends_with(":streamGenerateContent"));
    }
}
