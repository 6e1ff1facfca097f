//! The tests of a vendor that speaks a wire format of another crate: what every provider passes, a request as this vendor
//! takes it, and its errors.

use steer_core::{CompletionRequest, ErrorKind, Registration};

use crate::conformance::Report;
use crate::exchange::Exchange;

/// What the fixture `text.stream.sse` says.
const SAID: &str = "It rains.";

/// Makes the tests of a vendor: those of [`conformance!`](crate::conformance!), one of a request, whose body is a snapshot, and
/// one of errors. The fixtures lie in `tests/fixtures`, and `text.stream.sse` among them says `It rains.`. An error is a
/// status, a body, the kind that it means, and whether the request may be sent again.
///
/// The crate that calls it depends on `insta` with its feature `json`, and on `tokio` with `macros` and `rt`.
///
/// ```ignore
/// steer_testkit::vendor! {
///     registration: steer_acme::REGISTRATION,
///     model: "acme/large",
///     request: |request| request.max_output_tokens(64),
///     errors: [(401, r#"{"error":{"message":"no such key"}}"#, ErrorKind::AuthenticationFailed, false)],
/// }
/// ```
#[macro_export]
macro_rules! vendor {
    (
        registration: $registration:expr,
        model: $model:expr,
        request: $request:expr,
        errors: [$($error:expr),* $(,)?] $(,)?
    ) => {
        $crate::conformance! {
            registration: $registration,
            model: $model,
            fixtures: "tests/fixtures",
        }

        #[tokio::test]
        async fn a_request_is_written_in_the_dialect() {
            let answer = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/text.stream.sse"));
            let exchange = $crate::vendor::ask($registration, $model, $request, answer).await;
            $crate::conformance::pass(exchange.as_ref().map(|_| ()).map_err(Clone::clone));
            let body = exchange.map(|exchange| exchange.body()).unwrap_or_default();
            insta::assert_json_snapshot!(body);
        }

        #[tokio::test]
        async fn an_error_is_of_the_kind_that_it_means() {
            for (status, body, kind, again) in [$($error),*] {
                let report = $crate::vendor::fails($registration, $model, (status, body), (kind, again)).await;
                $crate::conformance::pass(report);
            }
        }
    };
}

/// Sends a request to a server that answers with a fixture; it must be asked and read as Chat Completions are.
///
/// # Errors
/// The answer is not what the fixture says, or another path was asked.
pub async fn ask(
    registration: Registration,
    model: &str,
    change: impl FnOnce(CompletionRequest) -> CompletionRequest,
    answer: &str,
) -> Result<Exchange, String> {
    let request = change(CompletionRequest::new(model).user("Hi"));
    let exchange = Exchange::of(registration, request, 200, answer).await?;
    let said = match &exchange.answer {
        Ok(answer) => answer.extract_text(),
        Err(error) => return Err(error.to_string()),
    };
    if said != SAID {
        return Err(format!("the answer says {said:?}, and the fixture {SAID:?}"));
    }
    match exchange.target() {
        target if target == "/chat/completions" => Ok(exchange),
        target => Err(format!("{target} was asked")),
    }
}

/// Gets an error, which must be of this kind, and one that may or may not pass.
///
/// # Errors
/// It is otherwise, or there is no error.
pub async fn fails(
    registration: Registration,
    model: &str,
    (status, body): (u16, &str),
    meant: (ErrorKind, bool),
) -> Report {
    let request = CompletionRequest::new(model).user("Hi");
    match Exchange::of(registration, request, status, body).await?.answer {
        Err(error) if (error.kind(), error.is_retryable()) == meant => Ok(()),
        Err(error) => Err(format!("{meant:?} was meant, and not {error}")),
        Ok(_) => Err(format!("{status} was taken for a success")),
    }
}
