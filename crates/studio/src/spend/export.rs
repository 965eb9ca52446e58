//! The charges of a query as a table of values with commas in between, by RFC 4180: for spreadsheets and book-keeping.

use std::{
    io::{BufWriter, Write},
    path::PathBuf,
};

use super::{
    dashboard::kind_word,
    receipts::views,
    view::{ChargeQuery, ChargeSource, ChargeView, MatchCertainty},
};
use crate::{
    AppError, Result, Studio,
    library::taking_out::{output::aside, table::guarded},
};

const HEAD: [&str; 17] = [
    "at",
    "account",
    "kind",
    "model",
    "sku",
    "units",
    "unit",
    "usd per unit",
    "amount",
    "currency",
    "pretend",
    "known from",
    "request id",
    "notes",
    "work",
    "work is",
    "charge",
];
/// So many charges are read at once.
const AT_ONCE: usize = 1_000;

impl Studio {
    /// Writes all charges of a query to a file in its order, whatever its page; where it puts them together, those of all its
    /// groups.
    pub async fn export_spend(&self, query: ChargeQuery, target: PathBuf) -> Result<()> {
        let reader = self.sku_reader().await?;
        let pretend = query.filter.pretend;
        let rows = self.rows_of(query).await?;
        self.not_our_own(&target)?;
        let studio = self.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let at = |error| AppError::from(store::Error::file(&target, error));
            // Under its own name only when it is whole.
            let mut file = BufWriter::new(aside(&target)?);
            // Without a byte order mark spreadsheets read it as Latin letters.
            file.write_all("\u{feff}".as_bytes()).map_err(at)?;
            let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
            let broken = |error: csv::Error| match error.into_kind() {
                csv::ErrorKind::Io(error) => at(error),
                other => AppError::internal(format!("{other:?}")),
            };
            table.write_record(HEAD).map_err(broken)?;
            for rows in rows.chunks(AT_ONCE) {
                let store = &studio.inner.store;
                for charge in views(store, &reader, store.charges().rows(rows)?)? {
                    table.write_record(record(charge, pretend)).map_err(broken)?;
                }
            }
            let file = table.into_inner().map_err(|error| at(std::io::Error::other(error.to_string())))?;
            let file = file.into_inner().map_err(|error| at(error.into_error()))?;
            file.as_file().sync_all().map_err(at)?;
            file.persist(&target).map_err(|error| at(error.error))?;
            Ok(())
        });
        writing.await.map_err(AppError::internal)?
    }
}

fn record(charge: ChargeView, pretend: bool) -> [String; 17] {
    let number =
        |number: Option<rust_decimal::Decimal>| number.map(|number| number.to_string()).unwrap_or_default();
    let text = |text: Option<String>| guarded(text.as_deref().unwrap_or_default());
    let (work, certainty) = charge.matched.map_or((String::new(), ""), |work| {
        let certainty = match work.certainty {
            MatchCertainty::Id => "certain",
            MatchCertainty::Guess => "a guess",
            MatchCertainty::User => "as you said",
        };
        (guarded(&work.title), certainty)
    });
    [
        charge.at,
        guarded(&charge.account),
        kind_word(charge.kind).to_owned(),
        text(charge.model),
        guarded(&charge.sku),
        number(charge.units),
        guarded(&charge.unit),
        number(charge.price_per_unit_usd),
        charge.money.amount.to_string(),
        guarded(&charge.money.currency),
        if pretend { "yes" } else { "no" }.to_owned(),
        match (charge.source, charge.estimated) {
            (ChargeSource::Ledger, _) => "history",
            (ChargeSource::Answers, false) => "answer",
            (ChargeSource::Answers, true) => "estimate",
        }
        .to_owned(),
        text(charge.request_id),
        text(charge.notes),
        work,
        certainty.to_owned(),
        charge.id,
    ]
}
