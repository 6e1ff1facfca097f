//! Signatures: <https://ai.google.dev/gemini-api/docs/thought-signatures>.

use steer_core::Part;

use crate::read::answer;

/// Each part's text and signature.
fn parts(name: &str) -> Vec<(String, Option<String>)> {
    let signed = |part: &Part| match part {
        Part::Text(part) => (part.text.clone(), part.seal.as_ref().map(|seal| seal.data.clone())),
        Part::Thinking(part) => {
            (format!("({})", part.text()), part.seal.as_ref().map(|seal| seal.data.clone()))
        }
        Part::ToolCall(part) => (part.call.name.clone(), part.seal.as_ref().map(|seal| seal.data.clone())),
        _ => panic!(),
    };
    answer(name).content.iter().map(signed).collect()
}

#[test]
fn quirk_100_parts_are_never_merged_across_signatures() {
    let expected = [
        ("One.", None),
        (" Two.", Some("sigTwo==")),
        (" Three.", None),
        ("(Why four?)", Some("sigWhy==")),
        ("(Why five?)", None),
        (" Four.", Some("sigFour==")),
        ("", Some("sigEnd==")),
    ];
    let expected = expected.map(|(text, seal)| (text.to_owned(), seal.map(str::to_owned)));
    assert_eq!(parts("signatures"), expected);
}

#[test]
fn quirk_100_an_empty_text_with_a_signature_is_a_part() {
    assert_eq!(parts("thinking")[2], (String::new(), Some("EqQBCgIYAhIM/1==".to_owned())));
}

#[test]
fn quirk_100_only_the_first_of_parallel_calls_is_signed() {
    let seals: Vec<_> = parts("tool_calls_parallel").into_iter().map(|(_, seal)| seal).collect();
    assert_eq!(seals, [Some("sigFirst==".to_owned()), None, None]);
}
