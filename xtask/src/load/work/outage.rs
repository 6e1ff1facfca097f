//! How many requests a vendor gets that fails for everybody.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use steer::http::RetryBudget;
use steer::{ClientCall, Delivery, RetryPolicy};
use tokio::task::JoinSet;

use super::act::Act;
use super::asking::{builder, read, request};
use super::format::CHAT;
use super::runtime;
use super::server::Site;
use crate::load::figure::{Bound, Figure};
use crate::load::part::{Defect, Size};
use crate::verdict::Obstacle;

/// How many calls there are: 50 a second for a minute, as many as ten times as fast where the run is bounded. What bounds
/// the attempts counts calls and not time.
const CALLS: usize = 3000;

/// Calls at a steady rate, all of which fail.
pub(super) fn run(size: Size, defect: Option<Defect>) -> Result<Vec<Figure>, Obstacle> {
    let every = Duration::from_millis(if size.bounded { 2 } else { 20 });
    runtime()?.block_on(async {
        let site = Site::start(Ipv4Addr::LOCALHOST, None).await?;
        let mut builder = builder(&site.url, CHAT, Act::Outage, Delivery::Stream);
        if defect == Some(Defect::RetriesUnbounded) {
            builder = builder.no_retry_budget().retry(RetryPolicy::attempts(5));
        }
        let client = builder.build()?;
        let mut clock = tokio::time::interval(every);
        let mut calls = JoinSet::new();
        for _ in 0..CALLS {
            clock.tick().await;
            let client = client.clone();
            calls.spawn(
                async move { read(&client, ClientCall::new(request(Delivery::Stream)), |_| {}).await },
            );
        }
        let (mut most, mut answered, mut kinds) = (0, 0_usize, BTreeMap::new());
        while let Some(ended) = calls.join_next().await {
            match ended? {
                Ok(()) => answered = answered.saturating_add(1),
                Err(error) => {
                    most = most.max(error.attempts());
                    let count: &mut usize = kinds.entry(format!("{:?}", error.kind())).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        let amplification = site.requests() as f64 / CALLS as f64;
        let mut figures = vec![
            Figure::told("calls a second", 1.0 / every.as_secs_f64(), ""),
            Figure::told("calls", CALLS as f64, ""),
            Figure::told("requests for each call", amplification, "").bound(Bound::AtMost(1.1)),
            // One that never exceeds one request a call would bound nothing: retries that there are must be seen.
            Figure::told("requests beyond one for each call", site.requests() as f64 - CALLS as f64, "")
                .bound(Bound::AtLeast(1.0)),
            Figure::told("most attempts of a call", f64::from(most), "").bound(Bound::AtMost(3.0)),
            Figure::told("calls that were answered", answered as f64, "").bound(Bound::Exactly(0.0)),
        ];
        let ends = kinds.into_iter();
        figures
            .extend(ends.map(|(kind, count)| Figure::told(format!("ended with {kind}"), count as f64, "")));
        let left = RetryBudget::default().left();
        figures.push(Figure::told("the budget of further attempts, tokens", f64::from(left), ""));
        Ok(figures)
    })
}
