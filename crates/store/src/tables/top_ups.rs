use jiff::Timestamp;
use rusqlite::{Row, params};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{from_json, from_time_if, text_enum, to_amount, to_json, to_time, to_time_if};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};

text_enum! {
    /// What became of a payment into a wallet's balance.
    TopUpState {
        /// It was signed, and may have been sent. Nobody knows more yet.
        Sent = "sent",
        /// It came in.
        Credited = "credited",
        /// It surely wasn't taken.
        Refused = "refused",
        /// Its time has passed, and no credit was seen.
        Lapsed = "lapsed",
    }
}

/// A payment into a wallet's balance.
#[derive(Debug, Clone, PartialEq)]
pub struct TopUp {
    /// Its id here.
    pub id: String,
    /// The wallet's account.
    pub account: String,
    /// What became of it.
    pub state: TopUpState,
    /// The network, as CAIP-2 writes it.
    pub network: String,
    /// The token's address.
    pub asset: String,
    /// The receiver's address.
    pub pay_to: String,
    /// US dollars.
    pub amount: Decimal,
    /// When it was signed.
    pub sent_at: Timestamp,
    /// Until when somebody could take what was signed.
    pub valid_until: Timestamp,
    /// When it was known what became of it.
    pub settled_at: Option<Timestamp>,
    /// The provider's id of the credit.
    pub credited_as: Option<String>,
    /// What went wrong; opaque here.
    pub problem: Option<Value>,
}

/// Payments into wallets' balances.
pub struct TopUps<'a> {
    database: &'a Database,
}

impl Store {
    /// Payments into wallets' balances.
    pub fn top_ups(&self) -> TopUps<'_> {
        TopUps { database: self.database() }
    }
}

const COLUMNS: &str = "id, account, state, network, asset, pay_to, amount, sent_at, valid_until, settled_at, \
    credited_as, problem";

impl TopUps<'_> {
    /// Those of an account, the last first.
    pub fn of_account(&self, account: &str) -> Result<Vec<TopUp>> {
        self.query("account = ? ORDER BY sent_at DESC, id DESC LIMIT 100", account)
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Result<TopUp> {
        let found = self.query("id = ?", id)?.pop();
        found.ok_or_else(|| Error::NotFound { what: "top-up", id: id.to_owned() })
    }

    fn query(&self, condition: &str, value: &str) -> Result<Vec<TopUp>> {
        self.database.read(|db| {
            let mut statement =
                db.prepare_cached(&format!("SELECT {COLUMNS} FROM top_ups WHERE {condition}"))?;
            let mut rows = statement.query([value])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(row)?);
            }
            Ok(all)
        })
    }

    /// Writes one down before it is sent. Once this returns it survives a power cut. [`Error::Exists`] while nobody
    /// knows what became of the one before.
    pub fn insert(&self, top_up: TopUp) -> Result<()> {
        self.database.write(move |db, _| {
            let added = db.execute(
                &format!(
                    "INSERT OR IGNORE INTO top_ups ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                ),
                params![
                    top_up.id,
                    top_up.account,
                    top_up.state,
                    top_up.network,
                    top_up.asset,
                    top_up.pay_to,
                    top_up.amount.to_string(),
                    top_up.sent_at.as_millisecond(),
                    top_up.valid_until.as_millisecond(),
                    from_time_if(top_up.settled_at),
                    top_up.credited_as,
                    from_json(top_up.problem.as_ref()),
                ],
            )?;
            if added == 0 { Err(Error::Exists { what: "top-up", id: top_up.id }) } else { Ok(()) }
        })
    }

    /// Notes what became of one. Only one that is open takes it: false where it was known already.
    pub fn settle(
        &self,
        id: &str,
        state: TopUpState,
        at: Timestamp,
        credited_as: Option<&str>,
        problem: Option<Value>,
    ) -> Result<bool> {
        let (id, credited_as) = (id.to_owned(), credited_as.map(str::to_owned));
        self.database.write(move |db, _| {
            let changed = db.execute(
                "UPDATE top_ups SET state = ?, settled_at = ?, credited_as = ?, problem = ?
                 WHERE id = ? AND state = 'sent'",
                params![state, at.as_millisecond(), credited_as, from_json(problem.as_ref()), id],
            )?;
            Ok(changed > 0)
        })
    }

    /// Notes why it isn't known what became of one.
    pub fn note(&self, id: &str, problem: Value) -> Result<()> {
        let id = id.to_owned();
        self.database.write(move |db, _| {
            db.execute("UPDATE top_ups SET problem = ? WHERE id = ?", params![problem.to_string(), id])?;
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> Result<TopUp> {
    Ok(TopUp {
        id: row.get(0)?,
        account: row.get(1)?,
        state: row.get(2)?,
        network: row.get(3)?,
        asset: row.get(4)?,
        pay_to: row.get(5)?,
        amount: to_amount(&row.get::<_, String>(6)?)?,
        sent_at: to_time(row.get(7)?)?,
        valid_until: to_time(row.get(8)?)?,
        settled_at: to_time_if(row.get(9)?)?,
        credited_as: row.get(10)?,
        problem: to_json(row.get(11)?, "problem")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Home;

    fn top_up(id: &str) -> TopUp {
        TopUp {
            id: id.into(),
            account: "a".into(),
            state: TopUpState::Sent,
            network: "eip155:8453".into(),
            asset: "0x1".into(),
            pay_to: "0x2".into(),
            amount: Decimal::new(1250, 2),
            sent_at: Timestamp::from_second(1).unwrap(),
            valid_until: Timestamp::from_second(300).unwrap(),
            settled_at: None,
            credited_as: None,
            problem: None,
        }
    }

    #[test]
    fn one_is_open_at_a_time_and_is_settled_once() {
        let store = Home::new().open();
        store.top_ups().insert(top_up("t")).unwrap();
        assert!(matches!(store.top_ups().insert(top_up("u")), Err(Error::Exists { .. })));
        let at = Timestamp::from_second(9).unwrap();
        let settle = |state| store.top_ups().settle("t", state, at, Some("c"), None).unwrap();
        assert!(settle(TopUpState::Credited));
        assert!(!settle(TopUpState::Lapsed), "what is known stays");
        let credited = TopUp {
            state: TopUpState::Credited,
            settled_at: Some(at),
            credited_as: Some("c".into()),
            ..top_up("t")
        };
        assert_eq!(store.top_ups().get("t").unwrap(), credited);
        store.top_ups().insert(top_up("u")).unwrap();
        assert_eq!(store.top_ups().of_account("a").unwrap().len(), 2);
    }
}
