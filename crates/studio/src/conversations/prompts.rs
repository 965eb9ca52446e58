//! Words that are used again, with names in them for what differs from use to use.

use jiff::Timestamp;
use store::{Prompt, PromptId};

use super::{names::named, plan::parse, view::SavedPrompt};
use crate::{AppError, Result, Studio, error::Code};

/// The longest name of what differs, in characters.
const LONGEST_VARIABLE: usize = 60;

impl Studio {
    /// All of them, by name.
    pub async fn saved_prompts(&self) -> Result<Vec<SavedPrompt>> {
        let prompts = self.store(|store| store.prompts().list()).await?;
        Ok(prompts.into_iter().map(view_of).collect())
    }

    /// Keeps words under a name; without an id they are new. Which names are in them is read from the words.
    pub async fn save_prompt(&self, prompt: SavedPrompt) -> Result<SavedPrompt> {
        let id: PromptId = match prompt.id.as_str() {
            "" => PromptId::new(Timestamp::now()),
            id => parse(id, "prompt")?,
        };
        if prompt.text.trim().is_empty() {
            return Err(AppError::new(
                Code::PromptEmpty,
                "There are no words to keep.",
                "Write what you want to use again.",
            )
            .param("field", "text"));
        }
        let kept = Prompt { id, name: named(&prompt.name)?, text: prompt.text };
        let view = view_of(kept.clone());
        self.store(move |store| store.prompts().put(kept)).await?;
        Ok(view)
    }

    /// Forgets words.
    pub async fn delete_saved_prompt(&self, id: &str) -> Result<()> {
        let id: PromptId = parse(id, "prompt")?;
        self.store(move |store| store.prompts().forget(id)).await
    }
}

fn view_of(prompt: Prompt) -> SavedPrompt {
    let variables = variables(&prompt.text);
    SavedPrompt { id: prompt.id.to_string(), name: prompt.name, text: prompt.text, variables }
}

/// The names between `{{` and `}}`, each once, in order.
fn variables(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        // Of more than two braces the inner ones count.
        let inner = after.trim_start_matches('{');
        let Some((name, _)) = inner.split_once("}}") else { break };
        if name.contains(['{', '\n']) {
            rest = inner;
            continue;
        }
        let name = name.trim();
        let fits = !name.is_empty() && name.chars().count() <= LONGEST_VARIABLE;
        if fits && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = &inner[inner.find("}}").unwrap_or(0) + 2..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn names_are_read_once_and_in_order() {
        for (text, names) in [
            ("Translate {{text}} into {{ language }}, then {{text}} again", &["text", "language"][..]),
            ("{{主题}}和{{风格}}", &["主题", "风格"]),
            ("{{{x}}} {{}} {{ }} {y} }} {{", &["x"]),
            ("{{open {{name}}", &["name"]),
            ("{{two\nlines}} {{one}}", &["one"]),
        ] {
            assert_eq!(variables(text), names, "{text}");
        }
    }
}
