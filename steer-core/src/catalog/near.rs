/// The words that someone who wrote `word` may have meant, the nearest first; at most three.
pub(crate) fn near<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(LONGEST).collect();
    // A third of the letters may be wrong, and one always.
    let most = word.len().div_ceil(3).max(1);
    let mut found: Vec<(usize, &str)> = words
        .into_iter()
        .filter_map(|other| {
            let letters: Vec<char> = other.to_lowercase().chars().take(LONGEST).collect();
            if letters.len().abs_diff(word.len()) > most {
                return None;
            }
            Some((distance(&word, &letters), other)).filter(|(distance, _)| *distance <= most)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    // Beside a slip of one letter, what takes several is not meant.
    let enough = found.first().map_or(0, |(least, _)| least.saturating_add(1));
    found.retain(|(distance, _)| *distance <= enough);
    found.into_iter().map(|(_, other)| other).take(3).collect()
}

/// "did you mean …?", or the words that there are, or nothing where there are none.
pub(crate) fn did_you_mean<'a>(word: &str, words: impl IntoIterator<Item = &'a str>, all: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let quoted = |words: &[&str], between: &str| {
        words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
    };
    match near(word, words.iter().copied()).as_slice() {
        [] if words.is_empty() => String::new(),
        [] => format!("; {all}: {}", quoted(&words, ", ")),
        close => format!("; did you mean {}?", quoted(close, " or ")),
    }
}

/// A text of a file's as it may stand in a message: short, and nothing in it that a terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// Names are short; what comes after these characters tells two of them apart no better.
const LONGEST: usize = 80;

/// How many letters are to be put in, taken out, changed, or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, other) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX);
            let change = at(&above, j).saturating_add(usize::from(letter != other));
            let lose = at(&above, j.saturating_add(1)).saturating_add(1);
            let gain = at(&row, j).saturating_add(1);
            let swapped = i > 0
                && j > 0
                && a.get(i.wrapping_sub(1)) == Some(other)
                && b.get(j.wrapping_sub(1)) == Some(letter);
            let swap = if swapped { at(&before, j.wrapping_sub(1)).saturating_add(1) } else { usize::MAX };
            row.push(change.min(lose).min(gain).min(swap));
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_with_the_fewest_slips() {
        let words = ["context_window_tokens", "max_output_tokens", "capabilities", "price"];
        assert_eq!(near("contxt_window_tokens", words), ["context_window_tokens"]);
        assert_eq!(near("max_outptu_tokens", words), ["max_output_tokens"]);
        assert_eq!(near("Price", words), ["price"]);
        assert_eq!(near("colour", words), [] as [&str; 0]);
    }

    #[test]
    fn two_swapped_letters_are_one_slip() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        for (a, b, slips) in [("ab", "ba", 1), ("abc", "abc", 0), ("", "abc", 3), ("kitten", "sitting", 3)] {
            assert_eq!(distance(&letters(a), &letters(b)), slips, "{a} {b}");
            assert_eq!(distance(&letters(b), &letters(a)), slips, "{b} {a}");
        }
    }

    #[test]
    fn a_word_is_shown_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
