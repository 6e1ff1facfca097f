use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::Members;
use crate::response::{Warning, WarningKind};

/// `Counted` is what of a request's body an endpoint takes that counts its tokens, in the body's own order.
pub struct Counted<'m>(Vec<(&'m str, &'m RawValue)>);

impl<'m> Counted<'m> {
    /// Keeps what is `taken`. What else there is says nothing of the prompt where it is `answer_only`, and makes the
    /// count an estimate where it is not, which a warning tells.
    pub fn of(
        members: &'m Members<'_>,
        taken: &[&str],
        answer_only: &[&str],
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let mut kept = Vec::new();
        for (name, raw) in members.rest() {
            if taken.contains(&name) {
                kept.push((name, raw));
            } else if !answer_only.contains(&name) {
                let why = "the endpoint that counts does not take it, so the count is an estimate";
                warnings.push(Warning::new(WarningKind::Unsupported, name, why));
            }
        }
        Self(kept)
    }
}

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_counted_nor_of_the_answer_alone_makes_an_estimate() {
        let members: Members<'_> = Members::read(r#"{"b": 1,"top":2,"a":[3],"new":4}"#).unwrap();
        let mut warnings = Vec::new();
        let counted = Counted::of(&members, &["a", "b"], &["top"], &mut warnings);
        assert_eq!(serde_json::to_string(&counted).unwrap(), r#"{"b":1,"a":[3]}"#);
        let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert_eq!((warning.kind, warning.subject.as_str()), (WarningKind::Unsupported, "new"));
    }
}
