//! Prices put into the text of a catalog. Whatever else stands in it, comments and order too, stays as it is.

/// `Rewritten` is a catalog with its prices.
#[derive(Debug)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// The models that have one.
    pub(super) priced: Vec<String>,
    /// Those that have none, and why.
    pub(super) unpriced: Vec<(String, String)>,
}

/// The head of a table of prices.
const PRICE: &str = "[models.price]";

/// Gives each model the price that `price` tells. A price that is told replaces what is there; where none is told, one
/// that was told before goes, and one that a person wrote stays.
///
/// # Errors
/// An entry has no `id`.
pub(super) fn catalog(
    text: &str,
    price: impl Fn(&str) -> Result<String, String>,
) -> Result<Rewritten, String> {
    let mut result =
        Rewritten { text: String::with_capacity(text.len()), priced: Vec::new(), unpriced: Vec::new() };
    for block in blocks(text) {
        if !block.starts_with("[[models]]") {
            result.text.push_str(block);
            continue;
        }
        let id = block.lines().find_map(|line| line.strip_prefix("id = \"")?.split('"').next());
        let id = id.ok_or("an entry of `[[models]]` has no line `id = \"…\"`")?;
        match price(id) {
            Ok(lines) => {
                push(&mut result.text, block, Some(&lines));
                result.priced.push(id.to_owned());
            }
            Err(why) => {
                push(&mut result.text, block, None);
                result.unpriced.push((id.to_owned(), why));
            }
        }
    }
    Ok(result)
}

/// The text in pieces, each of which begins with a `[[…]]`; comments and blank lines before one belong to it no more
/// than to the one above.
fn blocks(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        if line.starts_with("[[") && !line.starts_with("[[models.") {
            starts.push(at);
        }
        at = at.saturating_add(line.len());
    }
    starts.push(text.len());
    starts.windows(2).filter_map(|pair| text.get(*pair.first()?..*pair.last()?)).collect()
}

/// Writes a model's entry with its price behind its last line, and what follows the entry after that.
fn push(out: &mut String, block: &str, price: Option<&str>) {
    let (entry, rest) = entry_and_rest(block);
    let mut lines: Vec<&str> = entry.split_inclusive('\n').collect();
    let old: Option<usize> = lines.iter().position(|line| line.trim_end() == PRICE);
    if let Some(start) = old {
        let end = lines.iter().skip(start.saturating_add(1)).position(|line| line.starts_with('['));
        let end = end.map_or(lines.len(), |end| end.saturating_add(start).saturating_add(1));
        let was_told = lines
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .any(|line| line.starts_with("version = \"genai-prices "));
        if price.is_some() || was_told {
            lines.drain(start..end);
        }
    }
    if price.is_some() {
        lines.retain(|line| !line.starts_with("price = "));
    }
    let kept: String = lines.concat();
    out.push_str(kept.trim_end());
    out.push('\n');
    if let Some(price) = price {
        out.push('\n');
        out.push_str(price);
    }
    out.push_str(rest);
}

/// An entry, and the blank lines and comments behind it, which are about the next one.
fn entry_and_rest(block: &str) -> (&str, &str) {
    let mut end = 0_usize;
    let mut at = 0_usize;
    for line in block.split_inclusive('\n') {
        at = at.saturating_add(line.len());
        if !line.trim().is_empty() && !line.starts_with('#') {
            end = at;
        }
    }
    block.split_at_checked(end).unwrap_or((block, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = "# Whose they are.\n\n[[providers]]\nid = \"acme\"\n\n# The best.\n[[models]]\nid = \"a\" # said so\nprice = { input = \"9\" }\nrecommended = true\n\n# Without a price.\n[[models]]\nid = \"b\"\nprice = { input = \"7\" }\n";

    fn told(id: &str) -> Result<String, String> {
        match id {
            "a" => Ok("[models.price]\nversion = \"genai-prices 1\"\ninput = \"2\"\n".to_owned()),
            _ => Err("unknown".to_owned()),
        }
    }

    #[test]
    fn a_price_replaces_the_old_one_and_nothing_else_moves() {
        let once = catalog(CATALOG, told).unwrap();
        assert_eq!(
            once.text,
            "# Whose they are.\n\n[[providers]]\nid = \"acme\"\n\n# The best.\n[[models]]\nid = \"a\" # said so\nrecommended = true\n\n[models.price]\nversion = \"genai-prices 1\"\ninput = \"2\"\n\n# Without a price.\n[[models]]\nid = \"b\"\nprice = { input = \"7\" }\n"
        );
        assert_eq!(once.priced, ["a"]);
        assert_eq!(once.unpriced, [("b".to_owned(), "unknown".to_owned())]);
        assert_eq!(catalog(&once.text, told).unwrap().text, once.text, "a second time changes nothing");
    }

    #[test]
    fn a_price_that_is_told_no_more_goes_and_one_that_a_person_wrote_stays() {
        let once = catalog(CATALOG, told).unwrap();
        let none = catalog(&once.text, |_| Err("gone".to_owned())).unwrap();
        assert!(!none.text.contains("genai-prices") && none.text.contains("price = { input = \"7\" }"));
        let own = "[[models]]\nid = \"a\"\n\n[models.price]\nversion = \"mine\"\ninput = \"1\"\n";
        assert_eq!(catalog(own, |_| Err("gone".to_owned())).unwrap().text, own);
        assert!(catalog("[[models]]\nname = \"a\"\n", told).is_err());
    }
}
