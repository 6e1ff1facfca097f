//! That the core knows no vendor.

use std::fs;
use std::path::Path;

use super::source::Source;
use super::{Findings, shape};
use crate::verdict::Obstacle;
use crate::workspace::Workspace;

const CORE: &str = "steer-core";

/// Names of vendors and of their products that are no words of another meaning.
const NAMES: [&str; 44] = [
    "alibaba",
    "amazon",
    "anthropic",
    "anyscale",
    "azure",
    "bedrock",
    "cerebras",
    "chatgpt",
    "claude",
    "codex",
    "cohere",
    "copilot",
    "databricks",
    "deepinfra",
    "deepseek",
    "gemini",
    "glm",
    "google",
    "gpt",
    "grok",
    "groq",
    "huggingface",
    "kimi",
    "llama",
    "llamacpp",
    "lmstudio",
    "microsoft",
    "minimax",
    "mistral",
    "moonshot",
    "nvidia",
    "ollama",
    "openai",
    "openrouter",
    "perplexity",
    "qwen",
    "sagemaker",
    "sambanova",
    "vercel",
    "vertex",
    "vllm",
    "xai",
    "zai",
    "zhipu",
];

/// Looks for vendors in the core's code. Comments may name them as examples, and so may tests.
pub(super) fn check(workspace: &Workspace) -> Result<Findings, Obstacle> {
    let core = workspace.packages.iter().find(|package| package.name == CORE);
    let core = core.ok_or_else(|| format!("there is no package `{CORE}` to look at"))?;
    let mut findings = Findings::new();
    let folder = core.folder().join("src");
    let files = shape::sources(&folder)?;
    let in_core = |file: &Path| file.strip_prefix(&folder).unwrap_or(file).to_owned();
    for file in files.iter().filter(|file| !only_tests_see(&in_core(file))) {
        let shown = file.strip_prefix(&workspace.workspace_root).unwrap_or(file).display();
        let text = fs::read_to_string(file)?;
        findings.extend(named(&text).into_iter().map(|(line, name)| {
            format!("{shown}:{line} names `{name}`; what only a vendor has belongs into its provider")
        }));
    }
    Ok(findings)
}

/// Whether a file is the module `tests` or lies in it, which stands behind `#[cfg(test)]`.
fn only_tests_see(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "tests.rs")
        || file.components().any(|folder| folder.as_os_str() == "tests")
}

/// The vendors that a source text names in its code, with their lines.
fn named(text: &str) -> Vec<(usize, &'static str)> {
    let source = Source::new(text);
    let mut found = Vec::new();
    for (index, line) in source.without_comments_and_tests().lines().enumerate() {
        let number = index.saturating_add(1);
        found.extend(NAMES.into_iter().filter(|name| mentions(line, name)).map(|name| (number, name)));
    }
    found
}

/// Whether a line holds a name as a word of its own, also as a part of `snake_case` or `CamelCase`.
fn mentions(line: &str, name: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let length = name.chars().count();
    chars.windows(length).enumerate().any(|(start, window)| {
        let same = window.iter().zip(name.chars()).all(|(a, b)| a.eq_ignore_ascii_case(&b));
        let (first, last) = (window.first().copied(), window.last().copied());
        let before = start.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = start.checked_add(length).and_then(|at| chars.get(at)).copied();
        same && parts(before, first) && parts(last, after)
    })
}

/// Whether a word ends between two characters.
fn parts(left: Option<char>, right: Option<char>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) if left.is_alphabetic() && right.is_alphabetic() => {
            left.is_lowercase() && right.is_uppercase() || left.is_uppercase() && right.is_uppercase()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_identifiers_and_texts() {
        for line in [
            "struct AnthropicError;",
            "let openai_key = 1;",
            "\"x-gpt-4\"",
            "OpenAIChat",
            "XAI",
            "fn is_grok()",
        ] {
            assert_eq!(named(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn words_that_only_hold_a_name_are_not_names() {
        for line in ["coherent", "grokking", "metadata", "bedrocks", "llamas", "exaiz", "vertexes"] {
            assert_eq!(named(line), [], "{line}");
        }
    }

    #[test]
    fn files_of_tests_may_name_vendors() {
        assert!(
            only_tests_see(Path::new("http/tests.rs")) && only_tests_see(Path::new("http/tests/slow.rs"))
        );
        assert!(!only_tests_see(Path::new("http/contests.rs")));
    }

    #[test]
    fn comments_and_tests_may_name_vendors() {
        let text = "/// Such as `openai`.\nfn a() {} // groq\n#[cfg(test)]\nmod tests {\n    const X: &str = \"gemini }\";\n}\nfn claude() {}\n";
        assert_eq!(named(text), [(7, "claude")]);
    }
}
