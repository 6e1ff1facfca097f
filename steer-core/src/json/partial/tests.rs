use proptest::prelude::*;
use serde_json::json;

use super::*;

fn pushed(pieces: &[&str]) -> PartialJson {
    let mut partial = PartialJson::default();
    for piece in pieces {
        partial.push(piece);
    }
    partial
}

#[test]
fn the_value_grows_with_the_text_and_holds_nothing_that_is_not_sure() {
    for (text, value) in [
        ("", Value::Null),
        ("Here you are: ", Value::Null),
        ("{", json!({})),
        (r#"{"a"#, json!({})),
        (r#"{"a":"#, json!({})),
        (r#"{"a": ""#, json!({"a": ""})),
        (r#"{"a": "x\"#, json!({"a": "x"})),
        (r#"{"a": "x\ud83d"#, json!({"a": "x"})),
        (r#"{"a": "x\ud83d\ude00"#, json!({"a": "x😀"})),
        (r#"{"a": 1"#, json!({})),
        (r#"{"a": 1,"#, json!({"a": 1})),
        (r#"{"a": [tru"#, json!({"a": []})),
        (r#"{"a": [true, {"b": [nu"#, json!({"a": [true, {"b": []}]})),
        (r#"{"a": 1, "a": {"b"#, json!({"a": {}})),
    ] {
        let partial = pushed(&[text]);
        assert_eq!(partial.value(), &value, "{text}");
        assert!(!partial.is_complete() && partial.span().is_none(), "{text}");
    }
}

#[test]
fn what_stands_around_the_value_is_passed_over_and_its_place_is_known() {
    let text = "```json\n[1, \"ä\"]\n``` and [2]";
    let partial = pushed(&[text]);
    assert_eq!((partial.value(), partial.is_complete()), (&json!([1, "ä"]), true));
    assert_eq!(text.get(partial.span().unwrap()), Some("[1, \"ä\"]"));
}

#[test]
fn from_a_fault_on_the_value_stays_as_it_is() {
    for text in [r#"{"a": 1 "b": 2}"#, r#"{"a": 1, b: 2}"#, r#"{"a": 1, "b": nil}"#, r#"{"a": 1]}"#] {
        let partial = pushed(&[text, r#", "c": 3}"#]);
        assert_eq!((partial.value(), partial.is_complete()), (&json!({"a": 1}), false), "{text}");
    }
    for text in [r#"["\ud83dx"#, r#"["\x"#, "[\"\n", r#"["\u12g4"#] {
        assert_eq!(pushed(&[text, r#"","y"]"#]).value(), &json!([""]), "{text}");
    }
    assert!(!pushed(&[&"[".repeat(100_000)]).is_complete());
}

/// The work for an answer of so many members, in pieces of three characters.
fn work(members: usize) -> usize {
    let items: Vec<_> = (0..members).map(|i| json!({"name": format!("n{i}"), "n": i, "at": [i]})).collect();
    let text = json!({"list": {"of": items}, "long": "x".repeat(members)}).to_string();
    let pieces: Vec<_> = text.as_bytes().chunks(3).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
    let partial = pushed(&pieces);
    assert!(partial.is_complete());
    partial.work
}

#[test]
fn twice_the_text_is_twice_the_work() {
    let (one, two, four) = (work(500), work(1000), work(2000));
    assert!(two < one * 9 / 4 && four < two * 9 / 4, "{one} {two} {four}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_end_is_what_the_whole_text_says_wherever_it_is_cut(value in any_json(), size in 1_usize..9) {
        let text = json!({ "value": value }).to_string();
        let characters: Vec<char> = text.chars().collect();
        let pieces: Vec<String> = characters.chunks(size).map(|piece| piece.iter().collect()).collect();
        let partial = pushed(&pieces.iter().map(String::as_str).collect::<Vec<_>>());
        prop_assert_eq!(partial.value(), &json!({ "value": value }));
        prop_assert_eq!(partial.span(), Some(0..text.len()));
    }

    #[test]
    fn no_text_whatever_makes_it_panic(text in any::<String>(), json in r#"[\[{"\\u0-9a-f:, \]}]{0,60}"#) {
        pushed(&[&text, "[", &json, &text]);
    }
}
