use steer_core::bytes::Bytes;

use super::{Fixture, Report, Subject, byte_by_byte, events, every_cut, random_pieces};

/// Wherever a network cuts an answer, the chunks are the same: a cut at every place, bytes one by one, and a
/// hundred cuts at random.
///
/// # Errors
/// They are not.
pub fn any_pieces_give_the_same_chunks(subject: &Subject, fixture: &Fixture) -> Report {
    let expected = fixture.decode(subject);
    for pieces in every_cut(&fixture.body) {
        let at = pieces.first().map_or(0, Bytes::len);
        let found = subject.decode(fixture.delivery, pieces);
        found.same_as(&expected).map_err(|what| fixture.says(format!("cut at byte {at}: {what}")))?;
    }
    let found = subject.decode(fixture.delivery, byte_by_byte(&fixture.body));
    found.same_as(&expected).map_err(|what| fixture.says(format!("byte by byte: {what}")))?;
    for seed in 0..100 {
        let found = subject.decode(fixture.delivery, random_pieces(&fixture.body, seed));
        found.same_as(&expected).map_err(|what| fixture.says(format!("cut with seed {seed}: {what}")))?;
    }
    Ok(())
}

/// An event stream says the same with CRLF or CR in place of LF, behind a byte order mark, and with keep-alives
/// between its events.
///
/// # Errors
/// It does not.
pub fn line_ends_and_keep_alives_change_nothing(subject: &Subject, fixture: &Fixture) -> Report {
    if !fixture.is_events() {
        return Ok(());
    }
    let expected = fixture.decode(subject);
    let with_line_ends = |end: &str| Bytes::from(String::from_utf8_lossy(&fixture.body).replace('\n', end));
    let with_between = |what: &'static str| {
        events(&fixture.body).iter().flat_map(|event| [event, what.as_bytes()].concat()).collect::<Bytes>()
    };
    for (what, body) in [
        ("CRLF", with_line_ends("\r\n")),
        ("CR", with_line_ends("\r")),
        ("a byte order mark", [b"\xEF\xBB\xBF", fixture.body.as_ref()].concat().into()),
        ("comments", with_between(": keep-alive\n\n")),
        ("bare comments", with_between(":\n")),
        ("empty data", with_between("data:\n\n")),
        ("blank data", with_between("data: \n\n")),
        ("a reconnection time", with_between("retry: 10\n\n")),
    ] {
        let found = subject.decode(fixture.delivery, byte_by_byte(&body));
        found.same_as(&expected).map_err(|wrong| fixture.says(format!("with {what}: {wrong}")))?;
    }
    Ok(())
}
