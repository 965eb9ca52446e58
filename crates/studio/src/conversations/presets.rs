//! Settings that are kept under names.

use jiff::Timestamp;
use store::{Preset, PresetId};

use super::{names::named, plan::parse, view::ChatPreset};
use crate::{AppError, Result, Studio};

impl Studio {
    /// All of them, by name.
    pub async fn chat_presets(&self) -> Result<Vec<ChatPreset>> {
        let presets = self.store(|store| store.presets().list()).await?;
        let view = |preset: Preset| ChatPreset {
            id: preset.id.to_string(),
            name: preset.name,
            settings: serde_json::from_value(preset.settings).unwrap_or_default(),
        };
        Ok(presets.into_iter().map(view).collect())
    }

    /// Keeps settings under a name; without an id they are new.
    pub async fn save_chat_preset(&self, preset: ChatPreset) -> Result<ChatPreset> {
        let id: PresetId = match preset.id.as_str() {
            "" => PresetId::new(Timestamp::now()),
            id => parse(id, "preset")?,
        };
        let name = named(&preset.name)?;
        let settings = serde_json::to_value(&preset.settings).map_err(AppError::internal)?;
        let kept = Preset { id, name: name.clone(), settings };
        self.store(move |store| store.presets().put(kept)).await?;
        Ok(ChatPreset { id: id.to_string(), name, settings: preset.settings })
    }

    /// Forgets settings.
    pub async fn delete_chat_preset(&self, id: &str) -> Result<()> {
        let id: PresetId = parse(id, "preset")?;
        self.store(move |store| store.presets().forget(id)).await
    }
}
