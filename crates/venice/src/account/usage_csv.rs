//! Reads charges from comma-separated values.

use csv::{ByteRecord, ReaderBuilder};
use rust_decimal::Decimal;

use super::{Currency, InferenceDetails, UsageEntry, UsageHistoryPage};
use crate::money;

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

    fn entry(&self, row: &ByteRecord) -> Option<UsageEntry> {
        let text = |column: Option<usize>| -> Option<&str> {
            let text = std::str::from_utf8(row.get(column?)?).ok()?.trim();
            (!text.is_empty()).then_some(text)
        };
        Some(UsageEntry {
            timestamp: text(self.timestamp)?.parse().ok()?,
            sku: text(self.sku)?.to_owned(),
            amount: money::from_text(text(self.amount)?)?,
            currency: Currency::from(text(self.currency)?),
            units: amount(text(self.units))?,
            price_per_unit_usd: amount(text(self.price_per_unit_usd))?,
            notes: text(self.notes).map(str::to_owned),
            inference_details: self.details(text)?,
        })
    }

    fn details<'a>(
        &self,
        text: impl Fn(Option<usize>) -> Option<&'a str>,
    ) -> Option<Option<InferenceDetails>> {
        let details = InferenceDetails {
            request_id: text(self.request_id).map(str::to_owned),
            prompt_tokens: count(text(self.prompt_tokens))?,
            completion_tokens: count(text(self.completion_tokens))?,
            inference_execution_time: count(text(self.inference_execution_time))?,
        };
        Some((details != InferenceDetails::default()).then_some(details))
    }
}

/// An empty value is no amount; one that isn't a number makes the row unreadable.
fn amount(text: Option<&str>) -> Option<Option<Decimal>> {
    text.map_or(Some(None), |text| money::from_text(text).map(Some))
}

fn count(text: Option<&str>) -> Option<Option<u32>> {
    match text {
        None | Some("null") => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

pub(super) fn read(csv: &[u8]) -> UsageHistoryPage {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(csv);
    let mut page = UsageHistoryPage::default();
    let Ok(columns) = reader.byte_headers().map(Columns::read) else { return page };
    for row in reader.byte_records() {
        match row.ok().and_then(|row| columns.entry(&row)) {
            Some(entry) => page.data.push(entry),
            None => page.skipped = page.skipped.saturating_add(1),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

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
