use steer_core::ApiError;

/// `Host` is whose servers are asked. Completions are asked for alike; counts and vectors are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Host {
    /// The Gemini API: <https://ai.google.dev/api>.
    #[default]
    GeminiApi,
    /// Vertex AI, with the models that embed by `embedContent`:
    /// <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest>.
    VertexAi,
    /// Vertex AI, with the models that embed by `predict`:
    /// <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api>.
    VertexAiPredict,
}

impl Host {
    /// The names by which catalogs choose a host, as a provider's API format.
    pub(crate) const FORMATS: [&'static str; 3] = [crate::API, "gemini-vertex", "gemini-vertex-predict"];

    /// The host that an API format names.
    pub(crate) fn of_format(format: &str) -> Result<Self, ApiError> {
        let hosts = [Self::GeminiApi, Self::VertexAi, Self::VertexAiPredict];
        let mut named = Self::FORMATS.into_iter().zip(hosts);
        named.find_map(|(name, host)| (name == format).then_some(host)).ok_or_else(|| {
            let names = Self::FORMATS.join(", ");
            let format = format.escape_debug();
            ApiError::configuration(format!("this provider does not speak `{format}`; write one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn each_format_names_its_host_and_no_other_name_does() {
        let hosts: Vec<_> = Host::FORMATS.map(|format| Host::of_format(format).unwrap()).into();
        assert_eq!(hosts, [Host::GeminiApi, Host::VertexAi, Host::VertexAiPredict]);
        assert!(Host::of_format("gemini\n").unwrap_err().message().contains("gemini-vertex-predict"));
    }
}
