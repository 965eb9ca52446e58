//! Charts on their way out: the page draws them, and they are written where the user wants them.

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{AppError, Result, Studio, conversations::file_name, error::Code};

/// A chart of a year by the day, twice as fine as the screen, has a megabyte or two.
const MOST_BYTES: usize = 32 << 20;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What a chart is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChartFormat {
    /// A picture of pixels; comes as Base64.
    Png,
    /// A drawing; comes as its text.
    Svg,
    /// The table behind the chart; comes as its text.
    Csv,
}

/// The file name to suggest for a chart of this title.
pub fn chart_name(title: &str, format: ChartFormat) -> String {
    let ending = match format {
        ChartFormat::Png => "png",
        ChartFormat::Svg => "svg",
        ChartFormat::Csv => "csv",
    };
    format!("{}.{ending}", file_name(title).unwrap_or_else(|| "chart".to_owned()))
}

impl Studio {
    /// Writes a chart the page drew, all of it or nothing. Answers the file's path.
    ///
    /// # Errors
    /// `input_unreadable` where it isn't of its format; `read_only` in the library and our own folder.
    pub async fn save_chart(&self, format: ChartFormat, content: String, path: PathBuf) -> Result<String> {
        let bytes = checked(format, content)?;
        let shown = path.display().to_string();
        self.put_out(path, bytes).await?;
        Ok(shown)
    }
}

fn checked(format: ChartFormat, content: String) -> Result<Vec<u8>> {
    let bytes = match format {
        ChartFormat::Png => BASE64_STANDARD.decode(content.trim()).unwrap_or_default(),
        ChartFormat::Svg | ChartFormat::Csv => content.into_bytes(),
    };
    let sound = match format {
        ChartFormat::Png => bytes.starts_with(PNG),
        ChartFormat::Svg => bytes.starts_with(b"<svg "),
        ChartFormat::Csv => !bytes.is_empty(),
    };
    if sound && bytes.len() <= MOST_BYTES { Ok(bytes) } else { Err(not_a_chart()) }
}

fn not_a_chart() -> AppError {
    AppError::new(
        Code::InputUnreadable,
        "The chart didn't arrive as it should.",
        "Save it again. If it happens again, please report it.",
    )
    .param("name", "chart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_what_its_format_says() {
        let png = BASE64_STANDARD.encode([PNG, b"rest"].concat());
        assert_eq!(checked(ChartFormat::Png, png).unwrap(), [PNG, b"rest"].concat());
        assert_eq!(checked(ChartFormat::Svg, "<svg xmlns=\"\"/>".into()).unwrap(), b"<svg xmlns=\"\"/>");
        assert_eq!(checked(ChartFormat::Csv, "Day,Film\r\n".into()).unwrap(), b"Day,Film\r\n");
        for (format, content) in [
            (ChartFormat::Png, "no Base64!"),
            (ChartFormat::Png, "Tm90IGEgUE5H"),
            (ChartFormat::Svg, "<html></html>"),
            (ChartFormat::Csv, ""),
        ] {
            assert_eq!(checked(format, content.into()).unwrap_err().code, "input_unreadable");
        }
    }

    #[test]
    fn its_name_is_its_title() {
        assert_eq!(chart_name("By kind, each day: USD", ChartFormat::Svg), "By kind each day USD.svg");
        assert_eq!(chart_name("…", ChartFormat::Csv), "chart.csv");
    }
}
