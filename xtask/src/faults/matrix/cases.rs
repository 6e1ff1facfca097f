use std::fmt;
use std::time::Duration;

use steer::bytes::Bytes;
use steer::http::TransportErrorKind;
use steer::http_types::{HeaderName, HeaderValue, StatusCode};
use steer_testkit::transport::Response;

use super::judge::Tally;
use super::oracle::{Arrival, Oracle};
use super::plan::{Cell, Fault, Plan};
use super::subject::Subject;

/// How many bytes come twice.
const TWICE: usize = 40;

/// Runs a cell over the scripted transport.
pub(super) fn run(
    cell: &Cell,
    oracle: &Oracle,
    subject: &mut Subject,
    plan: &Plan,
    bounded: bool,
    tally: &mut Tally,
) {
    if cell.phase != "body" {
        return before_the_body(cell, oracle, subject, plan, tally);
    }
    let bytes = Bytes::from(oracle.bytes.clone());
    // Nine tenths of the limit.
    let slow = plan.idle().mul_f64(0.9);
    for at in cell.places(bytes.len(), bounded) {
        let (head, tail) = (bytes.slice(..at), bytes.slice(at..));
        let begun = body(subject.content_type).piece(head.clone());
        let mut arrival = Some(Arrival { bytes: at, clean: false, lossy: false });
        let all = Some(Arrival { bytes: bytes.len(), clean: true, lossy: false });
        let mut busy = Duration::ZERO;
        let response = match cell.fault {
            Fault::Cut => {
                arrival = Some(Arrival { bytes: at, clean: true, lossy: false });
                begun
            }
            Fault::Break => begun.break_off(),
            Fault::Stall => begun.stall(),
            Fault::Split => {
                arrival = all;
                begun.piece(Bytes::new()).piece(tail)
            }
            Fault::Slow => {
                arrival = all;
                busy = slow.saturating_mul(u32::try_from(tail.len()).unwrap_or(u32::MAX));
                tail.chunks(1)
                    .fold(begun, |response, byte| response.wait(slow).piece(Bytes::copy_from_slice(byte)))
            }
            Fault::Corrupt => {
                arrival = None;
                let mut wrong = tail.to_vec();
                if let Some(byte) = wrong.first_mut() {
                    *byte ^= if at.is_multiple_of(2) { 0x80 } else { 0x01 };
                }
                begun.piece(wrong)
            }
            Fault::Twice => {
                arrival = None;
                begun.piece(tail.slice(..tail.len().min(TWICE))).piece(tail)
            }
            _ => return,
        };
        let what = What { name: &subject.name.clone(), fault: cell.fault, at };
        let seen = subject.ask([response]);
        tally.enter(&what, oracle, arrival, plan.limit(busy), &seen);
    }
}

/// Nothing of the answer comes, and nothing may be told.
fn before_the_body(cell: &Cell, oracle: &Oracle, subject: &mut Subject, plan: &Plan, tally: &mut Tally) {
    let responses: Vec<Response> = match cell.fault {
        Fault::Refuse => vec![Response::refuse()],
        Fault::ConnectTimeout => vec![Response::failure(TransportErrorKind::ConnectTimeout)],
        Fault::Break => vec![Response::failure(TransportErrorKind::Broken)],
        Fault::Silence => vec![Response::silence()],
        Fault::Status => {
            let statuses = cell.statuses.iter().filter_map(|status| StatusCode::from_u16(*status).ok());
            let refusal = r#"{"error":{"message":"no","type":"zz_error"}}"#;
            statuses.map(|status| Response::json(status, refusal)).collect()
        }
        _ => Vec::new(),
    };
    for (at, response) in responses.into_iter().enumerate() {
        let what = What { name: &subject.name.clone(), fault: cell.fault, at };
        let seen = subject.ask([response.clone(), response.clone(), response]);
        let nothing = Arrival { bytes: 0, clean: false, lossy: false };
        tally.enter(&what, oracle, Some(nothing), plan.limit(Duration::ZERO), &seen);
    }
}

fn body(content_type: &'static str) -> Response {
    let name = HeaderName::from_static("content-type");
    Response::new(StatusCode::OK).header(name, HeaderValue::from_static(content_type))
}

/// What a run was.
pub(super) struct What<'a> {
    pub(super) name: &'a str,
    pub(super) fault: Fault,
    pub(super) at: usize,
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:?} at {}", self.name, self.fault, self.at)
    }
}
