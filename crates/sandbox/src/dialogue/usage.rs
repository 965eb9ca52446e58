//! What a request used, and what that costs.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Prepared, Search, cache::tokens_of};
use crate::{operations::Call, refusal::Refusal, words::count, work::Bill};

/// The instructions that Venice puts before a conversation, in tokens.
const INSTRUCTIONS: u64 = 36;

/// Dollars for one search of the web, one of X, and one page that is read; the price list doesn't say them.
pub(crate) const WEB_SEARCH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);
pub(crate) const X_SEARCH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);
pub(crate) const SCRAPE: Decimal = Decimal::from_parts(5_000, 0, 0, false, 6);

/// Tokens, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) prompt: u64,
    /// Of the prompt: read from the cache, and written into it.
    pub(crate) cached: u64,
    pub(crate) written: u64,
    pub(crate) completion: u64,
    /// Of the completion: thoughts.
    pub(crate) reasoning: u64,
}

impl Usage {
    /// What the prompt uses; refused where the model has no room for it.
    pub(crate) fn of_prompt(call: &Call, prepared: &Prepared) -> Result<Self, Refusal> {
        let ask = &prepared.ask;
        let tools: u64 = ask
            .tools
            .iter()
            .map(|tool| {
                8 + count(&tool.name) + count(&tool.description) + count(&tool.parameters.to_string())
            })
            .sum();
        let found: u64 = prepared.found.iter().map(|page| count(&page.title) + count(&page.content)).sum();
        let seen: u64 = prepared.seen.iter().map(|seen| seen.tokens).sum();
        let instructions = if ask.features.system_prompt { INSTRUCTIONS } else { 0 };
        let prompt = instructions + tokens_of(ask, ask.turns.len()) + seen + tools + found;
        let context = u64::from(prepared.rules.context);
        if prompt >= context {
            let message = format!(
                "This model's maximum context length is {context} tokens, and the messages have {prompt} \
                 (context_length_exceeded)"
            );
            return Err(Refusal::field("TOO_MANY_TOKENS", ask.field, message));
        }
        let (mut cached, mut written) = (0, 0);
        let keeps = ask.cache_key.is_some() || ask.turns.iter().any(|turn| turn.keep);
        let rates = prepared.rules.rates(u32::try_from(prompt).unwrap_or(u32::MAX));
        if keeps && rates.cache_read.is_some() {
            let named = ask.cache_key.as_deref().unwrap_or_default();
            let key = format!("{:?} {} {named}", call.caller.payer(), prepared.model.id);
            let known = call.house.prompts.meet(&key, ask);
            // The last token is always read anew.
            cached = if known == 0 { 0 } else { (instructions + tokens_of(ask, known)).min(prompt - 1) };
            written = if rates.cache_write.is_some() { prompt - cached } else { 0 };
        }
        Ok(Self { prompt, cached, written, completion: 0, reasoning: 0 })
    }

    /// What is charged for it, each kind on a line of its own.
    pub(crate) fn bill(&self, prepared: &Prepared) -> Bill {
        let small = |tokens: u64| u32::try_from(tokens).unwrap_or(u32::MAX);
        let rates = prepared.rules.rates(small(self.prompt));
        let plain = self.prompt - self.cached - self.written;
        let features = &prepared.ask.features;
        let searched = !features.x_search
            && features.search != Search::Off
            && prepared.found.len() > prepared.scraped as usize;
        Bill::of(prepared.model.id)
            .tokens("llm-input", small(plain), rates.input)
            .tokens("llm-cache-read", small(self.cached), rates.cache_read.unwrap_or(rates.input))
            .tokens("llm-cache-write", small(self.written), rates.cache_write.unwrap_or(rates.input))
            .tokens("llm-output", small(self.completion), rates.output)
            .and("web-search", u32::from(searched), WEB_SEARCH)
            .and("x-search", u32::from(features.x_search), X_SEARCH)
            .and("web-scrape", prepared.scraped, SCRAPE)
            .inference(Some(small(self.prompt)), Some(small(self.completion)))
    }

    /// As chat completions say it.
    pub(crate) fn to_json(self) -> Value {
        json!({"prompt_tokens": self.prompt, "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": self.cached, "cache_creation_input_tokens": self.written},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning}})
    }
}
