use crate::error::ApiError;
use crate::protocol::{Call, FeatureArea, Ledger};
use crate::request::Tool;

/// Settings that few APIs have. An encoder says of each name whether it takes it; the others are told or refused, as the request's
/// policy says.
///
/// An answer that should only be read ([`ServerState::resume`](crate::request::ServerState::resume)) is refused whatever
/// the policy: without it, something else would be asked.
///
/// # Errors
/// The policy denies the loss, or an answer of a vendor that keeps none is to be read.
pub fn refuse_rare(call: &Call, takes: impl Fn(&str) -> bool, ledger: &mut Ledger) -> Result<(), ApiError> {
    let (request, given, state) = (&*call.request, &call.parameters, &call.request.state);
    let is_eager = |tool: &Tool| matches!(tool, Tool::Function(tool) if tool.eager_input == Some(true));
    if state.resume.is_some() && !takes("state.resume") {
        return Err(ApiError::unsupported(
            "state.resume: the vendor keeps no answers that could be read; ask again without it",
        ));
    }
    for (name, is_set) in [
        ("logit_bias", !given.logit_bias.is_empty()),
        ("thinking_style", given.thinking_style.is_some()),
        ("thinking_context", given.thinking_context.is_some()),
        ("cache_retention", request.cache_retention.is_some()),
        ("image", request.image.is_some()),
        ("media_detail", request.media_detail.is_some()),
        ("prediction", request.prediction.is_some()),
        ("safety", !request.safety.is_empty()),
        ("moderation", request.moderation.is_some()),
        ("speed", request.speed.is_some()),
        ("region", request.region.is_some()),
        ("eager_input", request.tools.iter().any(is_eager)),
        ("state.background", state.background == Some(true)),
        ("state.truncation", state.truncation.is_some()),
        ("state.context_management", state.context_management.is_some()),
        ("state.include", !state.include.is_empty()),
    ] {
        if is_set && !takes(name) {
            ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
        }
    }
    if request.web_search.is_some() && !takes("web_search") {
        let why = "the API has no such setting; give the vendor's own tool for it, if it has one";
        ledger.unsupported(FeatureArea::Tools, "web_search", why)?;
    }
    Ok(())
}
