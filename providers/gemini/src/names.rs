use std::borrow::Cow;
use std::collections::BTreeMap;

use steer_core::Tool;

use crate::API;

/// The longest name of a function; it begins with a letter or `_`, and has letters, digits, `_`, `.`, `:` and `-`:
/// <https://ai.google.dev/api/caching#FunctionDeclaration>.
const MAX_NAME: usize = 64;
/// The separator and 16 hexadecimal digits.
const TAIL: usize = 17;

/// `Names` maps the names of a request's tools, one to one, to names that the API takes, and back. One bad name would
/// fail the whole request.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Those that have to change: ours to the wire's.
    sent: BTreeMap<String, String>,
}

impl Names {
    /// The same tools always give the same names.
    pub(crate) fn of(tools: &[Tool]) -> Self {
        let mut sent = BTreeMap::new();
        for tool in tools {
            if let Tool::Function(tool) = tool
                && !is_name(&tool.schema.name)
            {
                // What stood so in a body keeps its name.
                let name = &tool.schema.name;
                let wire = if tool.kept(API).is_some() { name.clone() } else { renamed(name) };
                sent.insert(name.clone(), wire);
            }
        }
        Self { sent }
    }

    /// The name that the API takes.
    pub(crate) fn sent<'a>(&self, name: &'a str) -> Cow<'a, str> {
        if is_name(name) {
            return Cow::Borrowed(name);
        }
        // A call of a tool that the request no longer has gets the name that it had before.
        Cow::Owned(self.sent.get(name).cloned().unwrap_or_else(|| renamed(name)))
    }

    /// The name that the program gave.
    pub(crate) fn received<'a>(&'a self, name: &'a str) -> &'a str {
        let given = self.sent.iter().find(|(_, sent)| *sent == name);
        given.map_or(name, |(given, _)| given)
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(is_name_byte)
}

/// A name that follows from the given one alone, and that no other one becomes.
fn renamed(name: &str) -> String {
    let kept = MAX_NAME.saturating_sub(TAIL).saturating_sub(1);
    let mut wire: String = name
        .chars()
        .map(|c| if u8::try_from(c).is_ok_and(is_name_byte) { c } else { '_' })
        .take(kept)
        .collect();
    if !wire.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        wire.insert(0, '_');
    }
    format!("{wire}_{:016x}", hash(name))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-')
}

/// FNV-1a; the same everywhere and in every version.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use steer_core::tools::InputSchema;
    use steer_core::{Tool, ToolSchema};

    use super::{MAX_NAME, Names, is_name};

    #[test]
    fn names_are_mapped_one_to_one_and_back() {
        let long = "x".repeat(100);
        let given = ["plain", "1st", "a b", "a/b", "a_b", "ümlaut", "", &long, "mcp.tool:v1-2"];
        let tools: Vec<Tool> =
            given.iter().map(|name| ToolSchema::new(*name, InputSchema::empty()).into()).collect();
        let names = Names::of(&tools);
        let mut sent: Vec<String> = given.iter().map(|name| names.sent(name).into_owned()).collect();
        assert_eq!((&*sent[0], &*sent[4], &*sent[8]), ("plain", "a_b", "mcp.tool:v1-2"));
        for (given, sent) in given.iter().zip(&sent) {
            assert!(is_name(sent) && sent.len() <= MAX_NAME, "{sent}");
            assert_eq!(names.received(sent), *given);
        }
        sent.sort_unstable();
        sent.dedup();
        assert_eq!(sent.len(), given.len());
        assert_eq!(names.received("unheard_of"), "unheard_of");
    }
}
