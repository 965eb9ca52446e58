use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Currency, usage_csv};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::operation::{GET_BILLING_USAGE, GET_BILLING_USAGE_HISTORY, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks for a page of what was charged, in the order of time.
///
/// The first page is asked for with filters, each further one with the cursor of the page before and nothing else:
/// the filters travel in it. [`Client::walk_billing_usage_history`] does that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetBillingUsageHistory {
    /// The currency of the charges; all where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The first moment, as ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub start_timestamp: Option<Timestamp>,
    /// The moment after the last, as ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub end_timestamp: Option<Timestamp>,
    /// Charges on a page: 10 to 1,000. Venice's default is 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 10, max = 1000)))]
    pub page_size: Option<u32>,
    /// Where the page before ended. Nothing else may be asked for with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 512)))]
    pub cursor: Option<String>,
    /// As what the page is sent. Both are read the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<UsageFormat>,
}

/// As what a page of charges is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UsageFormat {
    /// JSON.
    Json,
    /// A table of values with commas in between.
    Csv,
}

/// A page of what was charged, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageHistoryPage {
    /// The charges that could be read.
    pub data: Vec<UsageEntry>,
    /// What the next page is asked for with; `None` after the last.
    pub next_cursor: Option<String>,
    /// Entries that are no charge this crate can read.
    #[serde(default)]
    pub skipped: u32,
}

/// A charge: there is one for each kind of unit a call used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageEntry {
    /// When.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub timestamp: Timestamp,
    /// What for: a model and its unit, such as `zai-org-glm-5-1-llm-output-mtoken`.
    pub sku: String,
    /// What the balance changed by: less than nothing for a charge.
    #[serde(with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
    /// Units that were used.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub units: Option<Decimal>,
    /// US dollars for a unit.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub price_per_unit_usd: Option<Decimal>,
    /// What Venice notes.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub notes: Option<String>,
    /// The call; `None` for pictures.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<InferenceDetails>))]
    pub inference_details: Option<InferenceDetails>,
}

/// The call that was charged for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct InferenceDetails {
    /// The `id` of the answer's body, which a receipt keeps as its `answer_id`.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub request_id: Option<String>,
    /// Tokens that were sent.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub prompt_tokens: Option<u32>,
    /// Tokens that were answered.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub completion_tokens: Option<u32>,
    /// Milliseconds it took.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub inference_execution_time: Option<u32>,
}

impl GetBillingUsageHistory {
    /// All charges.
    pub fn new() -> Self {
        Self::default()
    }

    /// The page after one that ended with this cursor.
    pub fn after(cursor: impl Into<String>) -> Self {
        Self { cursor: Some(cursor.into()), ..Self::default() }
    }

    setters! {
        /// The currency of the charges.
        currency: Currency;
        /// The first moment.
        start_timestamp: Timestamp;
        /// The moment after the last.
        end_timestamp: Timestamp;
        /// Charges on a page.
        page_size: u32;
        /// As what the page is sent.
        format: UsageFormat;
    }

    fn filters(&self) -> bool {
        self.currency.is_some()
            || self.start_timestamp.is_some()
            || self.end_timestamp.is_some()
            || self.page_size.is_some()
    }
}

impl UsageHistoryPage {
    /// Reads a page as JSON.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't JSON with a list called `data`.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            data: Vec<Value>,
            #[serde(default, deserialize_with = "lenient::field")]
            next_cursor: Option<String>,
        }
        let page: Page =
            serde_json::from_slice(json).map_err(|_| Error::unexpected("no page of charges", None))?;
        let count = page.data.len();
        let data: Vec<UsageEntry> =
            page.data.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect();
        let skipped = u32::try_from(count - data.len()).unwrap_or(u32::MAX);
        Ok(Self { data, next_cursor: page.next_cursor.filter(|cursor| !cursor.is_empty()), skipped })
    }

    /// Reads a page as comma-separated values. Columns are known by their names; a row without a moment, a SKU, an
    /// amount and a currency, or with a number that is none, is skipped and counted.
    pub fn from_csv(csv: &[u8]) -> Self {
        usage_csv::read(csv)
    }
}

impl Request for GetBillingUsageHistory {
    type Answer = UsageHistoryPage;

    const OPERATION: Operation = GET_BILLING_USAGE_HISTORY;

    fn call(&self) -> Result<Call> {
        let invalid = |field, reason| Err(Error::invalid_input(field, reason).of(&GET_BILLING_USAGE_HISTORY));
        if self.cursor.is_some() && self.filters() {
            return invalid("cursor", "carries the filters, none may stand beside it");
        }
        if self.page_size.is_some_and(|size| !(10..=1000).contains(&size)) {
            return invalid("page_size", "is not between 10 and 1,000");
        }
        if let (Some(start), Some(end)) = (self.start_timestamp, self.end_timestamp)
            && start >= end
        {
            return invalid("end_timestamp", "is not after the start");
        }
        let call = Call::empty(GET_BILLING_USAGE_HISTORY)
            .query("currency", self.currency.as_ref())
            .query("startTimestamp", self.start_timestamp)
            .query("endTimestamp", self.end_timestamp)
            .query("pageSize", self.page_size)
            .query("cursor", self.cursor.as_ref());
        match self.format {
            Some(UsageFormat::Csv) => call.header("accept", "text/csv"),
            _ => Ok(call),
        }
    }

    fn read(receipt: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<UsageHistoryPage> {
        if content_type != Some("text/csv") {
            return UsageHistoryPage::from_json(&body);
        }
        let next_cursor = receipt.pagination.as_ref().and_then(|pagination| pagination.next_cursor.clone());
        Ok(UsageHistoryPage { next_cursor, ..UsageHistoryPage::from_csv(&body) })
    }
}

/// Asks for charges in the way that was retired in September 2026.
///
/// Venice answers 410, and [`crate::ApiError::retirement`] tells what to ask instead: [`GetBillingUsageHistory`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetBillingUsage {}

impl Request for GetBillingUsage {
    type Answer = UsageHistoryPage;

    const OPERATION: Operation = GET_BILLING_USAGE;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_BILLING_USAGE))
    }

    /// A server that didn't retire it answers with a page of the same shape.
    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<UsageHistoryPage> {
        UsageHistoryPage::from_json(&body)
    }
}

/// A walk over all pages of charges.
#[derive(Debug)]
pub struct UsageWalk {
    client: Client,
    next: Option<GetBillingUsageHistory>,
}

impl UsageWalk {
    /// The next page, or `None` after the last.
    ///
    /// After an error the same page may be asked for again, but for a cursor that Venice no longer takes (400): then
    /// the walk has to begin anew.
    ///
    /// # Errors
    ///
    /// Those of [`Client::get_billing_usage_history`], and [`crate::ErrorKind::UnexpectedBody`] where a page says that
    /// it is its own successor.
    pub async fn next_page(&mut self) -> Result<Option<Answer<UsageHistoryPage>>> {
        let Some(request) = &self.next else { return Ok(None) };
        let answer = self.client.get_billing_usage_history(request).await?;
        let next_cursor = &answer.value.next_cursor;
        if next_cursor.is_some() && *next_cursor == request.cursor {
            return Err(Error::unexpected("a page that follows itself", None).of(&GET_BILLING_USAGE_HISTORY));
        }
        let format = request.format;
        self.next = next_cursor
            .as_ref()
            .map(|cursor| GetBillingUsageHistory { format, ..GetBillingUsageHistory::after(cursor) });
        Ok(Some(answer))
    }
}

impl Client {
    /// A page of what was charged. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/billing/usage-history>.
    pub async fn get_billing_usage_history(
        &self,
        request: &GetBillingUsageHistory,
    ) -> Result<Answer<UsageHistoryPage>> {
        self.send(request).await
    }

    /// All of what was charged, page by page, from the one that is asked for.
    ///
    /// ```no_run
    /// # async fn example(client: venice::Client) -> venice::Result<()> {
    /// use venice::account::GetBillingUsageHistory;
    /// let mut walk = client.walk_billing_usage_history(GetBillingUsageHistory::new());
    /// while let Some(page) = walk.next_page().await? {
    ///     println!("{} charges", page.value.data.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn walk_billing_usage_history(&self, request: GetBillingUsageHistory) -> UsageWalk {
        UsageWalk { client: self.clone(), next: Some(request) }
    }

    /// Charges, in the way that was retired. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/billing/usage>.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Api`] with the status 410 and [`crate::ApiError::retirement`].
    pub async fn get_billing_usage(&self) -> Result<Answer<UsageHistoryPage>> {
        self.send(&GetBillingUsage {}).await
    }
}
