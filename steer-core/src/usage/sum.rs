//! The tokens of several answers together.

use super::{TokenUsage, UsageProvenance};

impl TokenUsage {
    /// The tokens of this answer and another together. A counter that one of them lacks counts as nothing there, and stays
    /// `None` where both lack it. What cannot be added, such as the vendor's own JSON, is left out; words stay where both
    /// say the same.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        let pairs = [
            (&mut self.input_tokens, other.input_tokens),
            (&mut self.input_uncached_tokens, other.input_uncached_tokens),
            (&mut self.cache_read_tokens, other.cache_read_tokens),
            (&mut self.cache_write_tokens, other.cache_write_tokens),
            (&mut self.cache_write_5m_tokens, other.cache_write_5m_tokens),
            (&mut self.cache_write_1h_tokens, other.cache_write_1h_tokens),
            (&mut self.tool_prompt_tokens, other.tool_prompt_tokens),
            (&mut self.output_tokens, other.output_tokens),
            (&mut self.reasoning_tokens, other.reasoning_tokens),
            (&mut self.accepted_prediction_tokens, other.accepted_prediction_tokens),
            (&mut self.rejected_prediction_tokens, other.rejected_prediction_tokens),
        ];
        for (sum, more) in pairs {
            if let Some(more) = more {
                *sum = Some(sum.unwrap_or(0).saturating_add(more));
            }
        }
        for more in &other.modalities {
            let is_same = |place: &&mut super::ModalityTokens| {
                place.place == more.place && place.modality == more.modality
            };
            match self.modalities.iter_mut().find(is_same) {
                Some(sum) => sum.tokens = sum.tokens.saturating_add(more.tokens),
                None => self.modalities.push(more.clone()),
            }
        }
        for (tool, more) in &other.server_tools {
            match self.server_tools.iter_mut().find(|(name, _)| name == tool) {
                Some((_, sum)) => *sum = sum.saturating_add(*more),
                None => self.server_tools.push((tool.clone(), *more)),
            }
        }
        let words = [
            (&mut self.service_tier, &other.service_tier),
            (&mut self.speed, &other.speed),
            (&mut self.region, &other.region),
        ];
        for (own, others) in words {
            own.take_if(|own| Some(&*own) != others.as_ref());
        }
        let are_final = [self.provenance, other.provenance].iter().all(|p| *p == UsageProvenance::Final);
        self.provenance = if are_final { UsageProvenance::Final } else { UsageProvenance::Partial };
        self.provider_cost = None;
        self.iterations = None;
        self.raw = None;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{ModalityTokens, TokenPlace};

    #[test]
    fn counters_are_added_and_what_neither_says_stays_unknown() {
        let image = |tokens| ModalityTokens::new(TokenPlace::Input, "image", tokens);
        let one = TokenUsage {
            input_tokens: Some(5),
            cache_read_tokens: Some(2),
            modalities: vec![image(3)],
            server_tools: vec![("search".to_owned(), 1)],
            service_tier: Some("fast".to_owned()),
            region: Some("eu".to_owned()),
            provider_cost: Some("0.1".to_owned()),
            provenance: UsageProvenance::Final,
            ..TokenUsage::default()
        };
        let other = TokenUsage {
            input_tokens: Some(7),
            output_tokens: Some(1),
            region: Some("us".to_owned()),
            provenance: UsageProvenance::Final,
            ..one.clone()
        };
        let sum = one.plus(&other);
        assert_eq!((sum.input_tokens, sum.output_tokens, sum.reasoning_tokens), (Some(12), Some(1), None));
        assert_eq!((sum.cache_read_tokens, sum.modalities), (Some(4), vec![image(6)]));
        assert_eq!(sum.server_tools, [("search".to_owned(), 2)]);
        assert_eq!((sum.service_tier.as_deref(), sum.region, sum.provider_cost), (Some("fast"), None, None));
        assert_eq!(sum.provenance, UsageProvenance::Final);
        assert_eq!(TokenUsage::default().plus(&other).provenance, UsageProvenance::Partial);
    }
}
