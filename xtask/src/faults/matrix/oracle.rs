use super::plan::Stream;

/// `Oracle` knows what a reader may know of an answer when so many of its bytes have come. It finds what was written by
/// hand in the bytes, and reads nothing.
#[derive(Debug)]
pub(super) struct Oracle {
    pub(super) bytes: Vec<u8>,
    texts: Vec<Place>,
    end: Place,
    pub(super) is_body: bool,
    pub(super) arguments: Option<String>,
    pub(super) content_type: &'static str,
}

/// Where a frame's data and the frame itself are whole.
#[derive(Clone, Debug, Default)]
struct Place {
    data: usize,
    frame: usize,
    text: String,
}

/// `Arrival` is how many bytes came, and what came then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) bytes: usize,
    /// Whether the body ended there as if it were whole.
    pub(super) clean: bool,
    /// Whether what was on its way may have been lost.
    pub(super) lossy: bool,
}

impl Oracle {
    pub(super) fn of_stream(stream: &Stream, bytes: Vec<u8>) -> Result<Self, String> {
        if stream.texts.len() != stream.marks.len() || stream.texts.is_empty() {
            return Err("there must be as many marks as texts".to_owned());
        }
        let mut texts = Vec::new();
        let mut from = 0;
        for (text, mark) in stream.texts.iter().zip(&stream.marks) {
            let place = place(&bytes, from, mark, &stream.after, text)?;
            from = place.frame;
            texts.push(place);
        }
        let end = place(&bytes, from, &stream.end, &stream.after, "")?;
        let content_type = match stream.after.as_str() {
            "\n" => "application/x-ndjson",
            _ => "text/event-stream",
        };
        Ok(Self { bytes, texts, end, is_body: false, arguments: stream.arguments.clone(), content_type })
    }

    pub(super) fn of_body(stream: &Stream, bytes: Vec<u8>) -> Result<Self, String> {
        let all = Place { data: bytes.len(), frame: bytes.len(), text: stream.texts.concat() };
        let arguments = stream.arguments.clone();
        let end = Place { text: String::new(), ..all.clone() };
        Ok(Self { bytes, texts: vec![all], end, is_body: true, arguments, content_type: "application/json" })
    }

    pub(super) fn whole_text(&self) -> String {
        self.texts.iter().map(|place| place.text.as_str()).collect()
    }

    /// The texts that a reader may have been told.
    pub(super) fn told(&self, arrival: Arrival) -> Vec<String> {
        let sure = self.texts.iter().filter(|place| place.frame <= arrival.bytes).count();
        // At a clean end a last frame is taken whose own end never came.
        let most = match arrival.clean {
            true => self.texts.iter().filter(|place| place.data <= arrival.bytes).count(),
            false => sure,
        };
        // A body is read once it has ended, so that one whose end never came may say nothing.
        let least = if arrival.lossy || (self.is_body && !arrival.clean) { 0 } else { sure };
        let joined = |count: usize| self.texts.iter().take(count).map(|place| place.text.as_str()).collect();
        (least..=most).map(joined).collect()
    }

    /// Whether the vendor's own end may have been seen.
    pub(super) fn may_have_ended(&self, arrival: Arrival) -> bool {
        if arrival.clean { self.end.data <= arrival.bytes } else { self.end.frame <= arrival.bytes }
    }

    /// Whether all came, in good order.
    pub(super) fn must_have_ended(&self, arrival: Arrival) -> bool {
        arrival.clean && !arrival.lossy && arrival.bytes == self.bytes.len()
    }
}

/// Finds the frame that holds `mark`.
fn place(bytes: &[u8], from: usize, mark: &str, after: &str, text: &str) -> Result<Place, String> {
    let at = find(bytes, from, mark).ok_or_else(|| format!("`{mark}` is not where it must be"))?;
    let data = find(bytes, at, after).ok_or_else(|| format!("the frame with `{mark}` has no end"))?;
    let frame = data.saturating_add(after.len());
    Ok(Place { data, frame, text: text.to_owned() })
}

fn find(bytes: &[u8], from: usize, what: &str) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let at = rest.windows(what.len().max(1)).position(|window| window == what.as_bytes())?;
    from.checked_add(at)
}
