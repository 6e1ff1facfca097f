use std::time::Duration;

use steer_testkit::server::{Reply, Script, Server, Step};

use super::cases::What;
use super::judge::Tally;
use super::oracle::{Arrival, Oracle};
use super::plan::{Cell, Fault, Plan};
use super::subject::Subject;
use crate::verdict::Obstacle;

/// The real clock's idle limit: long enough for a machine that builds beside it.
const IDLE: Duration = Duration::from_secs(5);

/// Runs a cell over real sockets.
pub(super) fn run(
    cell: &Cell,
    oracle: &Oracle,
    subject: &Subject,
    plan: &Plan,
    bounded: bool,
    tally: &mut Tally,
) -> Result<(), Obstacle> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let length = u64::try_from(oracle.bytes.len())?;
    for at in cell.places(oracle.bytes.len(), bounded) {
        let cut = u64::try_from(at)?;
        let body = Reply::new(200)
            .header("content-type", oracle.content_type)
            .step(Step::Bytes(oracle.bytes.clone().into()))
            .chunked();
        // What the framing of HTTP calls whole is whole at its last byte only.
        let (reply, clean) = match cell.fault {
            Fault::SocketReset => (body.reset_at(cut), false),
            Fault::SocketLength => (body.content_length(length).cut_at(cut), at == oracle.bytes.len()),
            _ => (body.cut_at(cut), false),
        };
        let arrival = Arrival { bytes: at, clean, lossy: cell.fault == Fault::SocketReset };
        let seen = runtime.block_on(async {
            let server = Server::start(Script::always(reply)).await?;
            let client = subject.on_socket(&server.url(), IDLE)?;
            let mut seen = subject.ask_socket(&client).await;
            seen.requests = server.request_count();
            server.shutdown().await;
            Ok::<_, Obstacle>(seen)
        })?;
        let what = What { name: &subject.name, fault: cell.fault, at };
        tally.enter(&what, oracle, Some(arrival), plan.limit(IDLE), &seen);
    }
    Ok(())
}
