//! Wallets: no key is lost, nothing is paid in twice.

use std::sync::Arc;

use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde_json::json;
use store::TopUpState;
use studio::{
    accounts::view::{AccountKind, AccountView, VaultPlace},
    calls::view::With,
    jobs::view::JobState,
    pictures::estimate::Expected,
    wallets::view::{Chain, WalletView},
};
use venice::embeddings::CreateEmbedding;

use crate::{
    bench::{Bench, make},
    keys::keep_for_good,
};

async fn made(bench: &Bench, chain: Chain) -> AccountView {
    keep_for_good(bench).await;
    bench.studio.make_wallet("", chain).await.unwrap()
}

/// A wallet with a copy of its key.
async fn copied(bench: &Bench, chain: Chain) -> AccountView {
    let account = made(bench, chain).await;
    let path = bench.folder.path().join("copy.txt");
    bench.studio.write_wallet_copy(&account.id, path.clone()).await.unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.trim_end();
    bench.studio.confirm_wallet_copy(&account.id, &text[text.len() - 6..]).await.unwrap()
}

async fn left(bench: &Bench, account: &str) -> (Decimal, WalletView) {
    let wallet = bench.studio.wallet(account).await.unwrap();
    (wallet.balance.unwrap().amount, wallet)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_is_made_copied_and_pays() {
    for chain in [Chain::Base, Chain::Solana] {
        let bench = Bench::new().await;
        let account = made(&bench, chain).await;
        assert_eq!(
            (account.kind, account.chain, account.backed_up),
            (AccountKind::Wallet, Some(chain), false)
        );
        assert!(account.selected && account.ends_with.is_none());
        let secret = bench.studio.wallet_secret(&account.id).await.unwrap();
        assert!(!serde_json::to_string(&account).unwrap().contains(secret.expose_secret()));

        assert_eq!(bench.studio.top_up_offer(&account.id).await.unwrap_err().code, "wallet_not_backed_up");
        assert_eq!(
            bench.studio.forget_account(account.id.clone()).await.unwrap_err().code,
            "wallet_not_backed_up"
        );
        for typed in ["", "000000", "xyz"] {
            let wrong = bench.studio.confirm_wallet_copy(&account.id, typed).await.unwrap_err();
            assert_eq!(wrong.code, "backup_differs");
        }
        let own = bench.home().join("canaletto.db");
        assert_eq!(
            bench.studio.write_wallet_copy(&account.id, own).await.unwrap_err().code,
            "read_only",
            "nothing of ours is written over"
        );
        let end = &secret.expose_secret()[secret.expose_secret().len() - 6..];
        assert!(bench.studio.confirm_wallet_copy(&account.id, end).await.unwrap().backed_up);

        let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
        assert_eq!((offer.chain, offer.least.amount), (chain, Decimal::from(5)));
        assert_eq!(Some(&offer.from), account.wallet.as_ref());
        let paid = |amount: &str, again: &str| {
            let (amount, again) = (amount.to_owned(), again.to_owned());
            let (studio, account, offer) = (bench.studio.clone(), account.id.clone(), offer.id.clone());
            async move { studio.top_up(&account, &offer, &amount, &again).await }
        };
        assert_eq!(paid("10", "11").await.unwrap_err().code, "amounts_differ");
        assert_eq!(paid("4.99", "4.99").await.unwrap_err().code, "top_up_too_small");
        assert_eq!(paid("ten", "ten").await.unwrap_err().code, "field_invalid");
        assert_eq!(paid("7.50", "7.5").await.unwrap().state, TopUpState::Credited);
        assert_eq!(paid("7.5", "7.5").await.unwrap_err().code, "not_found", "an offer is taken once");
        let (balance, wallet) = left(&bench, &account.id).await;
        assert_eq!((balance, wallet.top_ups.len(), wallet.can_consume), (Decimal::new(75, 1), 1, true));

        let job = bench.run(make("a canal", 1)).await;
        assert_eq!((job.state, &job.account), (JobState::Saved, &account.id), "{:?}", job.error);
        let (after, _) = left(&bench, &account.id).await;
        assert!(after < balance);
        let page = bench.studio.wallet_transactions(&account.id, 0).await.unwrap();
        let kinds: Vec<_> = page.rows.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!((kinds.as_slice(), page.next), (["CHARGE", "TOP_UP"].as_slice(), None));
        assert_eq!(page.rows[0].amount.amount, after - balance, "to the last digit");

        let rest = bench.studio.forget_account(account.id.clone()).await.unwrap();
        assert!(rest.iter().all(|one| one.id != account.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_looked_up_and_never_paid_twice() {
    let bench = Bench::new().await;
    let account = copied(&bench, Chain::Base).await;
    let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
    bench.arm(json!({"operation": "topUpX402Balance", "kind": "lost_answer"})).await;
    let sent = bench.studio.top_up(&account.id, &offer.id, "5", "5").await.unwrap();
    assert_eq!(sent.state, TopUpState::Sent);
    assert_eq!(sent.problem.unwrap().code, "top_up_unknown");
    let posts = bench.posts("topUpX402Balance").await;
    assert_eq!(bench.studio.top_up_offer(&account.id).await.unwrap_err().code, "top_up_open");
    assert_eq!(bench.studio.top_up(&account.id, &offer.id, "5", "5").await.unwrap_err().code, "top_up_open");
    let held_back = bench.studio.forget_account(account.id.clone()).await.unwrap_err();
    assert_eq!(held_back.code, "top_up_open", "what was paid isn't lost sight of");

    let bench = bench.reopen().await;
    keep_for_good(&bench).await;
    let (balance, wallet) = left(&bench, &account.id).await;
    assert_eq!((balance, wallet.top_ups[0].state), (Decimal::from(5), TopUpState::Credited));
    assert_eq!(bench.posts("topUpX402Balance").await, posts, "nothing was sent again");
    assert!(bench.studio.top_up_offer(&account.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_may_have_taken_the_payment() {
    let bench = Bench::new().await;
    let account = copied(&bench, Chain::Base).await;
    let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
    bench.arm(json!({"operation": "topUpX402Balance", "kind": "status", "status": 500})).await;
    let sent = bench.studio.top_up(&account.id, &offer.id, "5", "5").await.unwrap();
    assert_eq!(sent.state, TopUpState::Sent);
    assert_eq!(bench.studio.top_up_offer(&account.id).await.unwrap_err().code, "top_up_open");

    let bench = Bench::new().await;
    let account = copied(&bench, Chain::Base).await;
    let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
    bench.arm(json!({"operation": "topUpX402Balance", "kind": "status", "status": 400})).await;
    assert!(bench.studio.top_up(&account.id, &offer.id, "5", "5").await.is_err());
    let (_, wallet) = left(&bench, &account.id).await;
    assert_eq!(wallet.top_ups[0].state, TopUpState::Refused);
    assert!(bench.studio.top_up_offer(&account.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_without_its_key_can_be_let_go_of() {
    let bench = Bench::new().await;
    if bench.studio.vault_status().place == VaultPlace::Keychain {
        return;
    }
    let secret = "0x".to_owned() + &"22".repeat(32);
    let account = bench.studio.import_wallet("", secret.into(), false).await.unwrap();
    let held_back = bench.studio.forget_account(account.id.clone()).await.unwrap_err();
    assert_eq!(held_back.code, "wallet_not_backed_up");
    // Its key was only in memory.
    let bench = bench.reopen().await;
    let unread = bench.studio.forget_account(account.id.clone()).await.unwrap_err();
    assert_eq!(unread.code, "wallet_not_backed_up", "a keychain that is away may have it");
    keep_for_good(&bench).await;
    let rest = bench.studio.forget_account(account.id.clone()).await.unwrap();
    assert!(rest.iter().all(|one| one.id != account.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_behind_all_that_was_paid_since() {
    let bench = Bench::new().await;
    let account = copied(&bench, Chain::Base).await;
    let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
    bench.arm(json!({"operation": "topUpX402Balance", "kind": "lost_answer"})).await;
    bench.studio.top_up(&account.id, &offer.id, "5", "5").await.unwrap();
    let request = CreateEmbedding::new("text-embedding-bge-m3", "acqua alta");
    let json = serde_json::to_value(&request).unwrap();
    let price = bench.studio.price_operation("createEmbedding", json, Vec::new()).await.unwrap();
    let expected = Some(Expected { account: price.account, amount: price.amount, over_budgets: Vec::new() });
    let with = With { expected, accept_unpriced: true, ..With::default() };
    for _ in 0..51 {
        bench.studio.call(request.clone(), with.clone(), Arc::new(|_| {})).await.unwrap();
    }
    let page = bench.studio.wallet_transactions(&account.id, 0).await.unwrap();
    assert!(page.next.is_some() && page.rows.iter().all(|row| row.kind == "CHARGE"));
    assert_eq!(left(&bench, &account.id).await.1.top_ups[0].state, TopUpState::Credited);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_pay_once() {
    let bench = Bench::new().await;
    let account = copied(&bench, Chain::Base).await;
    let offer = bench.studio.top_up_offer(&account.id).await.unwrap();
    let click = || bench.studio.top_up(&account.id, &offer.id, "5", "5");
    let (one, two) = tokio::join!(click(), click());
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert_eq!(left(&bench, &account.id).await.0, Decimal::from(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_there_is_already_is_imported_once() {
    let bench = Bench::new().await;
    for typed in ["two words", "0x1234", ""] {
        let error = bench.studio.import_wallet("", typed.to_owned().into(), true).await.unwrap_err();
        assert_eq!(error.code, "wallet_malformed");
    }
    let secret = "0x".to_owned() + &"11".repeat(32);
    let account = bench.studio.import_wallet("Old one", secret.clone().into(), true).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.backed_up, account.chain),
        ("Old one", true, Some(Chain::Base))
    );
    let twice = bench.studio.import_wallet("", "11".repeat(32).into(), true).await.unwrap_err();
    assert_eq!((twice.code.as_str(), twice.params["name"].as_str()), ("wallet_known", "Old one"));
    assert!(!format!("{twice:?}").contains("1111"));
    assert_eq!(left(&bench, &account.id).await.0, Decimal::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_wallet_is_made_where_its_key_would_go_with_the_program() {
    let bench = Bench::new().await;
    let refused = bench.studio.make_wallet("", Chain::Base).await;
    if bench.studio.vault_status().place == VaultPlace::Keychain {
        return;
    }
    assert_eq!(refused.unwrap_err().code, "key_not_kept");
    assert_eq!(bench.studio.accounts().await.unwrap().len(), 2);
}
