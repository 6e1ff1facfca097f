use super::python::Value;

/// Whether a clause of the list means a model. `None` where only a regular expression could tell, which is not read.
pub(super) fn matches(clause: &Value, model: &str) -> Option<bool> {
    let word = |key: &str| clause.get(key).and_then(Value::text);
    let inner = |key: &str| clause.get(key).and_then(Value::list);
    match clause.name() {
        "ClauseEquals" => Some(word("equals")? == model),
        "ClauseStartsWith" => Some(model.starts_with(word("starts_with")?)),
        "ClauseEndsWith" => Some(model.ends_with(word("ends_with")?)),
        "ClauseContains" => Some(model.contains(word("contains")?)),
        "ClauseOr" => any(inner("or_")?.iter().map(|clause| matches(clause, model))),
        "ClauseAnd" => {
            any(inner("and_")?.iter().map(|clause| matches(clause, model).map(|is| !is))).map(|is| !is)
        }
        _ => None,
    }
}

/// Whether one of them is true; one that is not known leaves it open only where none is.
fn any(mut clauses: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    clauses
        .try_fold(Some(false), |known, one| match one {
            Some(true) => Err(()),
            Some(false) => Ok(known),
            None => Ok(None),
        })
        .unwrap_or(Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(clause: &str, model: &str) -> Option<bool> {
        matches(&Value::parse(clause).unwrap(), model)
    }

    #[test]
    fn clauses_mean_what_they_say_and_a_regular_expression_leaves_it_open() {
        let either = "ClauseOr(or_=[ClauseEquals(equals='a'), ClauseRegex(regex='x'), ClauseStartsWith(starts_with='b-')])";
        assert_eq!(says(either, "a"), Some(true));
        assert_eq!(says(either, "b-1"), Some(true));
        assert_eq!(says(either, "c"), None);
        let both = "ClauseAnd(and_=[ClauseContains(contains='a'), ClauseEndsWith(ends_with='b'), ClauseRegex(regex='x')])";
        assert_eq!(says(both, "ab"), None);
        assert_eq!(says(both, "ac"), Some(false));
        let known = "ClauseAnd(and_=[ClauseContains(contains='a'), ClauseEndsWith(ends_with='b')])";
        assert_eq!(says(known, "ab"), Some(true));
    }
}
