//! The table beside the files of a zip.

use std::io::Write;

use store::{Certainty, Currency, Item, MediaKind};

use crate::{AppError, Result};

const HEAD: [&str; 18] = [
    "file",
    "title",
    "kind",
    "model",
    "prompt",
    "negative prompt",
    "seed",
    "width",
    "height",
    "date",
    "cost",
    "currency",
    "cost is",
    "pretend",
    "rating",
    "tags",
    "boards",
    "notes",
];

/// A row of the table.
pub(super) struct Row([String; 18]);

impl Row {
    pub(super) fn new(file: &str, item: &Item, boards: &[String]) -> Self {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| guarded(text.as_deref().unwrap_or_default());
        let kind = match item.kind {
            MediaKind::Picture => "picture",
            MediaKind::Sound => "sound",
            MediaKind::Film => "film",
        };
        let money = item.cost.money;
        let currency = money.map_or("", |money| match money.currency {
            Currency::Usd => "USD",
            Currency::Diem => "DIEM",
            Currency::Credits => "credits",
        });
        let certainty = match (money, item.cost.certainty) {
            (None, _) | (_, Certainty::Unknown) => "",
            (_, Certainty::Estimate) => "estimate",
            (_, Certainty::Charge) => "charge",
        };
        Self([
            guarded(file),
            guarded(&item.title),
            kind.to_owned(),
            text(&item.model),
            text(&item.prompt),
            text(&item.negative_prompt),
            item.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            number(item.file.width),
            number(item.file.height),
            item.made_at.to_string(),
            money.map(|money| money.amount.normalize().to_string()).unwrap_or_default(),
            currency.to_owned(),
            certainty.to_owned(),
            if item.cost.pretend { "yes" } else { "no" }.to_owned(),
            item.rating.to_string(),
            guarded(&item.tags.join(", ")),
            guarded(&boards.join(", ")),
            guarded(&item.notes),
        ])
    }
}

/// A spreadsheet takes a text that begins like this for a formula, and runs it.
pub(crate) fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The table as bytes. It begins with a byte order mark: without one, spreadsheets read it as Latin letters.
pub(super) fn csv(rows: &[Row]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.write_all("\u{feff}".as_bytes()).map_err(AppError::internal)?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
    writer.write_record(HEAD).map_err(AppError::internal)?;
    for row in rows {
        writer.write_record(&row.0).map_err(AppError::internal)?;
    }
    writer.into_inner().map_err(AppError::internal)
}
