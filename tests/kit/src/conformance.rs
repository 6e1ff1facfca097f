//! The cases that every provider passes, ours and yours, and the harness below them.
//! No socket is opened and no time passes: the driver reads what the case gives it, in the case's own pieces.
//!
//! One line in a test file makes a test of each case; see [`conformance!`](crate::conformance!).

mod beside;
mod borders;
mod catalog;
mod decoded;
mod errors;
mod fixture;
mod memory;
mod pairs;
mod pieces;
mod secrets;
mod subject;
mod truncation;
mod unknown;

pub use beside::broken_answers_beside_completions_are_errors;
pub use borders::{any_pieces_give_the_same_chunks, line_ends_and_keep_alives_change_nothing};
pub use catalog::the_registration_and_its_catalog_are_valid;
pub use decoded::Decoded;
pub use errors::{a_status_alone_gives_its_kind, no_body_of_an_error_is_quoted_as_markup};
pub use fixture::Fixture;
pub use pairs::a_whole_answer_equals_its_stream;
pub use pieces::{byte_by_byte, events, every_cut, random_pieces};
pub use secrets::{the_content_is_not_in_debug_output, the_key_goes_into_one_header_and_into_no_text};
pub use subject::Subject;
pub use truncation::an_answer_that_is_cut_is_an_error_with_what_came;
pub use unknown::unknown_events_change_nothing;

/// `Report` is what a case says: nothing, or what is wrong and where.
pub type Report = Result<(), String>;

/// Makes a test of each case. Takes the crate's registration, a model as a request names it, and the folder of
/// fixtures, relative to the crate:
///
/// ```ignore
/// steer_testkit::conformance! {
///     registration: steer_acme::REGISTRATION,
///     model: "acme/large",
///     fixtures: "tests/fixtures",
/// }
/// ```
///
/// The folder holds answers as the vendor's documentation describes them: `name.stream.sse` (or `.jsonl`) for
/// streams and `name.whole.json` for whole bodies. A stream and a body of the same name hold the same answer.
/// The first line of an event stream is a comment that says where it is from.
///
/// A crate that speaks several wire formats runs the cases for each of them, with `api_format: "acme-old",` after the
/// model where it is not the one that its catalog says.
#[macro_export]
macro_rules! conformance {
    (registration: $registration:expr, model: $model:expr, fixtures: $fixtures:expr $(,)?) => {
        $crate::conformance!(@all $registration, $model, None, $fixtures);
    };
    (
        registration: $registration:expr, model: $model:expr, api_format: $format:expr, fixtures: $fixtures:expr $(,)?
    ) => {
        $crate::conformance!(@all $registration, $model, Some($format), $fixtures);
    };
    (@all $registration:expr, $model:expr, $format:expr, $fixtures:expr) => {
        #[test]
        fn the_registration_and_its_catalog_are_valid() {
            $crate::conformance::pass($crate::conformance::the_registration_and_its_catalog_are_valid(
                $registration,
            ));
        }
        $crate::conformance!(@subject $registration, $model, $format, [
            a_status_alone_gives_its_kind,
            no_body_of_an_error_is_quoted_as_markup,
            the_key_goes_into_one_header_and_into_no_text
        ]);
        $crate::conformance!(@fixtures $registration, $model, $format, $fixtures, [
            any_pieces_give_the_same_chunks,
            line_ends_and_keep_alives_change_nothing,
            an_answer_that_is_cut_is_an_error_with_what_came,
            unknown_events_change_nothing,
            a_whole_answer_equals_its_stream,
            the_content_is_not_in_debug_output
        ]);
    };
    (@subject $registration:expr, $model:expr, $format:expr, [$($case:ident),*]) => {
        $(
            #[test]
            fn $case() {
                let subject = $crate::conformance::Subject::speaking($registration, $model, $format);
                $crate::conformance::pass(
                    subject.and_then(|subject| $crate::conformance::$case(&subject)),
                );
            }
        )*
    };
    (@fixtures $registration:expr, $model:expr, $format:expr, $fixtures:expr, [$($case:ident),*]) => {
        $(
            #[test]
            fn $case() {
                let fixtures = $crate::conformance::Fixture::load(
                    concat!(env!("CARGO_MANIFEST_DIR"), "/", $fixtures),
                );
                let subject = $crate::conformance::Subject::speaking($registration, $model, $format);
                $crate::conformance::pass(subject.and_then(|subject| {
                    fixtures?.iter().try_for_each(|fixture| $crate::conformance::$case(&subject, fixture))
                }));
            }
        )*
    };
}

/// Fails the test that runs it unless the report is good.
///
/// # Panics
/// The report says that something is wrong.
pub fn pass(report: Report) {
    let wrong = report.err();
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
}

/// A report of something wrong unless `good`.
fn ensure(good: bool, wrong: impl FnOnce() -> String) -> Report {
    if good { Ok(()) } else { Err(wrong()) }
}
