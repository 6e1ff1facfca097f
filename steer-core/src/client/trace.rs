//! What is told to whoever watches: names, numbers and kinds, never content or keys.
//!
//! The attributes are those of OpenTelemetry's conventions for generative AI,
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>.

use tracing::field::{Empty, display};
use tracing::{Instrument, Span, debug, info_span, warn};

use crate::auth::AuthSource;
use crate::error::ApiError;
use crate::model::ProviderId;
use crate::protocol::Call;
use crate::response::CompletionResponse;

/// Makes the span of a call with a target, which the macro wants as a constant.
macro_rules! span {
    ($target:literal, $call:expr) => {{
        let Call { model, parameters, .. } = $call;
        info_span!(
            target: $target,
            "chat",
            otel.name = %format_args!("chat {}", model.id.name),
            otel.kind = "client",
            otel.status_code = Empty,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = %model.id.provider,
            gen_ai.request.model = %model.id.name,
            gen_ai.request.max_tokens = parameters.max_output_tokens,
            gen_ai.request.temperature = parameters.temperature,
            gen_ai.request.top_p = parameters.top_p,
            gen_ai.response.id = Empty,
            gen_ai.response.model = Empty,
            gen_ai.response.finish_reasons = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            error.type = Empty,
        )
    }};
}

pub(super) fn complete(call: &Call) -> Span {
    span!("api::complete", call)
}

pub(super) fn stream_complete(call: &Call) -> Span {
    span!("api::stream_complete", call)
}

pub(super) fn complete_with_retry(call: &Call) -> Span {
    span!("api::complete_with_retry", call)
}

/// Waits within a span; without one where nobody watches.
pub(super) async fn within<F: Future>(span: &Span, future: F) -> F::Output {
    if span.is_disabled() { future.await } else { future.instrument(span.clone()).await }
}

/// A call ended.
pub(crate) fn ended(span: &Span, result: Result<&CompletionResponse, &ApiError>) {
    if span.is_disabled() {
        return;
    }
    match result {
        Ok(response) => {
            let text = |name, value: &Option<String>| {
                if let Some(value) = value {
                    span.record(name, value.as_str());
                }
            };
            text("gen_ai.response.id", &response.response_id);
            text("gen_ai.response.model", &response.model);
            text("gen_ai.response.finish_reasons", &response.stop_reason_raw);
            if let Some(usage) = &response.usage {
                span.record("gen_ai.usage.input_tokens", usage.input_tokens);
                span.record("gen_ai.usage.output_tokens", usage.output_tokens);
            }
        }
        Err(error) => {
            span.record("error.type", display(error.kind()));
            span.record("otel.status_code", "ERROR");
        }
    }
}

pub(super) fn connected(provider: &ProviderId, source: &AuthSource) {
    debug!(target: "api::client", %provider, %source, "provider built");
}

pub(super) fn refused(provider: &ProviderId, source: &AuthSource) {
    warn!(target: "api::client", %provider, %source, "the vendor refused the credential");
}

pub(super) fn fell_back(provider: &ProviderId, source: &AuthSource) {
    warn!(target: "api::client", %provider, %source, "called again with a key in place of the login");
}
