use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::{JsonText, Record};
use steer_core::message::{Citation, CitationTarget, Source};
use steer_core::{ChunkSink, Part, RawJson, StreamChunk};

use super::part::{Parts, TextBlock};
use crate::wire::{Chunk, CitationMetadata, Grounding, UrlContext};

/// `Rested` is what an answer rests on. It comes late, and each time whole: the last one counts.
#[derive(Debug, Default)]
pub(super) struct Rested {
    grounding: Option<Box<RawValue>>,
    repeated: Option<Box<RawValue>>,
    fetched: Option<Box<RawValue>>,
}

impl Rested {
    /// Takes what a piece of the candidate says.
    pub(super) fn take(&mut self, members: &mut Record<'_>) {
        for (key, place) in [
            ("groundingMetadata", &mut self.grounding),
            ("citationMetadata", &mut self.repeated),
            ("urlContextMetadata", &mut self.fetched),
        ] {
            if let Some(raw) = members.take(key) {
                *place = Some(raw.to_owned());
            }
        }
    }

    /// Ties the texts to it, while their blocks are open.
    pub(super) fn cite(&self, parts: &Parts, out: &mut ChunkSink) {
        let grounding: Grounding<'_> = read(self.grounding.as_deref());
        for support in &grounding.grounding_supports {
            let Some(segment) = &support.segment else { continue };
            let at = (segment.start_index, segment.end_index);
            let Some((index, span)) = find(parts.texts(), segment.part_index, at) else { continue };
            let cited = support.grounding_chunk_indices.iter();
            for chunk in cited.filter_map(|number| grounding.grounding_chunks.get(*number)) {
                let mut citation = Citation::new(target(chunk));
                citation.span = Some(span);
                citation.quoted = some(&segment.text);
                out.push(StreamChunk::CitationAdded { index, citation: Box::new(citation) });
            }
        }
        let repeated: CitationMetadata<'_> = read(self.repeated.as_deref());
        for cited in &repeated.citations {
            let at = (cited.start_index, cited.end_index.unwrap_or(cited.start_index));
            let Some((index, span)) = find(parts.texts(), None, at) else { continue };
            let mut citation = Citation::new(match some(&cited.uri) {
                Some(url) => CitationTarget::Url { url, title: some(&cited.title) },
                None => CitationTarget::Other { kind: "citation".to_owned() },
            });
            citation.span = cited.end_index.map(|_| span);
            out.push(StreamChunk::CitationAdded { index, citation: Box::new(citation) });
        }
    }

    /// Names the sources as parts of their own, and keeps the vendor's own words.
    pub(super) fn report(&mut self, parts: &mut Parts, out: &mut ChunkSink) {
        let grounding: Grounding<'_> = read(self.grounding.as_deref());
        let fetched: UrlContext<'_> = read(self.fetched.as_deref());
        let places = grounding.grounding_chunks.iter().filter_map(Chunk::place);
        let mut sources: Vec<Source> = places.map(|(_, place)| source(&place.uri, &place.title)).collect();
        for page in &fetched.url_metadata {
            if &*page.url_retrieval_status == "URL_RETRIEVAL_STATUS_SUCCESS" {
                sources.push(source(&page.retrieved_url, &JsonText::default()));
            }
        }
        let mut told: Vec<Option<String>> = Vec::new();
        for source in sources {
            let is_new = source.url.is_none() || !told.contains(&source.url);
            if is_new && (source.url.is_some() || source.title.is_some()) {
                told.push(source.url.clone());
                parts.whole(Part::Source(source), out);
            }
        }
        for (key, raw) in [
            ("groundingMetadata", self.grounding.take()),
            ("citationMetadata", self.repeated.take()),
            ("urlContextMetadata", self.fetched.take()),
        ] {
            if let Some(raw) = raw {
                out.push(StreamChunk::Metadata { key: key.to_owned(), json: RawJson::from_raw(raw) });
            }
        }
    }
}

/// What cannot be read is no reason to lose the answer; the vendor's words are kept all the same.
fn read<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// The block that a stretch of text lies in, and where in it. Without a part's number, the stretch counts from the
/// beginning of the first text.
fn find(texts: &[TextBlock], part: Option<u32>, (start, end): (u64, u64)) -> Option<(u32, (u64, u64))> {
    if let Some(text) = part.and_then(|part| texts.iter().find(|text| text.part == part)) {
        return Some((text.index, (start, end)));
    }
    let mut before = 0_u64;
    for text in texts {
        let behind = before.saturating_add(text.length);
        if start < behind {
            let span = (start.saturating_sub(before), end.saturating_sub(before).min(text.length));
            return Some((text.index, span));
        }
        before = behind;
    }
    let last = texts.last()?;
    Some((last.index, (last.length, last.length)))
}

fn target(chunk: &Chunk<'_>) -> CitationTarget {
    let Some((kind, place)) = chunk.place() else {
        return CitationTarget::Other { kind: "unknown".to_owned() };
    };
    match (some(&place.uri), some(&place.document_name)) {
        (Some(url), _) => CitationTarget::Url { url, title: some(&place.title) },
        (None, Some(file_id)) => {
            CitationTarget::File { file_id, filename: some(&place.title), container_id: None }
        }
        (None, None) => CitationTarget::Other { kind: kind.to_owned() },
    }
}

fn source(url: &str, title: &JsonText<'_>) -> Source {
    let mut source = Source::default();
    source.url = Some(url.to_owned()).filter(|url| !url.is_empty());
    source.title = some(title);
    source
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
