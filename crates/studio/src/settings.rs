//! What the user set, and where the window was left.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    AppError, Studio,
    error::{Code, Result},
};

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Light plaster.
    Light,
    /// Dark lagoon.
    Dark,
}

/// The language of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Language {
    /// As the desktop says.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The language of the window.
    pub language: Language,
    /// The room to open.
    pub last_room: String,
    /// The welcome was read.
    pub welcome_done: bool,
    /// The most one click may cost in US dollars, decimal text; `None` = no limit.
    pub per_click_limit_usd: Option<String>,
    /// Pixels.
    pub form_width: u32,
    /// Pixels.
    pub details_width: u32,
    /// Whether the details are shown.
    pub details_open: bool,
    /// Of the Chat room's list, in pixels.
    pub chat_list_width: u32,
    /// Of a conversation's settings, in pixels.
    pub chat_settings_width: u32,
    /// Whether a conversation's settings are shown.
    pub chat_settings_open: bool,
    /// Of the Library's boards, in pixels.
    pub library_boards_width: u32,
    /// Whether the boards are shown.
    pub library_boards_open: bool,
    /// Whether a rating or a rejection goes on to the next picture.
    pub library_advance: bool,
    /// The Image room's form as it was left, JSON of the front end's own.
    pub image_form: Option<String>,
    /// The Film room's form as it was left, JSON of the front end's own.
    pub film_form: Option<String>,
    /// The Music room's form as it was left, JSON of the front end's own.
    pub music_form: Option<String>,
    /// How the Voice room transcribes, as it was left, JSON of the front end's own.
    pub transcribe_form: Option<String>,
    /// The Console's forms and what was chosen there, JSON of the front end's own.
    pub console_form: Option<String>,
    /// The microphone that was chosen last; none = the system's own choice.
    pub record_device: Option<String>,
    /// Whether the provider is told to delete its copy of a film or of music once it is safe on disk.
    pub clear_at_provider: bool,
    /// Whether the desktop is told when a job has ended while the window isn't looked at.
    pub notify: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: Language::System,
            last_room: "image".to_owned(),
            welcome_done: false,
            per_click_limit_usd: Some("1".to_owned()),
            form_width: 318,
            details_width: 292,
            details_open: false,
            chat_list_width: 240,
            chat_settings_width: 300,
            chat_settings_open: false,
            library_boards_width: 200,
            library_boards_open: true,
            library_advance: false,
            image_form: None,
            film_form: None,
            music_form: None,
            transcribe_form: None,
            console_form: None,
            record_device: None,
            clear_at_provider: true,
            notify: true,
        }
    }
}

/// Changes to the settings; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct SettingsPatch {
    /// Light or dark.
    pub theme: Option<Theme>,
    /// The language of the window.
    pub language: Option<Language>,
    /// The room to open.
    pub last_room: Option<String>,
    /// The welcome was read.
    pub welcome_done: Option<bool>,
    /// Decimal text; empty text takes the limit away.
    pub per_click_limit_usd: Option<String>,
    /// Pixels.
    pub form_width: Option<u32>,
    /// Pixels.
    pub details_width: Option<u32>,
    /// Whether the details are shown.
    pub details_open: Option<bool>,
    /// Pixels.
    pub chat_list_width: Option<u32>,
    /// Pixels.
    pub chat_settings_width: Option<u32>,
    /// Whether a conversation's settings are shown.
    pub chat_settings_open: Option<bool>,
    /// Pixels.
    pub library_boards_width: Option<u32>,
    /// Whether the boards are shown.
    pub library_boards_open: Option<bool>,
    /// Whether a rating or a rejection goes on to the next picture.
    pub library_advance: Option<bool>,
    /// JSON of the front end's own; empty text forgets it.
    pub image_form: Option<String>,
    /// JSON of the front end's own; empty text forgets it.
    pub film_form: Option<String>,
    /// JSON of the front end's own; empty text forgets it.
    pub music_form: Option<String>,
    /// JSON of the front end's own; empty text forgets it.
    pub transcribe_form: Option<String>,
    /// JSON of the front end's own; empty text forgets it.
    pub console_form: Option<String>,
    /// A microphone's id; empty text leaves it to the system.
    pub record_device: Option<String>,
    /// Whether the provider is told to delete its copy once it is safe on disk.
    pub clear_at_provider: Option<bool>,
    /// Whether the desktop is told when a job has ended while the window isn't looked at.
    pub notify: Option<bool>,
}

/// Forms hold a prompt or two each, not a book.
const MOST_FORM: usize = 256 << 10;

impl Settings {
    /// The limit of one click, if there is one.
    pub(crate) fn per_click_limit(&self) -> Option<Decimal> {
        let kept = self.per_click_limit_usd.as_deref()?;
        // A limit that can't be read is no reason to have none.
        Some(kept.parse().unwrap_or(Decimal::ONE))
    }

    fn change(&mut self, patch: SettingsPatch) -> Result<()> {
        if let Some(text) = patch.per_click_limit_usd {
            self.per_click_limit_usd = limit(&text)?;
        }
        set_form(&mut self.image_form, patch.image_form);
        set_form(&mut self.film_form, patch.film_form);
        set_form(&mut self.music_form, patch.music_form);
        set_form(&mut self.transcribe_form, patch.transcribe_form);
        set_form(&mut self.console_form, patch.console_form);
        set_form(&mut self.record_device, patch.record_device);
        set(&mut self.theme, patch.theme);
        set(&mut self.language, patch.language);
        set(&mut self.last_room, patch.last_room);
        set(&mut self.welcome_done, patch.welcome_done);
        set(&mut self.form_width, patch.form_width);
        set(&mut self.details_width, patch.details_width);
        set(&mut self.details_open, patch.details_open);
        set(&mut self.chat_list_width, patch.chat_list_width);
        set(&mut self.chat_settings_width, patch.chat_settings_width);
        set(&mut self.chat_settings_open, patch.chat_settings_open);
        set(&mut self.library_boards_width, patch.library_boards_width);
        set(&mut self.library_boards_open, patch.library_boards_open);
        set(&mut self.library_advance, patch.library_advance);
        set(&mut self.clear_at_provider, patch.clear_at_provider);
        set(&mut self.notify, patch.notify);
        Ok(())
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn set_form(kept: &mut Option<String>, form: Option<String>) {
    if let Some(form) = form.filter(|form| form.len() <= MOST_FORM) {
        *kept = (!form.is_empty()).then_some(form);
    }
}

fn limit(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<Decimal>() {
        Ok(amount) if amount.is_sign_positive() && amount <= Decimal::from(100_000) => {
            Ok(Some(amount.normalize().to_string()))
        }
        _ => Err(AppError::new(
            Code::LimitPerClick,
            "This limit isn't an amount in US dollars.",
            "Write a number such as 0.50, or leave the field empty for no limit.",
        )),
    }
}

const KEY: &str = "settings";

/// What was kept by this or another version: a field it doesn't have, or has in another shape, has its default.
fn completed(kept: Value) -> Settings {
    let read = |value: &Value| serde_json::from_value::<Settings>(value.clone()).ok();
    let mut whole = serde_json::to_value(Settings::default()).unwrap_or_default();
    let Value::Object(fields) = kept else { return Settings::default() };
    for (name, value) in fields {
        let Some(before) = whole.get(&name).cloned() else { continue };
        whole[&name] = value;
        if read(&whole).is_none() {
            whole[&name] = before;
        }
    }
    read(&whole).unwrap_or_default()
}

impl Studio {
    /// The settings as they are kept.
    pub async fn settings(&self) -> Result<Settings> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        Ok(kept.map(completed).unwrap_or_default())
    }

    /// Changes some of them and answers all.
    pub async fn change_settings(&self, patch: SettingsPatch) -> Result<Settings> {
        // Two changes at once must not undo each other.
        let _turn = self.inner.settings_turn.lock().await;
        let mut settings = self.settings().await?;
        settings.change(patch)?;
        let value = serde_json::to_value(&settings).map_err(AppError::internal)?;
        self.store(move |store| store.settings().set([(KEY.to_owned(), value)])).await?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_an_amount_or_nothing() {
        assert_eq!(limit(" 0.50 ").unwrap().as_deref(), Some("0.5"));
        assert_eq!(limit("").unwrap(), None);
        for wrong in ["-1", "ten", "1e9", "0x10", "NaN"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut settings = Settings { last_room: "library".into(), ..Settings::default() };
        settings.change(SettingsPatch { theme: Some(Theme::Dark), ..SettingsPatch::default() }).unwrap();
        assert_eq!((settings.theme, settings.last_room.as_str()), (Theme::Dark, "library"));
    }

    #[test]
    fn forms_are_kept_until_they_are_emptied() {
        let form = |text: &str| {
            let form = Some(text.to_owned());
            SettingsPatch { console_form: form.clone(), transcribe_form: form, ..SettingsPatch::default() }
        };
        let mut settings = Settings::default();
        settings.change(form("{}")).unwrap();
        settings.change(form(&"x".repeat(MOST_FORM + 1))).unwrap();
        assert_eq!(settings.console_form.as_deref(), Some("{}"), "a book does not take its place");
        assert_eq!(settings.transcribe_form, settings.console_form);
        settings.change(form("")).unwrap();
        assert_eq!((settings.console_form, settings.transcribe_form), (None, None));
    }

    #[test]
    fn what_an_older_version_kept_is_read() {
        let kept = serde_json::json!({"theme": "dark", "unknown": 1, "form_width": "wide"});
        let settings = completed(kept);
        assert_eq!(settings, Settings { theme: Theme::Dark, ..Settings::default() });
    }
}
