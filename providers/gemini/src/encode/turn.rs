use std::borrow::Cow;

use steer_core::RawJson;

use super::content::{Content, Kind, Said, WireCall, WirePart};

/// `Side` is who speaks: the API knows the user and the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    User,
    Model,
}

/// `Turn` is all that one side says before the other one answers, and the responses to the calls in it.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) side: Side,
    pub(super) parts: Vec<WirePart<'a>>,
    /// The calls that the program runs, each with its response.
    pub(super) calls: Vec<OpenCall<'a>>,
    /// The content as it stood in the body that the request was read from, in place of parts.
    pub(super) kept: Option<&'a RawJson>,
}

/// `OpenCall` is a call that the program runs.
#[derive(Debug)]
pub(super) struct OpenCall<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) is_answered: bool,
    /// None where a content that is sent as it stood brings the response.
    pub(super) response: Option<WirePart<'a>>,
}

impl<'a> Turn<'a> {
    pub(super) fn of(side: Side) -> Self {
        Self { side, parts: Vec::new(), calls: Vec::new(), kept: None }
    }

    /// Whether a call in it has its response, so that the turn is over.
    pub(super) fn is_answered(&self) -> bool {
        self.calls.iter().any(|call| call.is_answered)
    }

    pub(super) fn size(&self) -> usize {
        let parts = self.parts.iter().chain(self.responses()).map(WirePart::size);
        parts.chain(self.kept.map(|raw| raw.get().len())).sum()
    }

    /// The turn as it is sent. All responses to it are a content of their own, in the order of the calls:
    /// <https://ai.google.dev/gemini-api/docs/function-calling#parallel_function_calling>.
    pub(super) fn contents(&self) -> impl Iterator<Item = Content<'_, 'a>> {
        let role = match self.side {
            Side::User => "user",
            Side::Model => "model",
        };
        let said = self.kept.map_or(Said::Parts(&self.parts), Said::Kept);
        let answered = Said::Responses(self.responses().collect());
        let contents = [Content { role, said }, Content { role: "user", said: answered }];
        contents.into_iter().filter(|content| !content.said.is_empty())
    }

    /// The first call of a model that signs its calls must be signed; for a call of another model the vendor has a
    /// word that stands for a signature: <https://ai.google.dev/gemini-api/docs/thought-signatures#faqs>.
    pub(super) fn sign(&mut self) {
        let first = self.parts.iter_mut().find(|part| matches!(part.kind, Kind::Call(_)));
        if let Some(WirePart { kind: Kind::Call(WireCall { .. }), signature, .. }) = first {
            signature.get_or_insert("skip_thought_signature_validator");
        }
    }

    fn responses(&self) -> impl Iterator<Item = &WirePart<'a>> {
        self.calls.iter().filter_map(|call| call.response.as_ref())
    }
}
