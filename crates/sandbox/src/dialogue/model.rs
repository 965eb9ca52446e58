//! Which model answers, and whether it can do what is asked of it.

use axum::http::StatusCode;
use serde_json::json;

use super::{Ask, Features, Form, Part, Search};
use crate::{
    catalogue::{Ability, Model, RETIRED, TextRules},
    operations::{self, Call},
    refusal::{Issue, Refusal, Step},
    words::Choice,
};

/// Every effort that the description knows.
pub(crate) fn efforts() -> &'static [&'static str] {
    &["none", "minimal", "low", "medium", "high", "xhigh", "max"]
}

/// The model that was asked for, or the one that took the place of it.
pub(crate) fn chosen(call: &Call, asked: &str) -> Result<(Model, TextRules), Refusal> {
    let name = asked.split_once(':').map_or(asked, |(name, _)| name);
    let name = match RETIRED.iter().find(|gone| gone.id == name) {
        Some(gone) if gone.remapped => gone.replacement,
        Some(gone) => {
            let message = format!(
                "The model {} was retired on {}. Use {} instead.",
                gone.id, gone.on, gone.replacement
            );
            return Err(Refusal::new(StatusCode::GONE, "MODEL_NOT_FOUND", message)
                .saying("replacementModelId", json!(gone.replacement)));
        }
        None => name,
    };
    let model = operations::model(call, "text", "model", name)?;
    let rules = model.text.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model writes nothing"))?;
    Ok((model, rules))
}

/// Holds a request against what its model can do. `sealed`: it came encrypted.
pub(crate) fn check(ask: &Ask, rules: &TextRules, sealed: bool) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    let mut refuse = |path: &[&str], message: &str| {
        let path = path.iter().map(|name| Step::from(*name)).collect();
        wrong.push(Issue { path, code: "custom", message: message.to_owned() });
    };
    let Features { search, x_search, .. } = ask.features;
    if !ask.tools.is_empty() && !rules.can(Ability::Tools) {
        refuse(&["tools"], "This model doesn't support function calling");
    }
    if let Choice::Named(name) = &ask.choice
        && !ask.tools.iter().any(|tool| tool.name == *name)
    {
        refuse(&["tool_choice"], "The named function is not among the tools");
    }
    if matches!(ask.form, Form::Schema(_)) && !rules.can(Ability::Schema) {
        let path: &[&str] = if ask.field == "input" { &["text", "format"] } else { &["response_format"] };
        refuse(path, "This model doesn't support response schemas");
    }
    if ask.log_probabilities && !rules.can(Ability::LogProbabilities) {
        refuse(&["logprobs"], "This model doesn't support log probabilities");
    }
    if x_search && !rules.can(Ability::XSearch) {
        refuse(&["venice_parameters", "enable_x_search"], "This model doesn't support X search");
    }
    if search == Search::On && !rules.can(Ability::WebSearch) {
        refuse(&["venice_parameters", "enable_web_search"], "This model doesn't support web search");
    }
    if let Some(effort) = ask.effort
        && !rules.efforts.is_empty()
        && !rules.efforts.contains(&effort.level)
    {
        refuse(effort.path, &format!("Must be one of {} for this model", rules.efforts.join(", ")));
    }
    parts(ask, rules, &mut refuse);
    if sealed && (search != Search::Off || x_search || ask.features.scraping || !ask.tools.is_empty()) {
        refuse(
            &["venice_parameters"],
            "Web search, scraping and tools are not available with end-to-end encryption",
        );
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
}

fn parts(ask: &Ask, rules: &TextRules, refuse: &mut impl FnMut(&[&str], &str)) {
    let (mut images, mut videos) = (0, 0);
    for part in ask.turns.iter().flat_map(|turn| &turn.parts) {
        match part {
            Part::Image(_) if !rules.can(Ability::Vision) => {
                return refuse(&[ask.field], "This model doesn't support images");
            }
            Part::Audio { .. } if !rules.can(Ability::Audio) => {
                return refuse(&[ask.field], "This model doesn't support audio");
            }
            Part::Video(_) if !rules.can(Ability::Video) => {
                return refuse(&[ask.field], "This model doesn't support video");
            }
            Part::Image(_) => images += 1,
            Part::Video(_) => videos += 1,
            Part::Audio { .. } | Part::Text(_) | Part::File { .. } => {}
        }
    }
    // A model that takes a single picture looks at the last one only, and says nothing.
    if rules.most_images > 1 && images > rules.most_images {
        refuse(&[ask.field], &format!("This model takes at most {} images", rules.most_images));
    }
    if videos > rules.most_videos {
        refuse(&[ask.field], &format!("This model takes at most {} videos", rules.most_videos));
    }
}
