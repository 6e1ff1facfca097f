use super::facts::Facts;
use crate::verdict::Obstacle;

/// Adds a provider's three lines to the manifest of the facade, each where its neighbours in the alphabet are.
pub(super) fn in_manifest(text: &str, facts: &Facts) -> Result<String, Obstacle> {
    let id = &facts.id;
    let listed = insert(text, "all-providers = [", "]", &format!("    \"{id}\","))?;
    let is_feature = |line: &str| line.contains("= [\"dep:steer-");
    let featured = insert_among(&listed, "[features]", is_feature, &format!("{id} = [\"dep:steer-{id}\"]"))?;
    let is_provider = |line: &str| line.contains("features = [\"register\"], optional = true");
    let dependency = format!(
        "steer-{id} = {{ path = \"providers/{id}\", version = \"0.1.0\", default-features = false, \
         features = [\"register\"], optional = true }}"
    );
    insert_among(&featured, "[dependencies]", is_provider, &dependency)
}

/// Adds a provider's line to the facade's library.
pub(super) fn in_library(text: &str, facts: &Facts) -> Result<String, Obstacle> {
    let module = facts.id.replace('-', "_");
    let line = format!("    \"{}\": {} as {module};", facts.id, facts.module());
    insert(text, "providers! {", "}", &line)
}

/// Inserts a line between two lines, in the order of the alphabet.
fn insert(text: &str, first: &str, last: &str, line: &str) -> Result<String, Obstacle> {
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|there| *there == first).ok_or_else(|| missing(first))?;
    let behind =
        lines.iter().skip(start).skip(1).take_while(|there| **there != last && **there < line).count();
    lines.insert(start.saturating_add(1).saturating_add(behind), line);
    Ok(lines.join("\n") + "\n")
}

/// Inserts a line among those of its kind that follow a heading.
fn insert_among(
    text: &str,
    heading: &str,
    is_kind: impl Fn(&str) -> bool,
    line: &str,
) -> Result<String, Obstacle> {
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|there| *there == heading).ok_or_else(|| missing(heading))?;
    let kin: Vec<usize> =
        (start..lines.len()).filter(|at| lines.get(*at).is_some_and(|there| is_kind(there))).collect();
    let before = kin.iter().copied().find(|at| lines.get(*at).is_some_and(|there| *there > line));
    let at = before.or_else(|| kin.last().map(|at| at.saturating_add(1))).ok_or_else(|| missing(heading))?;
    lines.insert(at, line);
    Ok(lines.join("\n") + "\n")
}

fn missing(what: &str) -> String {
    format!(
        "the line `{what}` is not where providers are named; add the provider's lines by hand (CONTRIBUTING.md)"
    )
}
