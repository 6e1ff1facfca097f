//! The same bytes, delivered in different ways.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;
use steer::http_types::{HeaderName, HeaderValue, StatusCode};
use steer::{
    Accumulator, ApiError, Client, CompletionRequest, CompletionResponse, Delivery, EndProof, Registration,
    StreamChunk,
};
use steer_testkit::server::{Reply, Script, Server};
use steer_testkit::transport::{Response, ScriptedTransport};

use super::beside;
use super::recording::{Kind, Recording};
use super::semantics::Outcome;
use super::speakers::Speakers;
use crate::verdict::Obstacle;

/// The request header that says which recording to answer with.
const ASKED: &str = "x-replayed-recording";

/// Longer than any replay takes, so that a hang becomes a finding.
const PATIENCE: Duration = Duration::from_secs(20);

/// `Couriers` are the clients that the recordings are delivered to.
pub(super) struct Couriers {
    clients: Vec<(&'static str, Client)>,
    /// Answers as long as it is held.
    _server: Server,
}

/// `Delivered` is what the client reported of one recording, by the way of delivery.
pub(super) struct Delivered {
    /// The first is the one over a socket.
    pub(super) outcomes: Vec<(String, Value)>,
    /// The same, typed.
    pub(super) first: Option<Outcome>,
}

type Recordings = Arc<BTreeMap<String, Arc<Recording>>>;

impl Couriers {
    pub(super) async fn new(
        speakers: &Speakers,
        registrations: &[Registration],
        recordings: impl Iterator<Item = Arc<Recording>>,
    ) -> Result<Self, Obstacle> {
        let recordings: Recordings = Arc::new(recordings.map(|one| (one.id.clone(), one)).collect());
        let on_socket = Arc::clone(&recordings);
        let script = Script::handler(move |request| reply(asked(&on_socket, request.header(ASKED))));
        let server = Server::start(script.without_recording()).await?;
        let mut socket = speakers.client(registrations);
        for id in speakers.ids() {
            socket = socket.base_url(id, server.url());
        }
        let scripted = |cut: fn(Response, &Recording) -> Response| {
            let recordings = Arc::clone(&recordings);
            let transport =
                ScriptedTransport::handler(move |request| match asked(&recordings, request.header(ASKED)) {
                    Some(recording) => cut(response(recording), recording),
                    None => Response::new(StatusCode::NOT_FOUND),
                });
            speakers.client(registrations).transport(Arc::new(transport)).build()
        };
        let clients = vec![
            ("socket", socket.build()?),
            ("event a piece", scripted(|response, _| response.each_event_a_piece())?),
            ("random pieces", scripted(|response, recording| response.random_pieces(seed(&recording.id)))?),
        ];
        Ok(Self { clients, _server: server })
    }

    /// Asks each client for the recorded answer, in each way that its kind allows.
    pub(super) async fn deliver(&self, provider: &str, recording: &Recording) -> Delivered {
        let mut delivered = Delivered { outcomes: Vec::new(), first: None };
        if beside::is_beside(&recording.api) {
            for (name, client) in &self.clients {
                let work = beside::ask(client, provider, recording, ASKED);
                let late = ApiError::parsing(format!("no end came within {PATIENCE:?}"));
                let outcome = match tokio::time::timeout(PATIENCE, work).await {
                    Ok(outcome) => outcome,
                    Err(_) => Outcome::new(recording, &Err(late)),
                };
                delivered.outcomes.push(((*name).to_owned(), outcome.to_value()));
                delivered.first.get_or_insert(outcome);
            }
            return delivered;
        }
        for delivery in deliveries(recording.kind) {
            for (name, client) in &self.clients {
                let request = CompletionRequest::new(format!("{provider}/{}", recording.model()))
                    .user("Hello")
                    .header(ASKED, recording.id.as_str())
                    .delivery(*delivery);
                let (collected, folded) = ask(client, request).await;
                let name = match delivery {
                    Delivery::Whole => format!("{name}, whole"),
                    _ => (*name).to_owned(),
                };
                let outcome = Outcome::new(recording, &collected);
                delivered.outcomes.push((name.clone(), outcome.to_value()));
                delivered.first.get_or_insert(outcome);
                if let Some(folded) = folded {
                    let outcome = Outcome::of_answer(recording, &folded, collected.err().as_ref());
                    delivered.outcomes.push((format!("{name}, chunks folded"), outcome.to_value()));
                }
            }
        }
        delivered
    }
}

/// What a difference in random pieces can be found again with.
pub(super) fn seed(id: &str) -> u64 {
    // FNV-1a: the seed has to be the same on every machine and in every release of the standard library.
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn deliveries(kind: Kind) -> &'static [Delivery] {
    match kind {
        Kind::Stream => &[Delivery::Stream],
        Kind::Json => &[Delivery::Whole],
        Kind::Error => &[Delivery::Stream, Delivery::Whole],
    }
}

/// The answer that the client made, and the one that its chunks make; no chunks come where the answer never began.
async fn ask(
    client: &Client,
    request: CompletionRequest,
) -> (Result<CompletionResponse, ApiError>, Option<CompletionResponse>) {
    let work = async {
        if request.delivery == Delivery::Whole {
            return (client.complete(request).await, None);
        }
        let mut stream = match client.stream_complete(request).await {
            Ok(stream) => stream,
            Err(error) => return (Err(error), None),
        };
        let mut fold = Accumulator::default();
        while let Some(chunk) = stream.next().await {
            match chunk {
                Ok(StreamChunk::MessageComplete(response)) => {
                    let proof = response.proof.unwrap_or(EndProof::Inferred);
                    return (Ok(*response), Some(fold.finish(proof)));
                }
                Ok(chunk) => {
                    if let Err(error) = fold.push(&chunk) {
                        return (Err(error), None);
                    }
                }
                Err(error) => return (Err(error.into()), Some(fold.partial())),
            }
        }
        (Err(ApiError::parsing("the stream ended without a terminal item")), Some(fold.partial()))
    };
    let late = |_| (Err(ApiError::parsing(format!("no end came within {PATIENCE:?}"))), None);
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(late)
}

fn asked<'a>(recordings: &'a Recordings, id: Option<&str>) -> Option<&'a Recording> {
    recordings.get(id?).map(|recording| &**recording)
}

fn reply(recording: Option<&Recording>) -> Reply {
    let Some(recording) = recording else { return Reply::text(404, "no such recording") };
    let mut reply = Reply::new(recording.response.status);
    for (name, value) in recording.headers() {
        reply = reply.header(name, value);
    }
    reply.step(steer_testkit::server::Step::Bytes(recording.response.body.clone().into()))
}

fn response(recording: &Recording) -> Response {
    let status = StatusCode::from_u16(recording.response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(status).piece(recording.response.body.clone());
    for (name, value) in recording.headers() {
        // A header that no client could see is not part of the exchange.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response = response.header(name, value);
        }
    }
    response
}
