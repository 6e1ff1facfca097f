use serde_json::{Value, json};
use steer_core::protocol::Protocol;
use steer_core::{ApiError, EmbeddingRequest, ErrorKind};

use super::Report;

/// What a broken answer to a count, an embedding or a list becomes: an error of its kind, or an answer that keeps what
/// answers promise, and never a panic.
///
/// Takes answers as the vendor's documentation describes them, and reads each cut at every place, and with every member
/// left out, doubled into its neighbour's place, or replaced by a value of each other type.
///
/// # Errors
/// What was read breaks a promise.
pub fn broken_answers_beside_completions_are_errors(protocol: &dyn Protocol, answers: &[&str]) -> Report {
    for answer in answers {
        let whole: Value = serde_json::from_str(answer).map_err(|error| format!("{answer}: {error}"))?;
        let cuts = answer.char_indices().filter_map(|(at, _)| answer.get(..at)).map(str::to_owned);
        for body in cuts.chain(changed(&whole).iter().map(Value::to_string)) {
            read(protocol, &body).map_err(|wrong| format!("{body}: {wrong}"))?;
        }
    }
    Ok(())
}

fn read(protocol: &dyn Protocol, body: &str) -> Report {
    if let Some(wire) = protocol.count_wire() {
        told(wire.read(body))?;
    }
    if let Some(wire) = protocol.embed_wire() {
        for count in 0..3_usize {
            let request = EmbeddingRequest::new("a/b").inputs((0..count).map(|number| number.to_string()));
            let Some(answer) = told(wire.read(&request, body))? else { continue };
            if answer.vectors.len() != count {
                return Err(format!("{} vectors for {count} inputs", answer.vectors.len()));
            }
            if answer.vectors.iter().flatten().any(|value| !value.is_finite()) {
                return Err("a vector holds what is no number".to_owned());
            }
        }
    }
    if let Some(wire) = protocol.models_wire() {
        let page = told(wire.read(body))?.unwrap_or_default();
        if page.models.iter().any(|model| model.id.is_empty()) {
            return Err("a model has no id".to_owned());
        }
        if page.next.is_some_and(|next| next.is_empty()) {
            return Err("the next page has no name".to_owned());
        }
    }
    Ok(())
}

fn told<T>(result: Result<T, ApiError>) -> Result<Option<T>, String> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == ErrorKind::ResponseParsing => Ok(None),
        Err(error) => Err(format!("an answer that cannot be read is {:?}", error.kind())),
    }
}

/// The answer with one value changed, for every value in it.
fn changed(whole: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    walk(whole, String::new(), &mut paths);
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e39),
        json!(u64::MAX),
        json!(0.5),
        json!(""),
        json!("AAA="),
        json!("\u{e9}\u{1f600}"),
        json!([]),
        json!([[]]),
        json!([{}]),
        json!({}),
        json!({"id": {}}),
    ];
    let mut all = Vec::new();
    for path in &paths {
        all.extend(others.iter().filter_map(|other| with(whole, path, other.clone())));
        all.extend(paths.iter().filter_map(|from| with(whole, path, whole.pointer(from)?.clone())));
        all.extend(without(whole, path));
    }
    all
}

fn walk(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| walk(member, format!("{path}/{name}"), paths));
        }
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(at, entry)| walk(entry, format!("{path}/{at}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}

fn with(whole: &Value, path: &str, other: Value) -> Option<Value> {
    let mut changed = whole.clone();
    *changed.pointer_mut(path)? = other;
    Some(changed)
}

fn without(whole: &Value, path: &str) -> Option<Value> {
    let (parent, name) = path.rsplit_once('/')?;
    let mut changed = whole.clone();
    match changed.pointer_mut(parent)? {
        Value::Object(members) => drop(members.remove(name)?),
        Value::Array(entries) => {
            let at = name.parse().ok().filter(|at| *at < entries.len())?;
            drop(entries.remove(at));
        }
        _ => return None,
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::changed;

    #[test]
    fn every_value_is_changed_and_left_out() {
        let all = changed(&json!({"a": [1, {"b": "c"}]}));
        for expected in
            [json!(null), json!({}), json!({"a": [1]}), json!({"a": [1, {}]}), json!({"a": [1, {"b": 1}]})]
        {
            assert!(all.contains(&expected), "{expected}");
        }
    }
}
