use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use steer_core::EmbeddingRequest;
use steer_core::encode::{BodyOptions, BodyWriter};

/// `Shape` is how a method takes its texts.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    /// Each text with all settings: <https://ai.google.dev/api/embeddings#method:-models.batchembedcontents>.
    Batch,
    /// One text.
    One(&'a str),
    /// Each text with a configuration.
    VertexBatch,
    /// Texts beside parameters.
    Predict,
}

impl Shape<'_> {
    /// The method that takes it.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Batch | Self::VertexBatch => ":batchEmbedContents",
            Self::One(_) => ":embedContent",
            Self::Predict => ":predict",
        }
    }
}

/// `Body` writes a request as the body of a method, straight from its texts.
pub(super) struct Body<'r, 'a> {
    pub(super) request: &'a EmbeddingRequest,
    pub(super) shape: Shape<'a>,
    /// The model as a resource.
    pub(super) model: &'a str,
    pub(super) options: &'r BodyOptions<'a>,
}

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, self.options);
        match self.shape {
            Shape::Batch => {
                let one = |text| Batched {
                    model: self.model,
                    content: Content::of(text),
                    settings: Settings(request),
                };
                body.member("requests", &Each(request, one))?;
            }
            Shape::VertexBatch => {
                let one =
                    |text| Configured { content: Content::of(text), embed_content_config: config(request) };
                body.member("requests", &Each(request, one))?;
            }
            Shape::One(text) => {
                body.member("content", &Content::of(text))?;
                body.optional("embedContentConfig", config(request).as_ref())?;
            }
            Shape::Predict => {
                let one = |text| Instance { content: text, task_type: request.task.as_deref() };
                body.member("instances", &Each(request, one))?;
                let parameters =
                    request.dimensions.map(|output_dimensionality| Parameters { output_dimensionality });
                body.optional("parameters", parameters.as_ref())?;
            }
        }
        body.end()
    }
}

fn config(request: &EmbeddingRequest) -> Option<Settings<'_>> {
    (request.task.is_some() || request.dimensions.is_some()).then_some(Settings(request))
}

/// One entry for each text.
struct Each<'a, F>(&'a EmbeddingRequest, F);

impl<'a, T: Serialize, F: Fn(&'a str) -> T> Serialize for Each<'a, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.inputs.iter().map(|text| (self.1)(text)))
    }
}

#[derive(Serialize)]
struct Batched<'a> {
    model: &'a str,
    content: Content<'a>,
    #[serde(flatten)]
    settings: Settings<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configured<'a> {
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embed_content_config: Option<Settings<'a>>,
}

#[derive(Serialize)]
struct Instance<'a> {
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    output_dimensionality: u32,
}

#[derive(Serialize)]
struct Content<'a> {
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    text: &'a str,
}

impl<'a> Content<'a> {
    fn of(text: &'a str) -> Self {
        Self { parts: [Part { text }] }
    }
}

/// What the vectors are for, and how long they are.
struct Settings<'a>(&'a EmbeddingRequest);

impl Serialize for Settings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(task) = &self.0.task {
            map.serialize_entry("taskType", task)?;
        }
        if let Some(dimensions) = self.0.dimensions {
            map.serialize_entry("outputDimensionality", &dimensions)?;
        }
        map.end()
    }
}
