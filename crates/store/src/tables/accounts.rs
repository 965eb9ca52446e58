use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::charges::own_keys;
use super::{from_json, from_time_if, model_versions, to_json, to_time, to_time_if};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};

/// Where requests go and who pays. The key itself is in the vault, never here.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// What it is: `sandbox`, `key` or `wallet`; which words there are is the caller's business.
    pub kind: String,
    /// What the user calls it.
    pub name: String,
    /// Where its requests go; none for the usual address.
    pub base_url: Option<String>,
    /// The last characters of its key.
    pub ends_with: Option<String>,
    /// Whether it is the one in use; at most one is.
    pub selected: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// The balances as last reported; opaque here.
    pub balances: Option<Value>,
    /// When they were reported.
    pub balances_at: Option<Timestamp>,
    /// What its key may do: `inference` or `admin`; none where nobody has asked yet.
    pub key_kind: Option<String>,
    /// Whether it has an admin key beside its own.
    pub has_admin: bool,
    /// The last characters of that one.
    pub admin_ends_with: Option<String>,
    /// The address of a wallet.
    pub address: Option<String>,
    /// The chain of a wallet.
    pub chain: Option<String>,
    /// When the user showed that there is a copy of a wallet's key elsewhere.
    pub backed_up_at: Option<Timestamp>,
}

/// The accounts.
pub struct Accounts<'a> {
    database: &'a Database,
}

impl Store {
    /// The accounts.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { database: self.database() }
    }
}

impl Accounts<'_> {
    /// All accounts, oldest first.
    pub fn list(&self) -> Result<Vec<Account>> {
        self.database.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, kind, name, base_url, ends_with, selected, created_at, balances, balances_at, key_kind,
                    has_admin, admin_ends_with, address, chain, backed_up_at
                 FROM accounts ORDER BY created_at, id",
            )?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(row)?);
            }
            Ok(all)
        })
    }

    /// Adds an account. If it comes selected, the one selected before no longer is.
    pub fn insert(&self, account: Account) -> Result<()> {
        self.database.write(move |db, changes| {
            if account.selected {
                db.execute("UPDATE accounts SET selected = 0", [])?;
            }
            let added = db.execute(
                "INSERT OR IGNORE INTO accounts (id, kind, name, base_url, ends_with, selected, created_at, balances, balances_at,
                    key_kind, has_admin, admin_ends_with, address, chain, backed_up_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    account.id,
                    account.kind,
                    account.name,
                    account.base_url,
                    account.ends_with,
                    account.selected,
                    account.created_at.as_millisecond(),
                    from_json(account.balances.as_ref()),
                    from_time_if(account.balances_at),
                    account.key_kind,
                    account.has_admin,
                    account.admin_ends_with,
                    account.address,
                    account.chain,
                    from_time_if(account.backed_up_at),
                ],
            )?;
            if added == 0 {
                return Err(Error::Exists { what: "account", id: account.id });
            }
            changes.accounts();
            Ok(())
        })
    }

    /// Makes this account the one in use.
    pub fn select(&self, id: &str) -> Result<()> {
        self.change(id, |db, id| {
            db.execute("UPDATE accounts SET selected = 0", [])?;
            Ok(db.execute("UPDATE accounts SET selected = 1 WHERE id = ?", [id])?)
        })
    }

    /// Gives it another name.
    pub fn rename(&self, id: &str, name: &str) -> Result<()> {
        let name = name.to_owned();
        self.change(id, move |db, id| {
            Ok(db.execute("UPDATE accounts SET name = ? WHERE id = ?", [&name, id])?)
        })
    }

    /// Notes what its key ends with, after the key was replaced: what was charged before was charged by the one before.
    pub fn set_ends_with(&self, id: &str, ends_with: Option<&str>, at: Timestamp) -> Result<()> {
        let ends_with = ends_with.map(str::to_owned);
        self.change(id, move |db, id| {
            own_keys::replaced(db, id, at)?;
            Ok(db.execute("UPDATE accounts SET ends_with = ? WHERE id = ?", params![ends_with, id])?)
        })
    }

    /// Notes what its key may do.
    pub fn set_key_kind(&self, id: &str, kind: &str) -> Result<()> {
        let kind = kind.to_owned();
        self.change(id, move |db, id| {
            Ok(db.execute("UPDATE accounts SET key_kind = ? WHERE id = ?", [&kind, id])?)
        })
    }

    /// Notes that it has an admin key beside its own, and what that ends with; or that it has none.
    pub fn set_admin(&self, id: &str, has_admin: bool, ends_with: Option<&str>) -> Result<()> {
        let ends_with = ends_with.map(str::to_owned);
        self.change(id, move |db, id| {
            Ok(db.execute(
                "UPDATE accounts SET has_admin = ?, admin_ends_with = ? WHERE id = ?",
                params![has_admin, ends_with, id],
            )?)
        })
    }

    /// Notes that there is a copy of a wallet's key elsewhere.
    pub fn set_backed_up(&self, id: &str, at: Timestamp) -> Result<()> {
        self.change(id, move |db, id| {
            Ok(db.execute(
                "UPDATE accounts SET backed_up_at = ? WHERE id = ?",
                params![at.as_millisecond(), id],
            )?)
        })
    }

    /// Notes what the account has left.
    pub fn set_balances(&self, id: &str, balances: Value, at: Timestamp) -> Result<()> {
        self.change(id, move |db, id| {
            Ok(db.execute(
                "UPDATE accounts SET balances = ?, balances_at = ? WHERE id = ?",
                params![balances.to_string(), at.as_millisecond(), id],
            )?)
        })
    }

    /// Removes it with its snapshots and what was begun with its keys. Jobs, items, holds and top-ups keep its id.
    pub fn delete(&self, id: &str) -> Result<()> {
        self.change(id, |db, id| {
            db.execute("DELETE FROM snapshots WHERE account = ?", [id])?;
            db.execute("DELETE FROM rotations WHERE account = ?", [id])?;
            model_versions::forget(db, id)?;
            Ok(db.execute("DELETE FROM accounts WHERE id = ?", [id])?)
        })
    }

    fn change<F>(&self, id: &str, work: F) -> Result<()>
    where
        F: FnOnce(&Connection, &str) -> Result<usize> + Send + 'static,
    {
        let id = id.to_owned();
        self.database.write(move |db, changes| {
            if work(db, &id)? == 0 {
                return Err(Error::NotFound { what: "account", id });
            }
            changes.accounts();
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        base_url: row.get(3)?,
        ends_with: row.get(4)?,
        selected: row.get(5)?,
        created_at: to_time(row.get(6)?)?,
        balances: to_json(row.get(7)?, "balance")?,
        balances_at: to_time_if(row.get(8)?)?,
        key_kind: row.get(9)?,
        has_admin: row.get(10)?,
        admin_ends_with: row.get(11)?,
        address: row.get(12)?,
        chain: row.get(13)?,
        backed_up_at: to_time_if(row.get(14)?)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Change;
    use crate::testing::Home;

    fn account(id: &str, selected: bool) -> Account {
        Account {
            id: id.into(),
            kind: "key".into(),
            name: id.to_uppercase(),
            base_url: None,
            ends_with: Some("abc123".into()),
            selected,
            created_at: Timestamp::from_second(if id == "a" { 1 } else { 2 }).unwrap(),
            balances: None,
            balances_at: None,
            key_kind: None,
            has_admin: false,
            admin_ends_with: None,
            address: None,
            chain: None,
            backed_up_at: None,
        }
    }

    #[test]
    fn at_most_one_account_is_selected() {
        let store = Home::new().open();
        let selected = || {
            let all = store.accounts().list().unwrap().into_iter();
            all.filter(|account| account.selected).map(|account| account.id).collect::<Vec<_>>()
        };
        store.accounts().insert(account("a", true)).unwrap();
        store.accounts().insert(account("b", true)).unwrap();
        assert_eq!(selected(), ["b"]);
        store.accounts().select("a").unwrap();
        assert_eq!(selected(), ["a"]);
        assert!(store.accounts().select("c").unwrap_err().is_not_found());
        assert_eq!(selected(), ["a"], "a choice that fails changes nothing");
        assert!(matches!(store.accounts().insert(account("b", true)), Err(Error::Exists { .. })));
        assert_eq!(selected(), ["a"]);
    }

    #[test]
    fn an_account_is_changed_and_forgotten() {
        let store = Home::new().open();
        store.accounts().insert(account("a", false)).unwrap();
        let mut changes = store.changes();
        let now = Timestamp::from_second(9).unwrap();
        store.accounts().rename("a", "Mine").unwrap();
        store.accounts().set_ends_with("a", None, now).unwrap();
        store.accounts().set_balances("a", json!({"usd": "1.5"}), now).unwrap();
        store.accounts().set_admin("a", true, Some("fff999")).unwrap();
        store.accounts().set_key_kind("a", "inference").unwrap();
        store.accounts().set_backed_up("a", now).unwrap();
        let read = &store.accounts().list().unwrap()[0];
        assert_eq!((read.has_admin, read.admin_ends_with.as_deref()), (true, Some("fff999")));
        assert_eq!((read.key_kind.as_deref(), read.backed_up_at), (Some("inference"), Some(now)));
        assert_eq!((read.name.as_str(), &read.ends_with, &read.balances_at), ("Mine", &None, &Some(now)));
        store.accounts().delete("a").unwrap();
        assert!(store.accounts().list().unwrap().is_empty());
        assert_eq!(changes.try_recv(), Ok(Change::Accounts));
    }
}
