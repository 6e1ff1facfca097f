//! When a call counts as dead.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use steer::http::Timeouts;
use steer::{Client, ClientCall, Delivery, ErrorKind, RetryPolicy, TimeoutPhase};
use tokio::task::JoinSet;

use super::act::{Act, Phase};
use super::asking::{builder, read, request};
use super::format::{FORMATS, Format};
use super::runtime;
use super::server::Site;
use crate::load::figure::{Bound, Figure};
use crate::load::part::{Defect, Size};
use crate::load::statistics::quantile;
use crate::verdict::Obstacle;

/// Asks every wire format for answers that fall silent, and for some that are merely slow.
pub(super) fn run(size: Size, defect: Option<Defect>) -> Result<Vec<Figure>, Obstacle> {
    let (idle, times) = if size.bounded { (Duration::from_secs(1), 4) } else { (Duration::from_secs(4), 20) };
    runtime()?.block_on(async {
        let site = Site::start(Ipv4Addr::LOCALHOST, None).await?;
        // A tenth of the time is left for a busy machine.
        let gap = u64::try_from(idle.as_millis())?.saturating_mul(9) / 10;
        // Clients are built before any time runs, since that takes milliseconds in which nothing is looked at.
        let (mut dying, mut living) = (Vec::new(), Vec::new());
        for format in &FORMATS {
            for (act, delivery) in silences() {
                let limit = if defect == Some(Defect::IdleDoubled) { idle.saturating_mul(2) } else { idle };
                dying.push((act, client(&site, format, act, delivery, limit)?, delivery));
            }
            for act in [Act::Gaps(gap), Act::Pings(gap)] {
                living.push(client(&site, format, act, Delivery::Stream, idle)?);
            }
        }
        let (mut dead, mut slow) = (JoinSet::new(), JoinSet::new());
        for _ in 0..times {
            for (act, client, delivery) in &dying {
                dead.spawn(lateness(client.clone(), *act, *delivery, idle));
            }
            for client in &living {
                slow.spawn(answer(client.clone()));
            }
        }
        let late = dead.join_all().await.into_iter().collect::<Result<Vec<f64>, Obstacle>>()?;
        let slow = slow.join_all().await;
        let false_alarms = slow.iter().filter(|well| !**well).count();
        Ok(vec![
            Figure::told("idle time", idle.as_secs_f64(), "s"),
            Figure::told("calls that fell silent, over all wire formats", late.len() as f64, ""),
            // A program sees a byte later than the client counts from, so that this may lie below zero.
            Figure::told("earliest timeout, beyond the idle time", quantile(&late, 0.0), "ms"),
            Figure::told("median timeout, beyond the idle time", quantile(&late, 0.5), "ms"),
            Figure::told("latest timeout, beyond the idle time", quantile(&late, 1.0), "ms")
                .bound(Bound::AtMost(250.0)),
            Figure::told("slow calls: gaps of 0.9 x idle, pings alone", slow.len() as f64, ""),
            Figure::told("slow calls that were taken for dead", false_alarms as f64, "")
                .bound(Bound::Exactly(0.0)),
        ])
    })
}

/// The ways to fall silent: before the headers, before content and within it, as a stream and as one body.
fn silences() -> impl Iterator<Item = (Act, Delivery)> {
    Phase::ALL
        .into_iter()
        .flat_map(|phase| [Delivery::Stream, Delivery::Whole].map(|delivery| (Act::Hold(phase), delivery)))
}

fn client(
    site: &Site,
    format: &Format,
    act: Act,
    delivery: Delivery,
    limit: Duration,
) -> Result<Client, Obstacle> {
    let limits = Timeouts::default().headers(limit).idle(limit);
    let builder = builder(&site.url, format, act, delivery).timeouts(limits);
    Ok(builder.retry(RetryPolicy::attempts(1)).build()?)
}

/// How many milliseconds after the idle time the timeout came.
async fn lateness(client: Client, act: Act, delivery: Delivery, idle: Duration) -> Result<f64, Obstacle> {
    let mut last = Instant::now();
    let ended = read(&client, ClientCall::new(request(delivery)), |_| last = Instant::now()).await;
    let late = last.elapsed().as_secs_f64() - idle.as_secs_f64();
    let is_headers = act == Act::Hold(Phase::Headers);
    let phase = if is_headers { TimeoutPhase::Headers } else { TimeoutPhase::Idle };
    match ended {
        Err(error) if error.kind() == ErrorKind::Timeout && error.phase() == Some(phase) => Ok(late * 1e3),
        ended => Err(format!("{}: {ended:?}", act.name()).into()),
    }
}

async fn answer(client: Client) -> bool {
    read(&client, ClientCall::new(request(Delivery::Stream)), |_| {}).await.is_ok()
}
