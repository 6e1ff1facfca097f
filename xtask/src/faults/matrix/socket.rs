use std::time::Duration;

use steer::http::{ReqwestTransport, Timeouts};
use steer_testkit::server::{ErrorCode, Http2, Packing, Reply, Script, Server, Step, Tls};

use super::cases::What;
use super::judge::Tally;
use super::oracle::{Arrival, Oracle};
use super::plan::{Cell, Fault, Plan, Wire};
use super::subject::Subject;
use crate::verdict::Obstacle;

/// The real clock's idle limit: long enough for a machine that builds beside it.
const IDLE: Duration = Duration::from_secs(5);

/// How long a handshake that stalls is waited for, in each attempt.
const STALLED: Duration = Duration::from_millis(150);

/// Runs a cell over real sockets.
pub(super) fn run(
    cell: &Cell,
    wire: Wire,
    oracle: &Oracle,
    subject: &Subject,
    plan: &Plan,
    bounded: bool,
    tally: &mut Tally,
) -> Result<(), Obstacle> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let places: Vec<usize> = match cell.fault {
        Fault::TlsRefused => (0..refused().len()).collect(),
        // They strike at the whole body.
        Fault::SocketTwice | Fault::SocketPacked => vec![0],
        _ => cell.places(oracle.bytes.len(), bounded).collect(),
    };
    for at in places {
        let (reply, arrival) = served(cell.fault, oracle, at)?;
        let seen = runtime.block_on(async {
            let mut server = Server::builder(Script::always(reply));
            if wire != Wire::Http1 {
                let odd = refused().into_iter().nth(at).filter(|_| cell.fault == Fault::TlsRefused);
                server = server.tls(odd.unwrap_or_else(Tls::trusted));
            }
            if wire == Wire::Http2 {
                server = server.http2(Http2::new());
            }
            let server = server.start().await?;
            let connect = if stalls(cell.fault, at) { STALLED } else { IDLE };
            let mut transport = ReqwestTransport::builder().timeouts(Timeouts::default().connect(connect));
            if let Some(pem) = server.authority_pem() {
                transport = transport.root_certificates(pem);
            }
            let client = subject.on_socket(&server.url(), IDLE, transport.build()?)?;
            let mut seen = subject.ask_socket(&client).await;
            seen.requests = server.request_count();
            server.shutdown().await;
            Ok::<_, Obstacle>(seen)
        })?;
        let what = What { name: &subject.name, fault: cell.fault, at };
        tally.enter(&what, oracle, arrival, plan.limit(IDLE), &seen);
    }
    Ok(())
}

/// Whether the handshake stalls, which is the last of the ways.
fn stalls(fault: Fault, at: usize) -> bool {
    fault == Fault::TlsRefused && at.saturating_add(1) == refused().len()
}

/// The ways in which a server proves nothing.
fn refused() -> [Tls; 5] {
    [
        Tls::expired(),
        Tls::for_host("matrix.example"),
        Tls::self_signed(),
        Tls::of_unknown_authority(),
        Tls::stalled(),
    ]
}

/// What the server does, and what of the answer arrives; `None` where the bytes themselves are wrong.
fn served(fault: Fault, oracle: &Oracle, at: usize) -> Result<(Reply, Option<Arrival>), Obstacle> {
    let length = oracle.bytes.len();
    let cut = u64::try_from(at)?;
    let head = Reply::new(200).header("content-type", oracle.content_type);
    let whole = || Step::Bytes(oracle.bytes.clone().into());
    let (before, behind) = oracle.bytes.split_at_checked(at).unwrap_or((&oracle.bytes, &[]));
    let begun = || head.clone().chunked().step(Step::Bytes(before.to_vec().into()));
    let body = || head.clone().step(whole()).chunked();
    let came = |bytes, clean, lossy| Some(Arrival { bytes, clean, lossy });
    Ok(match fault {
        Fault::SocketReset => (body().reset_at(cut), came(at, false, true)),
        // What the framing of HTTP calls whole is whole at its last byte only.
        Fault::SocketLength => {
            let promised = body().content_length(u64::try_from(length)?);
            (promised.cut_at(cut), came(at, at == length, false))
        }
        Fault::SocketCorrupt => (body().corrupt(cut, if at.is_multiple_of(2) { 0x80 } else { 0x01 }), None),
        Fault::SocketTwice => (body().duplicate(0), None),
        Fault::SocketPacked => (body().packed(Packing::Gzip), came(0, false, false)),
        Fault::TlsRefused => (body(), came(0, false, false)),
        // What is on its way when a stream or its connection ends may be thrown away (RFC 9113, section 5.4).
        Fault::Http2ResetStream => (begun().reset_stream(ErrorCode::INTERNAL_ERROR), came(at, false, true)),
        Fault::Http2GoneAway => {
            let away = Step::GoAway { code: ErrorCode::NO_ERROR, covers_this: false };
            (begun().step(away).fin(), came(at, false, true))
        }
        Fault::Http2GoAway => {
            let going = begun().go_away(ErrorCode::NO_ERROR).step(Step::Bytes(behind.to_vec().into()));
            (going, came(length, true, false))
        }
        _ => (body().cut_at(cut), came(at, false, fault == Fault::Http2Cut)),
    })
}
