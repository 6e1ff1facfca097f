use serde::{Deserialize, Serialize};

use crate::message::{Authority, CachePoint, Text};

/// `SystemContext` is what the program tells the model before the conversation: the prompt, and the environment it
/// runs in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SystemContext {
    /// The prompt, in blocks.
    pub prompt: Vec<Text>,
    /// What changes from run to run, such as the date; it comes after the prompt, so that the prompt stays cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Whose word it is, for vendors that tell the two apart; the vendor's default where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
}

impl SystemContext {
    /// Makes a context of one prompt.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: vec![Text::new(prompt)], ..Self::default() }
    }

    /// Adds a block to the prompt.
    #[must_use]
    pub fn block(mut self, text: impl Into<String>) -> Self {
        self.prompt.push(Text::new(text));
        self
    }

    /// Sets what changes from run to run.
    #[must_use]
    pub fn environment(mut self, text: impl Into<String>) -> Self {
        self.environment = Some(text.into());
        self
    }

    /// Asks the vendor to cache the prompt up to its last block.
    #[must_use]
    pub fn cached(mut self, point: CachePoint) -> Self {
        if let Some(last) = self.prompt.last_mut() {
            last.meta.cache = Some(point);
        }
        self
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.texts().next().is_none()
    }

    /// Whether nothing is set, not even blank text, which a stored request keeps.
    pub(super) fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// The blocks that are not blank, the environment last, each with its cache point.
    pub fn texts(&self) -> impl Iterator<Item = (&str, Option<CachePoint>)> {
        let prompt = self.prompt.iter().map(|block| (block.text.as_str(), block.meta.cache));
        let environment = self.environment.as_deref().map(|text| (text, None));
        prompt.chain(environment).filter(|(text, _)| !text.trim().is_empty())
    }

    /// The whole context as one text, a blank line between its blocks.
    pub fn render(&self) -> String {
        let texts: Vec<&str> = self.texts().map(|(text, _)| text).collect();
        texts.join("\n\n")
    }
}

impl From<&str> for SystemContext {
    fn from(prompt: &str) -> Self {
        Self::new(prompt)
    }
}

impl From<String> for SystemContext {
    fn from(prompt: String) -> Self {
        Self::new(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::SystemContext;

    #[test]
    fn the_environment_comes_after_the_prompt_and_blank_blocks_are_left_out() {
        let context = SystemContext::new("Be brief.").block("  ").environment("Today is Monday.");
        assert_eq!(context.render(), "Be brief.\n\nToday is Monday.");
        assert!(SystemContext::new(" \n").is_empty());
    }
}
