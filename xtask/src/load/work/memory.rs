//! What hostile answers cost.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use steer::http::Limits;
use steer::{ClientCall, Delivery, RetryPolicy};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::act::Act;
use super::asking::{builder, read, request};
use super::attack::{Attack, LINE};
use super::child::{self, Serving};
use super::format::{CHAT, Format};
use super::{gzip, process, runtime, writing};
use crate::load::figure::{Bound, Figure};
use crate::load::part::Defect;
use crate::verdict::Obstacle;

const MIB: f64 = 1_048_576.0;

/// What a stream may take beside what its limits let it take.
const BESIDE: f64 = 2.0 * MIB;

/// `Suffered` is what one attack did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Suffered {
    /// The bytes of memory beyond those before.
    peak: f64,
    /// The kind of the error, or nothing where it ended well.
    kind: Option<String>,
}

/// Has a process of its own take each attack.
pub(super) fn run(defect: Option<Defect>) -> Result<Vec<Figure>, Obstacle> {
    let server = Serving::start(Ipv4Addr::LOCALHOST, 64)?;
    let mut figures = Vec::new();
    for attack in Attack::ALL {
        let mut arguments = vec!["suffer", attack.name(), &server.url];
        if let Some(defect) = defect {
            arguments.extend(["--defect", defect.name()]);
        }
        let suffered: Suffered = child::run(&arguments)?;
        let must = attack.end().map(|kind| format!("{kind:?}"));
        let word = |kind: &Option<String>| kind.clone().unwrap_or_else(|| "no error".to_owned());
        figures.push(
            Figure::told(format!("{}: peak", attack.told()), suffered.peak / MIB, "MiB")
                .bound(Bound::AtMost((attack.cap() + BESIDE) / MIB)),
        );
        let well = must == suffered.kind;
        let end = if well {
            format!("  ends with {}", word(&must))
        } else {
            format!("  ends with {}, and not with {}", word(&suffered.kind), word(&must))
        };
        figures.push(Figure::told(end, f64::from(u8::from(well)), "").bound(Bound::Exactly(1.0)));
    }
    Ok(figures)
}

/// Takes an attack.
pub(super) fn suffer(attack: Attack, url: &str, defect: Option<Defect>) -> Result<Suffered, Obstacle> {
    runtime()?.block_on(async {
        let delivery = if attack == Attack::EndlessBody { Delivery::Whole } else { Delivery::Stream };
        let json_lines = Format::of("ollama-chat").unwrap_or(CHAT);
        let format = if attack == Attack::EndlessJsonLine { json_lines } else { CHAT };
        let client = |act| {
            let builder = builder(url, format, act, delivery).retry(RetryPolicy::attempts(1));
            let lifted = defect == Some(Defect::LimitsLifted);
            if lifted { builder.limits(lifted_limits()) } else { builder }.build()
        };
        // An ordinary answer comes first, so that what is needed once is there.
        read(&client(Act::Answer)?, ClientCall::new(request(delivery)), |_| {}).await?;
        let client = client(Act::Attack(attack))?;
        let before = process::forget_peak()?;
        let call = ClientCall::new(request(delivery));
        let ended = match attack {
            Attack::SlowReader => slow(&client, call).await,
            _ => read(&client, call, |_| {}).await,
        };
        let peak = process::peak()? - before;
        Ok(Suffered { peak, kind: ended.err().map(|error| format!("{:?}", error.kind())) })
    })
}

/// Reads a piece now and then for two seconds, and then no more.
async fn slow(client: &steer::Client, call: ClientCall) -> super::asking::Ended {
    use futures::StreamExt;
    let mut stream = client.stream_complete(call).await?;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(chunk) = stream.next().await {
            chunk?;
        }
    }
    Ok(())
}

fn lifted_limits() -> Limits {
    let mut limits = Limits::default();
    let sse = limits.framing.sse;
    limits.answer = limits.answer.saturating_mul(4);
    limits.error_body = limits.error_body.saturating_mul(64);
    limits.framing = limits
        .framing
        .whole(limits.framing.whole.saturating_mul(4))
        .sse(sse.line(sse.line.saturating_mul(4)).event(sse.event.saturating_mul(4)));
    limits
}

/// The server's side: writes until the client goes away.
pub(super) async fn attack(socket: &mut TcpStream, attack: Attack) -> io::Result<()> {
    let block = vec![b'x'; 64 << 10];
    let sse = "content-type: text/event-stream\r\n";
    match attack {
        Attack::EndlessLine => {
            writing::chunked(socket, 200, sse).await?;
            writing::chunk(socket, b"data: ").await?;
            forever(socket, &block).await
        }
        Attack::EndlessJsonLine => {
            writing::chunked(socket, 200, "content-type: application/x-ndjson\r\n").await?;
            writing::chunk(socket, b"{\"model\":\"").await?;
            forever(socket, &block).await
        }
        Attack::EmptyLines => {
            writing::chunked(socket, 200, sse).await?;
            for _ in 0..100 {
                writing::chunk(socket, &[b'\n'; 10_000]).await?;
            }
            for frame in CHAT.frames() {
                writing::chunk(socket, frame.as_bytes()).await?;
            }
            writing::end(socket).await
        }
        Attack::LinesOfOneEvent => {
            writing::chunked(socket, 200, sse).await?;
            forever(socket, LINE.repeat(1000).as_bytes()).await
        }
        Attack::EndlessEvents => {
            writing::chunked(socket, 200, sse).await?;
            forever(socket, CHAT.delta(&"x".repeat(4096)).repeat(16).as_bytes()).await
        }
        Attack::EndlessBody => {
            writing::chunked(socket, 200, "content-type: application/json\r\n").await?;
            writing::chunk(socket, b"{\"id\":\"").await?;
            forever(socket, &block).await
        }
        Attack::GzipTold => {
            writing::chunked(socket, 200, &format!("{sse}content-encoding: gzip\r\n")).await?;
            writing::chunk(socket, &gzip::bomb()).await?;
            writing::end(socket).await
        }
        Attack::GzipUntold => {
            writing::chunked(socket, 200, sse).await?;
            writing::chunk(socket, &gzip::bomb()).await?;
            writing::end(socket).await
        }
        Attack::EndlessError => {
            writing::chunked(socket, 400, "content-type: application/json\r\n").await?;
            forever(socket, &block).await
        }
        Attack::EndlessHeaders => {
            socket.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            let header = format!("x-endless: {}\r\n", "x".repeat(4096));
            loop {
                socket.write_all(header.as_bytes()).await?;
            }
        }
        Attack::DeepJson => {
            writing::chunked(socket, 200, sse).await?;
            let deep = format!("data: {{\"choices\":{}\n\n", "[".repeat(1 << 20));
            writing::chunk(socket, deep.as_bytes()).await?;
            writing::end(socket).await
        }
        Attack::SlowReader => {
            writing::chunked(socket, 200, sse).await?;
            let events = CHAT.delta(&"x".repeat(4096)).repeat(16);
            for _ in 0..(1_usize << 30).div_ceil(events.len().max(1)) {
                writing::chunk(socket, events.as_bytes()).await?;
            }
            writing::end(socket).await
        }
    }
}

async fn forever(socket: &mut TcpStream, block: &[u8]) -> io::Result<()> {
    loop {
        writing::chunk(socket, block).await?;
    }
}
