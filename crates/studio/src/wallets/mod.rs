//! Wallets: accounts that sign each request instead of sending a key, and pay from what was paid in.
//!
//! A wallet's secret is made here or imported, lies where keys are kept, and leaves it two ways only, neither through
//! the window: into a file the user chose, or onto the clipboard. Nothing is paid in before the user has shown that the
//! copy is there.

mod top_up;
pub mod view;

use std::{io::Write, path::PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use venice::{
    AuthNeed,
    wallet::{Chain, Wallet},
    x402::{GetX402Balance, GetX402Transactions, X402Transaction},
};

use crate::{
    AppError, Result, Studio,
    accounts::{SANDBOX, VENICE, WALLET, ends_with, named, new_row, view::AccountView},
    error::Code,
    money::usd,
};
pub(crate) use top_up::Offer;
use view::{TransactionView, TransactionsPage, WalletView};

/// Changes of a balance on a page.
const PAGE: u32 = 50;
/// How many of the last characters of the copy are asked for.
const SHOWN: usize = 6;

/// The word for a chain, in rows and files.
fn chain_word(chain: Chain) -> &'static str {
    match chain {
        Chain::Base => "base",
        Chain::Solana => "solana",
    }
}

impl Studio {
    /// Makes a wallet, keeps its key and selects its account. Only where keys outlive the program: what the wallet
    /// holds is lost with its key.
    pub async fn make_wallet(&self, name: &str, chain: Chain) -> Result<AccountView> {
        if !self.keeps_for_good().await? {
            return Err(AppError::new(
                Code::KeyNotKept,
                "Keys are only in memory now, so the wallet's key would be gone when you quit.",
                "Unlock the keychain or keep keys in an encrypted file first.",
            ));
        }
        let wallet = Wallet::generate(chain, &mut rand::rng());
        self.keep_wallet(name, wallet, None).await
    }

    /// Keeps a wallet that there is already. `copied`: the user says that its key is elsewhere too.
    pub async fn import_wallet(&self, name: &str, secret: SecretString, copied: bool) -> Result<AccountView> {
        let wallet = Wallet::from_secret(&secret).map_err(|_| {
            AppError::new(
                Code::WalletMalformed,
                "This isn't the private key of a wallet.",
                "Base: 64 hexadecimal digits. Solana: base58, or the list of 64 numbers that wallets export. A phrase of words isn't taken.",
            )
        })?;
        let address = wallet.address().to_owned();
        let known = self.accounts().await?.into_iter().find(|account| {
            account.id != SANDBOX
                && account.wallet.as_deref().is_some_and(|one| one.eq_ignore_ascii_case(&address))
        });
        if let Some(known) = known {
            return Err(AppError::new(
                Code::WalletKnown,
                format!("This wallet is here already, as {}.", known.name),
                "Choose it from the list of accounts.",
            )
            .param("name", known.name));
        }
        self.keep_wallet(name, wallet, copied.then(Timestamp::now)).await
    }

    async fn keep_wallet(
        &self,
        name: &str,
        wallet: Wallet,
        backed_up_at: Option<Timestamp>,
    ) -> Result<AccountView> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        self.inner.vault.set(&id, wallet.secret()).await?;
        // Read again: a wallet that can't be had back must never be paid into.
        let kept = self.inner.vault.get(&id).await?;
        if kept.is_none_or(|kept| kept.expose_secret() != wallet.secret().expose_secret()) {
            return Err(AppError::internal("a wallet's key was not kept"));
        }
        let server = self.inner.accounts.server();
        let usual = match wallet.chain() {
            Chain::Base => "Base wallet",
            Chain::Solana => "Solana wallet",
        };
        let row = store::Account {
            base_url: (server != VENICE).then_some(server),
            selected: true,
            address: Some(wallet.address().to_owned()),
            chain: Some(chain_word(wallet.chain()).to_owned()),
            backed_up_at,
            ..new_row(&id, WALLET, &named(name, usual))
        };
        if let Err(error) = self.store(move |store| store.accounts().insert(row)).await {
            let _ = self.inner.vault.forget(&id).await;
            return Err(error);
        }
        self.leave_run_account();
        self.account(&id).await
    }

    /// A wallet's secret, for the clipboard; the shell copies it, and it never passes through the window.
    pub async fn wallet_secret(&self, account: &str) -> Result<SecretString> {
        if account == SANDBOX || self.row(account).await?.kind != WALLET {
            return Err(AppError::not_found("wallet"));
        }
        self.inner.vault.get(account).await?.ok_or_else(|| AppError::not_found("key"))
    }

    /// Writes a wallet's secret into a file that only its owner may read.
    pub async fn write_wallet_copy(&self, account: &str, path: PathBuf) -> Result<()> {
        // Least of all in the place of one of our own files.
        self.not_our_own(&path)?;
        let secret = self.wallet_secret(account).await?;
        let view = self.account(account).await?;
        let words = format!(
            "Canaletto: the private key of a wallet. Whoever has it can take all the wallet holds.\n\nName: {}\nChain: {}\nAddress: {}\nPrivate key: ",
            view.name,
            view.chain.map_or("", chain_word),
            view.wallet.unwrap_or_default(),
        );
        tokio::task::spawn_blocking(move || write_copy(&path, &words, &secret))
            .await
            .map_err(AppError::internal)?
    }

    /// Notes that there is a copy, once the user has typed what it ends with.
    pub async fn confirm_wallet_copy(&self, account: &str, typed: &str) -> Result<AccountView> {
        let secret = self.wallet_secret(account).await?;
        let ends = ends_with(secret.expose_secret()).unwrap_or_default();
        let same = typed.trim().chars().count() == SHOWN && ends.eq_ignore_ascii_case(typed.trim());
        // Capitals matter in base58, and not in hexadecimal digits.
        let same = same && (ends == typed.trim() || secret.expose_secret().starts_with("0x"));
        if !same {
            return Err(AppError::new(
                Code::BackupDiffers,
                "The copy of the key doesn't end like that.",
                "Open the copy and type the last six characters of the private key in it.",
            ));
        }
        let row = account.to_owned();
        self.store(move |store| store.accounts().set_backed_up(&row, Timestamp::now())).await?;
        self.account(account).await
    }

    /// A wallet, what is left, and what was paid in. What became of an open payment is looked up on the way.
    pub async fn wallet(&self, account: &str) -> Result<WalletView> {
        let payer = self.payer_for(account, AuthNeed::Wallet).await?;
        let wallet = self.wallet_of(account).ok_or_else(|| AppError::not_found("wallet"))?;
        let view = self.account(account).await?;
        let asked = payer.client.get_x402_balance(&GetX402Balance::of(&wallet)).await;
        let (balance, problem) = match asked {
            Ok(answer) => (Some(answer.value), None),
            Err(error) => (None, Some(AppError::from(error))),
        };
        if let Some(balance) = &balance {
            self.note_wallet_balance(account, balance.balance_usd).await?;
            if let Err(error) = self.look_up_top_ups(account, &payer, &wallet).await {
                tracing::info!(code = error.code, "what became of a top-up isn't known yet");
            }
        }
        Ok(WalletView {
            account: account.to_owned(),
            chain: wallet.chain(),
            address: wallet.address().to_owned(),
            pretend: payer.pretend,
            backed_up: view.backed_up,
            balance: balance.as_ref().map(|balance| usd(balance.balance_usd)),
            can_consume: balance.as_ref().is_some_and(|balance| balance.can_consume),
            suggested: balance.as_ref().and_then(|balance| balance.suggested_top_up_usd).map(usd),
            top_ups: self.top_ups(account).await?,
            problem,
        })
    }

    /// The sandbox's wallet has a purse of its own beside its account's balance.
    async fn note_wallet_balance(&self, account: &str, left: rust_decimal::Decimal) -> Result<()> {
        if account == SANDBOX { Ok(()) } else { self.note_balances(account, vec![usd(left)]).await }
    }

    /// What changed the balance of a wallet, the last first.
    pub async fn wallet_transactions(&self, account: &str, offset: u32) -> Result<TransactionsPage> {
        let payer = self.payer_for(account, AuthNeed::Wallet).await?;
        let wallet = self.wallet_of(account).ok_or_else(|| AppError::not_found("wallet"))?;
        let request = GetX402Transactions::of(&wallet).limit(PAGE).offset(offset);
        let page = payer.client.get_x402_transactions(&request).await?.value;
        let next = page.pagination.has_more.then(|| offset.saturating_add(PAGE));
        Ok(TransactionsPage { rows: page.transactions.into_iter().map(transaction).collect(), next })
    }
}

fn transaction(row: X402Transaction) -> TransactionView {
    TransactionView {
        id: row.id,
        kind: row.kind.as_str().to_owned(),
        amount: usd(row.amount),
        after: row.balance_after.map(usd),
        at: row.created_at.map(|at| at.to_string()),
        model: row.model_id,
        request: row.request_id,
    }
}

/// A wallet whose key may be the only one there is.
pub(crate) fn not_backed_up() -> AppError {
    AppError::new(
        Code::WalletNotBackedUp,
        "Nobody has shown yet that there is a copy of this wallet's key.",
        "Save or copy the key first, then type its last six characters.",
    )
}

/// Synced before it counts, and readable by its owner alone from the first byte on.
fn write_copy(path: &std::path::Path, words: &str, secret: &SecretString) -> Result<()> {
    let at = |error| AppError::from(store::Error::file(path, error));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(std::path::Path::new("."));
    // A temporary file has mode 0600, which the rename keeps.
    let mut file = tempfile::Builder::new().prefix(".wallet-").tempfile_in(folder).map_err(at)?;
    for part in [words, secret.expose_secret(), "\n"] {
        file.write_all(part.as_bytes()).map_err(at)?;
    }
    file.as_file().sync_all().map_err(at)?;
    file.persist(path).map_err(|error| at(error.error))?;
    #[cfg(unix)]
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_its_owner_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet.txt");
        std::fs::write(&path, "older").unwrap();
        write_copy(&path, "Private key: ", &SecretString::from("0xabc")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Private key: 0xabc\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let nowhere = folder.path().join("none/wallet.txt");
        assert!(write_copy(&nowhere, "", &SecretString::from("0xabc")).is_err());
    }
}
