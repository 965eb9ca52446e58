//! Reads charges from comma-separated values.

use super::{Currency, InferenceDetails, UsageEntry, UsageHistoryPage};
use crate::money;
use csv::{ByteRecord, ReaderBuilder};

/// Where each column stands, by its name. Unknown columns are passed over.
#[derive(Debug, Default)]
struct Columns {
    timestamp: Option<usize>,
    sku: Option<usize>,
    amount: Option<usize>,
    currency: Option<usize>,
    units: Option<usize>,
    price_per_unit_usd: Option<usize>,
    notes: Option<usize>,
    request_id: Option<usize>,
    prompt_tokens: Option<usize>,
    completion_tokens: Option<usize>,
    inference_execution_time: Option<usize>,
}

impl Columns {
    fn read(header: &ByteRecord) -> Self {
        let mut columns = Self::default();
        for (index, name) in header.iter().enumerate() {
            // `inferenceDetails.requestId`, `Price Per Unit (USD)` and `price_per_unit_usd` are names too.
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let slot = match name.strip_prefix("inferencedetails").unwrap_or(&name) {
                "timestamp" | "date" => &mut columns.timestamp,
                "sku" => &mut columns.sku,
                "amount" => &mut columns.amount,
                "currency" => &mut columns.currency,
                "units" => &mut columns.units,
                "priceperunitusd" => &mut columns.price_per_unit_usd,
                "notes" => &mut columns.notes,
                "requestid" => &mut columns.request_id,
                "prompttokens" => &mut columns.prompt_tokens,
                "completiontokens" => &mut columns.completion_tokens,
                "inferenceexecutiontime" => &mut columns.inference_execution_time,
                _ => continue,
            };
            slot.get_or_insert(index);
        }
        columns
    }

    fn entry(&self, row: &ByteRecord) -> Result<UsageEntry, Unreadable> {
        let text = |column: Option<usize>| -> Option<&str> {
            let text = std::str::from_utf8(row.get(column?)?).ok()?.trim();
            (!text.is_empty()).then_some(text)
        };
        let amount = |column| number(text(column), money::from_text);
        let count = |column| number(text(column), |text| text.parse().ok());
        let details = InferenceDetails {
            request_id: text(self.request_id).map(str::to_owned),
            prompt_tokens: count(self.prompt_tokens)?,
            completion_tokens: count(self.completion_tokens)?,
            inference_execution_time: count(self.inference_execution_time)?,
        };
        Ok(UsageEntry {
            timestamp: text(self.timestamp).and_then(|text| text.parse().ok()).ok_or(Unreadable)?,
            sku: text(self.sku).ok_or(Unreadable)?.to_owned(),
            amount: amount(self.amount)?.ok_or(Unreadable)?,
            currency: Currency::from(text(self.currency).ok_or(Unreadable)?),
            units: amount(self.units)?,
            price_per_unit_usd: amount(self.price_per_unit_usd)?,
            notes: text(self.notes).map(str::to_owned),
            inference_details: (details != InferenceDetails::default()).then_some(details),
        })
    }
}

/// A row that is no charge.
struct Unreadable;

/// Reads a number where there is one; what is there and isn't one makes the row unreadable.
fn number<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Unreadable> {
    text.filter(|text| *text != "null").map(|text| read(text).ok_or(Unreadable)).transpose()
}

pub(super) fn read(csv: &[u8]) -> UsageHistoryPage {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(csv);
    let mut page = UsageHistoryPage::default();
    let Ok(columns) = reader.byte_headers().map(Columns::read) else { return page };
    for row in reader.byte_records() {
        match row.map_err(|_| Unreadable).and_then(|row| columns.entry(&row)) {
            Ok(entry) => page.data.push(entry),
            Err(Unreadable) => page.skipped = page.skipped.saturating_add(1),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use rust_decimal::Decimal;

    const HEADER: &str = "timestamp,sku,pricePerUnitUsd,units,amount,currency,notes,requestId,promptTokens\n";
    const ROW: &str =
        "2026-06-15T19:05:10.504Z,glm-llm-output-mtoken,2.8,0.000227,-0.06356,DIEM,API,chatcmpl-4,339\n";

    fn with(rows: &str) -> UsageHistoryPage {
        read(format!("{HEADER}{rows}").as_bytes())
    }

    #[test]
    fn a_row_is_a_charge() {
        let page = with(ROW);
        let entry = &page.data[0];
        assert_eq!((page.data.len(), page.skipped), (1, 0));
        assert_eq!((entry.sku.as_str(), &entry.currency), ("glm-llm-output-mtoken", &Currency::Diem));
        assert_eq!(
            (entry.amount.to_string(), entry.units.unwrap().to_string()),
            ("-0.06356".into(), "0.000227".into())
        );
        let details = entry.inference_details.as_ref().unwrap();
        assert_eq!((details.request_id.as_deref(), details.prompt_tokens), (Some("chatcmpl-4"), Some(339)));
        assert_eq!(entry.timestamp.to_string(), "2026-06-15T19:05:10.504Z");
    }

    #[test]
    fn quotes_and_line_breaks_belong_to_a_value() {
        let page =
            with("2026-06-15T19:05:10Z,\"a,b\",\"1\",\"\",\"-1\",USD,\"two\r\nlines, \"\"quoted\"\"\",,\r\n");
        assert_eq!(page.skipped, 0);
        assert_eq!(page.data[0].sku, "a,b");
        assert_eq!(page.data[0].notes.as_deref(), Some("two\r\nlines, \"quoted\""));
        assert_eq!((page.data[0].units, &page.data[0].inference_details), (None, &None));
    }

    #[test]
    fn columns_are_known_by_name_in_any_order() {
        let csv = "\u{feff}\"Colour\",Amount,inferenceDetails.requestId,CURRENCY,price_per_unit_usd,Sku,Timestamp\n\
                   red,-0.5,chatcmpl-1,BUNDLED_CREDITS,0.5,x-image-unit,2026-06-15T00:00:00Z,more,than,named\n";
        let page = read(csv.as_bytes());
        let entry = &page.data[0];
        assert_eq!((entry.currency.as_str(), entry.amount.to_string()), ("BUNDLED_CREDITS", "-0.5".into()));
        assert_eq!(entry.price_per_unit_usd.unwrap().to_string(), "0.5");
        assert_eq!(entry.inference_details.as_ref().unwrap().request_id.as_deref(), Some("chatcmpl-1"));
    }

    #[rstest]
    #[case("soon,x,1,1,-1,USD,,,\n")]
    #[case("2026-06-15T19:05:10Z,,1,1,-1,USD,,,\n")]
    #[case("2026-06-15T19:05:10Z,x,1,1,much,USD,,,\n")]
    #[case("2026-06-15T19:05:10Z,x,1,1,,USD,,,\n")]
    #[case("2026-06-15T19:05:10Z,x,1,some,-1,USD,,,\n")]
    #[case("2026-06-15T19:05:10Z,x,1,1,-1,,,,\n")]
    #[case("2026-06-15T19:05:10Z,x,1,1,-1,USD,,,-7\n")]
    #[case("2026-06-15T19:05:10Z,x\n")]
    fn a_row_that_is_none_is_counted_and_costs_no_other(#[case] row: &str) {
        let page = with(&format!("{ROW}{row}{ROW}"));
        assert_eq!((page.data.len(), page.skipped), (2, 1), "{row}");
    }

    #[test]
    fn nothing_is_an_empty_page() {
        assert_eq!(read(b""), UsageHistoryPage::default());
        assert_eq!(with(""), UsageHistoryPage::default());
        // Without the columns that matter, no row can be read.
        assert_eq!(read(b"colour\nred\nblue\n").skipped, 2);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read(&bytes);
            let mut csv = HEADER.as_bytes().to_vec();
            csv.extend_from_slice(&bytes);
            read(&csv);
        }

        #[test]
        fn what_was_written_is_read(notes in "\\PC{0,40}", units in -9_999_999_i64..9_999_999) {
            let amount = Decimal::new(units, 6).normalize().to_string();
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["amount", "notes", "timestamp", "sku", "currency"]).unwrap();
            writer.write_record([amount.as_str(), &notes, "2026-06-15T19:05:10Z", "x", "USD"]).unwrap();
            let page = read(&writer.into_inner().unwrap());
            prop_assert_eq!(page.data[0].amount.to_string(), amount);
            prop_assert_eq!(page.data[0].notes.as_deref().unwrap_or_default(), notes.trim());
        }
    }
}
