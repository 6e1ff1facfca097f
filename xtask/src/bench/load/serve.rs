use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use steer::bytes::Bytes;
use steer_testkit::server::{RecordedRequest, Reply, Script, Server, prerender};

use super::answer;
use super::work::{SMALL, WHOLE};
use crate::bench::subject::{Api, EVENTS, Workload};
use crate::verdict::Obstacle;

/// Answers every wire format and workload, by the first two segments of the path, until standard input ends.
pub(super) fn serve() -> Result<(), Obstacle> {
    let mut replies = BTreeMap::new();
    for api in Api::ALL {
        for workload in Workload::ALL {
            replies.insert(format!("/{}/{}/", api.name(), workload.name()), reply(api, workload));
        }
    }
    let script = Script::handler(move |request: &RecordedRequest| {
        let asked = replies.iter().find(|(prefix, _)| request.path().starts_with(prefix.as_str()));
        asked.map_or_else(|| Reply::text(404, "no such work"), |(_, reply)| reply.clone())
    });
    let server = Server::start_blocking(script.without_recording())?;
    writeln!(io::stdout(), "{}", server.url())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn reply(api: Api, workload: Workload) -> Reply {
    match workload {
        Workload::Chunks => Reply::prerendered(prerender(answer::events(api, EVENTS))),
        Workload::Batch => {
            let stream = Bytes::from(answer::events(api, EVENTS).concat());
            let blocks = stream.chunks(16 << 10).map(|block| stream.slice_ref(block));
            Reply::prerendered(prerender(blocks))
        }
        Workload::Small => Reply::prerendered(prerender(answer::events(api, SMALL))),
        Workload::Whole | Workload::Send => Reply::json(200, answer::whole(api, WHOLE)),
    }
}
