//! Paying into a wallet's balance. What Venice asks for is shown, the amount is typed twice, and the payment is written
//! down before it is sent. It is sent once: what became of a lost answer is read from the wallet's own transactions.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use store::{TopUp, TopUpState};
use venice::{
    AuthNeed, Fate,
    wallet::Wallet,
    x402::{
        GetX402Transactions, PaymentOption, PaymentRequirements, TopUp as Answered, TopUpX402Balance,
        TransactionType, X402Transaction,
    },
};

use super::{
    not_backed_up,
    view::{TopUpOffer, TopUpView},
};
use crate::{
    AppError, Result, Studio,
    accounts::{Payer, SANDBOX, field_invalid},
    error::Code,
    money::usd,
};

/// What Venice takes at least, whatever an offer says.
const LEAST_USD: Decimal = Decimal::from_parts(5, 0, 0, false, 0);
/// USDC has six decimals.
const PLACES: u32 = 6;
/// Seconds in which a payment can be taken where the offer doesn't say; the most that is signed for.
const USUAL_SECONDS: u32 = 300;
const MOST_SECONDS: u32 = 3_600;
/// How far two clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// How long after its time a payment that was taken may still turn up.
const GRACE: SignedDuration = SignedDuration::from_mins(15);
/// Transactions on a page, and the most pages that are looked through.
const PAGE: u32 = 50;
const MOST_PAGES: u32 = 40;

/// What may be paid, as it was shown.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub id: String,
    asked: PaymentRequirements,
    option: PaymentOption,
}

impl Studio {
    /// Asks what may be paid into a wallet's balance. Nothing is signed.
    pub async fn top_up_offer(&self, account: &str) -> Result<TopUpOffer> {
        let payer = self.payer_for(account, AuthNeed::Wallet).await?;
        let wallet = self.own_wallet(account)?;
        self.may_pay_in(account).await?;
        let answer = payer.client.top_up_x402_balance(&TopUpX402Balance::ask()).await?.value;
        let Answered::PaymentRequired(asked) = answer else { return Err(not_offered()) };
        let fits = |option: &&PaymentOption| {
            option.scheme == "exact" && option.chain() == Some(wallet.chain()) && option.is_usdc()
        };
        let option = asked.accepts.iter().find(fits).cloned().ok_or_else(not_offered)?;
        let offer = Offer { id: uuid::Uuid::new_v4().simple().to_string(), asked, option };
        let view = TopUpOffer {
            id: offer.id.clone(),
            account: account.to_owned(),
            pretend: payer.pretend,
            chain: wallet.chain(),
            network: offer.option.network.clone(),
            asset: offer.option.asset.clone(),
            pay_to: offer.option.pay_to.clone(),
            from: wallet.address().to_owned(),
            least: usd(least(&offer.option)),
            receiver_changed: self.was_another_receiver(account, &offer.option).await?,
        };
        self.inner.accounts.put_offer(account, offer);
        Ok(view)
    }

    /// Signs and sends what was offered and confirmed, once. `again` is the amount as it was typed a second time.
    pub async fn top_up(&self, account: &str, offer: &str, amount: &str, again: &str) -> Result<TopUpView> {
        let payer = self.payer_for(account, AuthNeed::Wallet).await?;
        self.may_pay_in(account).await?;
        let (amount, again) = (typed(amount)?, typed(again)?);
        if amount != again {
            return Err(AppError::new(
                Code::AmountsDiffer,
                "The two amounts aren't the same.",
                "Nothing was signed. Type the amount twice.",
            ));
        }
        // No limit or budget is asked: this is the user's own money moved, and what is spent of it counts when it is spent.
        // The least that can be paid in is more than the usual limit of a click; typing the amount twice stands in its place.
        let offer = self.inner.accounts.offer(account, offer).ok_or_else(|| AppError::not_found("offer"))?;
        let least = least(&offer.option);
        if amount < least {
            return Err(AppError::new(
                Code::TopUpTooSmall,
                format!("At least {least} US dollars can be paid in."),
                "Nothing was signed. Type a larger amount.",
            )
            .param("least", least));
        }
        let block = block_of(&offer.option);
        if block.is_none() && self.own_wallet(account)?.chain() == venice::wallet::Chain::Solana {
            return Err(AppError::new(
                Code::TopUpNeedsBlock,
                "A payment on Solana names a recent block, and Venice told none.",
                "Nothing was signed. Pay in from the program that holds the wallet, or use a wallet on Base.",
            ));
        }
        // Whoever takes it is the only one: a second click that came so far, too, pays nothing.
        if !self.inner.accounts.take_offer(account, &offer.id) {
            return Err(AppError::not_found("offer"));
        }
        let payment = payer.client.sign_payment(&offer.asked, &offer.option, amount, block)?;
        let row = self.write_down(account, &offer.option, amount).await?;
        let sent = payer.client.top_up_x402_balance(&TopUpX402Balance::pay(payment)).await;
        self.settle_top_up(row, sent, &payer).await
    }

    async fn settle_top_up(
        &self,
        row: TopUp,
        sent: venice::Result<venice::Answer<Answered>>,
        payer: &Payer,
    ) -> Result<TopUpView> {
        let now = Timestamp::now();
        let id = row.id.clone();
        match sent {
            Ok(answer) => match answer.value {
                Answered::Credited(credited) => {
                    let paid = credited.payment_id;
                    self.store(move |store| {
                        store.top_ups().settle(&id, TopUpState::Credited, now, paid.as_deref(), None)
                    })
                    .await?;
                    if payer.id != SANDBOX {
                        self.note_balances(&payer.id, vec![usd(credited.new_balance)]).await?;
                    }
                }
                // It asks to be paid: so it wasn't.
                Answered::PaymentRequired(_) => {
                    let problem = not_offered();
                    self.refuse(id, now, &problem).await?;
                    return Err(problem);
                }
            },
            Err(error) if may_be_taken(&error) => {
                let problem = serde_json::to_value(unknown(&error)).map_err(AppError::internal)?;
                self.store(move |store| store.top_ups().note(&id, problem)).await?;
            }
            Err(error) => {
                let problem = AppError::from(error);
                self.refuse(id, now, &problem).await?;
                return Err(problem);
            }
        }
        let id = row.id;
        Ok(view(self.store(move |store| store.top_ups().get(&id)).await?))
    }

    async fn refuse(&self, id: String, now: Timestamp, problem: &AppError) -> Result<()> {
        let problem = serde_json::to_value(problem).ok();
        self.store(move |store| store.top_ups().settle(&id, TopUpState::Refused, now, None, problem)).await?;
        Ok(())
    }

    /// Before it is sent: from here on it counts as sent.
    async fn write_down(&self, account: &str, option: &PaymentOption, amount: Decimal) -> Result<TopUp> {
        let now = Timestamp::now();
        let seconds = option.max_timeout_seconds.unwrap_or(USUAL_SECONDS).clamp(1, MOST_SECONDS);
        let row = TopUp {
            id: uuid::Uuid::now_v7().simple().to_string(),
            account: account.to_owned(),
            state: TopUpState::Sent,
            network: option.network.clone(),
            asset: option.asset.clone(),
            pay_to: option.pay_to.clone(),
            amount,
            sent_at: now,
            valid_until: now.checked_add(SignedDuration::from_secs(seconds.into())).unwrap_or(now),
            settled_at: None,
            credited_as: None,
            problem: None,
        };
        let written = row.clone();
        let inserted = self.store(move |store| match store.top_ups().insert(written) {
            Err(store::Error::Exists { .. }) => Ok(false),
            done => done.map(|()| true),
        });
        if inserted.await? { Ok(row) } else { Err(still_open()) }
    }

    /// What was paid in from here, the last first.
    pub(super) async fn top_ups(&self, account: &str) -> Result<Vec<TopUpView>> {
        let account = account.to_owned();
        let rows = self.store(move |store| store.top_ups().of_account(&account)).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Looks up what became of the payment that nobody knows of, in the wallet's own transactions.
    pub(super) async fn look_up_top_ups(&self, account: &str, payer: &Payer, wallet: &Wallet) -> Result<()> {
        let named = account.to_owned();
        let rows = self.store(move |store| store.top_ups().of_account(&named)).await?;
        let Some(open) = rows.iter().find(|row| row.state == TopUpState::Sent) else { return Ok(()) };
        let now = Timestamp::now();
        let over = open.valid_until.checked_add(GRACE).is_ok_and(|end| now > end);
        let (transactions, are_all) = transactions_since(payer, wallet, since(open)).await?;
        let (state, credit) = match credit_of(open, &rows, &transactions) {
            Some(credit) => (TopUpState::Credited, Some(credit)),
            None if over && are_all => (TopUpState::Lapsed, None),
            None => return Ok(()),
        };
        let id = open.id.clone();
        self.store(move |store| store.top_ups().settle(&id, state, now, credit.as_deref(), None)).await?;
        Ok(())
    }

    /// Whether a payment from here may be made at all now.
    async fn may_pay_in(&self, account: &str) -> Result<()> {
        if !self.account(account).await?.backed_up {
            return Err(not_backed_up());
        }
        self.no_open_top_up(account).await
    }

    /// An error while nobody knows what became of a payment.
    pub(crate) async fn no_open_top_up(&self, account: &str) -> Result<()> {
        let open = self.top_ups(account).await?.iter().any(|row| row.state == TopUpState::Sent);
        if open { Err(still_open()) } else { Ok(()) }
    }

    async fn was_another_receiver(&self, account: &str, option: &PaymentOption) -> Result<bool> {
        let account = account.to_owned();
        let rows = self.store(move |store| store.top_ups().of_account(&account)).await?;
        let last =
            rows.into_iter().find(|row| row.state == TopUpState::Credited && row.network == option.network);
        Ok(last.is_some_and(|row| !row.pay_to.eq_ignore_ascii_case(&option.pay_to)))
    }

    fn own_wallet(&self, account: &str) -> Result<Wallet> {
        self.wallet_of(account).ok_or_else(|| AppError::not_found("wallet"))
    }
}

fn least(option: &PaymentOption) -> Decimal {
    option.least_usd().map_or(LEAST_USD, |least| least.max(LEAST_USD)).normalize()
}

/// Some servers tell a recent block of Solana, for payers that know no node.
fn block_of(option: &PaymentOption) -> Option<&str> {
    option.extra.as_ref()?.get("recentBlockhash")?.as_str()
}

/// Whether a payment that was answered so may have been taken all the same: a server that fails may fail after it has passed it on.
fn may_be_taken(error: &venice::Error) -> bool {
    error.fate() == Fate::Unknown || error.api().is_some_and(|api| api.status >= 500)
}

/// From when on a payment can have come in.
fn since(open: &TopUp) -> Timestamp {
    open.sent_at.checked_sub(SKEW).unwrap_or(open.sent_at)
}

/// What changed a wallet's balance since a moment, the last first, and whether that is all of it. What it paid meanwhile may
/// fill many pages.
async fn transactions_since(
    payer: &Payer,
    wallet: &Wallet,
    since: Timestamp,
) -> Result<(Vec<X402Transaction>, bool)> {
    let mut all: Vec<X402Transaction> = Vec::new();
    for page in 0..MOST_PAGES {
        let request = GetX402Transactions::of(wallet).limit(PAGE).offset(page * PAGE);
        let found = payer.client.get_x402_transactions(&request).await?.value;
        let oldest = found.transactions.iter().filter_map(|change| change.created_at).min();
        // What was added in between moves the pages.
        let new = |change: &X402Transaction| all.iter().all(|known| known.id != change.id);
        let new: Vec<_> = found.transactions.into_iter().filter(new).collect();
        all.extend(new);
        if !found.pagination.has_more || oldest.is_some_and(|at| at < since) {
            return Ok((all, true));
        }
    }
    Ok((all, false))
}

/// The credit of an open payment among a wallet's transactions, the last first; `rows` are the payments from here.
fn credit_of(open: &TopUp, rows: &[TopUp], transactions: &[X402Transaction]) -> Option<String> {
    let since = since(open);
    let same = rows.iter().filter(|row| row.state == TopUpState::Credited && row.amount == open.amount);
    // A credit that was found before is known by its id. An answer told the payment's own id instead: of those that came in
    // since, as many credits are theirs.
    let (mut found, mut answered) = (Vec::new(), 0);
    for row in same {
        match row.credited_as.as_deref() {
            Some(id) if transactions.iter().any(|credit| credit.id == id) => found.push(id),
            _ => answered += usize::from(row.settled_at.is_some_and(|at| at >= since)),
        }
    }
    let credits: Vec<_> = transactions
        .iter()
        .filter(|credit| credit.kind == TransactionType::TopUp && credit.amount == open.amount)
        .filter(|credit| credit.created_at.is_some_and(|at| at >= since))
        .filter(|credit| !found.contains(&credit.id.as_str()))
        .collect();
    credits.first().filter(|_| credits.len() > answered).map(|credit| credit.id.clone())
}

/// Plain digits: nobody types a payment as `5e3`.
fn typed(amount: &str) -> Result<Decimal> {
    let amount = amount.trim();
    let plain = amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let read = if plain { amount.parse().ok() } else { None };
    let amount: Decimal = read.ok_or_else(|| field_invalid("amount", "is no amount"))?;
    let amount = amount.normalize();
    if amount.is_sign_negative() || amount.is_zero() || amount.scale() > PLACES {
        return Err(field_invalid("amount", "is no amount in US dollars"));
    }
    Ok(amount)
}

fn view(row: TopUp) -> TopUpView {
    TopUpView {
        id: row.id,
        state: row.state,
        network: row.network,
        pay_to: row.pay_to,
        amount: usd(row.amount),
        at: row.sent_at.to_string(),
        valid_until: row.valid_until.to_string(),
        problem: row.problem.and_then(|problem| serde_json::from_value(problem).ok()),
    }
}

fn not_offered() -> AppError {
    AppError::new(
        Code::TopUpNotOffered,
        "Venice offers no way to pay in USDC on this wallet's network.",
        "Nothing was paid. Try again later, or use a wallet on the other network.",
    )
}

fn still_open() -> AppError {
    AppError::new(
        Code::TopUpOpen,
        "Nobody knows yet what became of the payment before.",
        "Nothing was signed. Look at the wallet again in some minutes: it is looked up there.",
    )
}

fn unknown(error: &venice::Error) -> AppError {
    let mut app = AppError::new(
        Code::TopUpUnknown,
        "The payment was sent, and no answer came.",
        "It may have been taken. It isn't sent again; what became of it is looked up in the wallet's transactions.",
    );
    (app.operation, app.request_id) =
        (error.operation().map(str::to_owned), error.request_id().map(str::to_owned));
    app
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("5", Some("5"))]
    #[case(" 12.50 ", Some("12.5"))]
    #[case("0.000001", Some("0.000001"))]
    #[case("0.0000001", None)]
    #[case("0", None)]
    #[case("-5", None)]
    #[case("5e3", None)]
    #[case("five", None)]
    fn an_amount_is_dollars_to_the_millionth(#[case] text: &str, #[case] amount: Option<&str>) {
        assert_eq!(typed(text).ok().map(|amount| amount.to_string()).as_deref(), amount);
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn row(id: &str, state: TopUpState, sent: i64, settled: Option<i64>, credited_as: Option<&str>) -> TopUp {
        TopUp {
            id: id.into(),
            account: "a".into(),
            state,
            network: "eip155:8453".into(),
            asset: "0x1".into(),
            pay_to: "0x2".into(),
            amount: Decimal::from(5),
            sent_at: at(sent),
            valid_until: at(sent + 5),
            settled_at: settled.map(at),
            credited_as: credited_as.map(str::to_owned),
            problem: None,
        }
    }

    fn credits(all: &[(&str, i64)]) -> Vec<X402Transaction> {
        let one = |(id, minute): &(&str, i64)| {
            serde_json::json!({"id": id, "amount": 5, "balanceAfter": 5, "type": "TOP_UP",
                "createdAt": at(*minute).to_string(), "requestId": null, "modelId": null})
        };
        all.iter().map(|credit| serde_json::from_value(one(credit)).unwrap()).collect()
    }

    #[rstest]
    #[case(&[], &[], None)]
    #[case(&[], &[("c", 61)], Some("c"))]
    #[case(&[], &[("c", 50)], None)]
    // The one before was looked up late: its credit is not this one's, and doesn't hide it.
    #[case(&[("b", 20, 60, "c1")], &[("c1", 20)], None)]
    #[case(&[("b", 20, 60, "c1")], &[("c2", 61), ("c1", 20)], Some("c2"))]
    // The one before was answered just now, by another id.
    #[case(&[("b", 59, 59, "payment")], &[("c1", 59)], None)]
    #[case(&[("b", 59, 59, "payment")], &[("c2", 61), ("c1", 59)], Some("c2"))]
    fn a_payment_has_its_own_credit(
        #[case] before: &[(&str, i64, i64, &str)],
        #[case] there: &[(&str, i64)],
        #[case] found: Option<&str>,
    ) {
        let open = row("a", TopUpState::Sent, 60, None, None);
        let mut rows = vec![open.clone()];
        for (id, sent, settled, credit) in before {
            rows.push(row(id, TopUpState::Credited, *sent, Some(*settled), Some(credit)));
        }
        assert_eq!(credit_of(&open, &rows, &credits(there)).as_deref(), found);
    }
}
