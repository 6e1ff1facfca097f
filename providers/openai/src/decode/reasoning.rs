use steer_core::json::Record;
use steer_core::message::{Seal, Thinking, ThinkingForm, ThinkingSection, Visibility};

use super::{list, strict};

/// Reads a reasoning item: <https://platform.openai.com/docs/guides/reasoning>. Its summaries come before its contents.
pub(super) fn read(members: &mut Record<'_>) -> Result<Thinking, serde_json::Error> {
    let mut thinking = Thinking::default();
    for (key, form) in [("summary", ThinkingForm::Summary), ("content", ThinkingForm::Raw)] {
        for raw in list(members, key)?.iter() {
            let mut section = Record::read(raw.get())?;
            let text = strict(&mut section, "text")?.into_owned();
            thinking.sections.push(ThinkingSection::new(form, text));
        }
    }
    thinking.id = members.text("id").filter(|id| !id.is_empty());
    thinking.seal = members.text("encrypted_content").filter(|data| !data.is_empty()).map(Seal::encrypted);
    if thinking.sections.is_empty() && thinking.seal.is_some() {
        thinking.visibility = Visibility::Omitted;
    }
    Ok(thinking)
}
