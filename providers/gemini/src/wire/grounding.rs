use serde::Deserialize;
use steer_core::json::JsonText;

/// `Grounding` is what an answer rests on: <https://ai.google.dev/api/generate-content#GroundingMetadata>.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Grounding<'a> {
    #[serde(borrow)]
    pub(crate) grounding_chunks: Vec<Chunk<'a>>,
    #[serde(borrow)]
    pub(crate) grounding_supports: Vec<Support<'a>>,
}

/// `Chunk` is a place: a page, a passage of a file, a place on a map, or a picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Chunk<'a> {
    #[serde(borrow)]
    web: Option<Place<'a>>,
    #[serde(borrow)]
    retrieved_context: Option<Place<'a>>,
    #[serde(borrow)]
    maps: Option<Place<'a>>,
    #[serde(borrow)]
    image: Option<Place<'a>>,
}

/// `Place` is where something stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Place<'a> {
    #[serde(borrow, alias = "sourceUri")]
    pub(crate) uri: JsonText<'a>,
    #[serde(borrow)]
    pub(crate) title: JsonText<'a>,
    #[serde(borrow)]
    pub(crate) document_name: JsonText<'a>,
}

/// `Support` ties a stretch of the text to places.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Support<'a> {
    #[serde(borrow)]
    pub(crate) segment: Option<Segment<'a>>,
    pub(crate) grounding_chunk_indices: Vec<usize>,
}

/// `Segment` is a stretch of the text, in bytes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Segment<'a> {
    pub(crate) part_index: Option<u32>,
    pub(crate) start_index: u64,
    pub(crate) end_index: u64,
    #[serde(borrow)]
    pub(crate) text: JsonText<'a>,
}

/// `CitationMetadata` names what the text repeats: <https://ai.google.dev/api/generate-content#citationmetadata>.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CitationMetadata<'a> {
    #[serde(borrow, alias = "citationSources")]
    pub(crate) citations: Vec<Cited<'a>>,
}

/// `Cited` is one place that the text repeats.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Cited<'a> {
    pub(crate) start_index: u64,
    pub(crate) end_index: Option<u64>,
    #[serde(borrow)]
    pub(crate) uri: JsonText<'a>,
    #[serde(borrow)]
    pub(crate) title: JsonText<'a>,
}

/// `UrlContext` names the pages that were fetched: <https://ai.google.dev/api/generate-content#UrlContextMetadata>.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct UrlContext<'a> {
    #[serde(borrow)]
    pub(crate) url_metadata: Vec<Fetched<'a>>,
}

/// `Fetched` is one page.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Fetched<'a> {
    #[serde(borrow)]
    pub(crate) retrieved_url: JsonText<'a>,
    #[serde(borrow)]
    pub(crate) url_retrieval_status: JsonText<'a>,
}

impl<'a> Chunk<'a> {
    /// The place, of whatever kind, and the word for its kind.
    pub(crate) fn place(&self) -> Option<(&'static str, &Place<'a>)> {
        let kinds = [
            ("web", &self.web),
            ("retrievedContext", &self.retrieved_context),
            ("maps", &self.maps),
            ("image", &self.image),
        ];
        kinds.into_iter().find_map(|(kind, place)| Some((kind, place.as_ref()?)))
    }
}
