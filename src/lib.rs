#![doc = include_str!("../README.md")]

pub use steer_core::*;

/// A line for each provider: its feature, its crate, its module, and the wire formats that its crate alone speaks. Naming the
/// crate keeps it in the program; where the feature is off, whoever asks for the provider hears of the feature.
macro_rules! providers {
    ($($feature:literal: $package:ident as $module:ident $(speaking $format:literal)?;)*) => {
        $(
            #[cfg(feature = $feature)]
            pub use $package as $module;
            #[cfg(not(feature = $feature))]
            steer_core::hint_provider!(
                LinkHint::new($feature, concat!("enable the feature `", $feature, "` of the crate `steer`"))
                    $(.speaking(&[$format]))?
            );
        )*

        /// The providers that this crate has features for, in the order of their names, and whether this program was built
        /// with them.
        pub const PROVIDERS: &[(&str, bool)] = &[$(($feature, cfg!(feature = $feature))),*];
    };
}

providers! {
    "anthropic": steer_anthropic as anthropic speaking "anthropic-messages";
    "azure": steer_azure as azure;
    "cerebras": steer_cerebras as cerebras;
    "deepseek": steer_deepseek as deepseek;
    "fireworks": steer_fireworks as fireworks;
    "gemini": steer_gemini as gemini speaking "gemini";
    "github-models": steer_github_models as github_models;
    "groq": steer_groq as groq;
    "huggingface": steer_huggingface as huggingface;
    "llamacpp": steer_llamacpp as llamacpp;
    "lmstudio": steer_lmstudio as lmstudio;
    "mistral": steer_mistral as mistral;
    "moonshot": steer_moonshot as moonshot;
    "nvidia": steer_nvidia as nvidia;
    "ollama": steer_ollama as ollama speaking "ollama-chat";
    "openai": steer_openai as openai speaking "openai-responses";
    "openai-compatible": steer_openai_compatible as openai_compatible speaking "openai-chat";
    "openrouter": steer_openrouter as openrouter;
    "perplexity": steer_perplexity as perplexity;
    "qwen": steer_qwen as qwen;
    "sglang": steer_sglang as sglang;
    "together": steer_together as together;
    "venice": steer_venice as venice;
    "vllm": steer_vllm as vllm;
    "xai": steer_xai as xai;
    "zai": steer_zai as zai;
}
