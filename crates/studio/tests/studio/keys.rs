//! Keys: what one may do, those of an account, and one in another's place.

use secrecy::ExposeSecret;
use serde_json::json;
use studio::{
    accounts::view::{AccountView, KeyForm, KeyKind, KeyRole, VaultPlace},
    spend::view::{ChargeQuery, SpendFilter},
};

use crate::{
    bench::{Bench, make},
    ledger::all,
};

/// The account of a bench's environment.
const RUN: &str = "run";

fn form(description: &str) -> KeyForm {
    KeyForm {
        kind: KeyKind::Inference,
        description: description.into(),
        expires: None,
        limit_usd: "2.50".into(),
        limit_diem: String::new(),
        period: Some("MONTH".into()),
        privacy: Some("PRIVATE_TEXT".into()),
    }
}

/// Secrets outlive the program from here on.
pub async fn keep_for_good(bench: &Bench) {
    // Where there is a keychain, that is the place.
    let _ = bench.studio.use_vault_file("acqua alta".to_owned().into()).await;
    let place = bench.studio.vault_status().place;
    assert!(matches!(place, VaultPlace::Keychain | VaultPlace::File), "{place:?}");
}

/// An account with a key of its own, which an admin key looks after.
async fn looked_after(bench: &Bench) -> AccountView {
    let made = bench.studio.create_key(RUN, form("the studio's")).await.unwrap();
    let key = bench.studio.made_key(&made.stored_as).await.unwrap();
    let account = bench.studio.add_key_account("Mine".into(), key).await.unwrap();
    let seen = bench.studio.check_key(bench.sandbox.admin_key().to_owned().into()).await.unwrap();
    assert!(seen.fits.contains(&account.id), "{seen:?}");
    bench.studio.add_checked_key(&seen.handle, String::new(), Some(account.id.clone())).await.unwrap()
}

async fn opens(bench: &Bench, key: &str) -> bool {
    let url = format!("{}/api_keys/rate_limits", bench.sandbox.base_url());
    reqwest::Client::new().get(url).bearer_auth(key).send().await.unwrap().status().is_success()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_tested_before_it_is_kept() {
    let bench = Bench::new().await;
    let typed = bench.sandbox.api_key().to_owned();
    let seen = bench.studio.check_key(typed.clone().into()).await.unwrap();
    assert_eq!((seen.kind, seen.access, seen.known_as.as_deref()), (Some(KeyKind::Inference), true, None));
    assert!(seen.models > 10 && !seen.balances.is_empty() && seen.fits.is_empty());
    assert!(!serde_json::to_string(&seen).unwrap().contains(&typed));
    assert_eq!(bench.studio.accounts().await.unwrap().len(), 2, "nothing was added");

    bench.studio.forget_checked_key(&seen.handle);
    let gone = bench.studio.add_checked_key(&seen.handle, "Mine".into(), None).await.unwrap_err();
    assert_eq!(gone.code, "not_found");

    let seen = bench.studio.check_key(typed.clone().into()).await.unwrap();
    let account = bench.studio.add_checked_key(&seen.handle, " Mine ".into(), None).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.key_kind, account.admin),
        ("Mine", Some(KeyKind::Inference), false)
    );
    assert!(account.selected);
    let again = bench.studio.check_key(typed.into()).await.unwrap();
    assert_eq!(again.known_as.as_deref(), Some("Mine"));

    let not_admin = bench
        .studio
        .add_checked_key(&again.handle, String::new(), Some(account.id.clone()))
        .await
        .unwrap_err();
    assert_eq!(not_admin.code, "key_not_admin");
    let refused = bench.studio.account_keys(&account.id).await.unwrap_err();
    assert_eq!(refused.code, "needs_admin_key");
    assert_eq!(bench.studio.limit_hits(&account.id).await.unwrap_err().code, "needs_admin_key");

    let admin = bench.studio.check_key(bench.sandbox.admin_key().to_owned().into()).await.unwrap();
    assert_eq!((admin.kind, &admin.fits), (Some(KeyKind::Admin), &vec![account.id.clone()]));
    assert!(admin.limits.is_some(), "an admin key can tell its own limits");
    let account =
        bench.studio.add_checked_key(&admin.handle, String::new(), Some(account.id.clone())).await.unwrap();
    assert!(account.admin && account.admin_ends_with.is_some());
    let roles: Vec<_> =
        bench.studio.account_keys(&account.id).await.unwrap().keys.iter().map(|key| key.role).collect();
    assert!(roles.contains(&Some(KeyRole::Own)) && roles.contains(&Some(KeyRole::Admin)), "{roles:?}");

    let account = bench.studio.forget_admin_key(account.id).await.unwrap();
    assert!(!account.admin);
    assert_eq!(bench.studio.account_keys(&account.id).await.unwrap_err().code, "needs_admin_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_changed_and_deleted() {
    let bench = Bench::new().await;
    let made = bench.studio.create_key(RUN, form(" for the laptop ")).await.unwrap();
    assert_eq!(made.description, "for the laptop");
    let key = bench.studio.made_key(&made.stored_as).await.unwrap();
    assert!(opens(&bench, key.expose_secret()).await);
    let keys = bench.studio.account_keys(RUN).await.unwrap();
    let words =
        format!("{} {}", serde_json::to_string(&keys).unwrap(), serde_json::to_string(&made).unwrap());
    assert!(!words.contains(key.expose_secret()));
    let listed = keys.keys.iter().find(|listed| listed.id == made.id).unwrap();
    assert_eq!((listed.limits.usd.as_deref(), listed.limits.period.as_deref()), (Some("2.5"), Some("MONTH")));
    assert_eq!((listed.stored_as.as_deref(), listed.role), (Some(made.stored_as.as_str()), None));
    assert_eq!(listed.ends_with, made.ends_with);

    let changed =
        KeyForm { limit_usd: String::new(), expires: Some("2030-01-31".into()), ..form("for the tablet") };
    let changed = bench.studio.change_key(RUN, &made.id, changed).await.unwrap();
    assert_eq!((changed.description.as_str(), changed.limits.usd), ("for the tablet", None));
    assert!(changed.expires_at.unwrap().starts_with("2030-01-31T00:00:00"));
    let left = bench.studio.change_key(RUN, &made.id, form("for the tablet")).await.unwrap();
    assert!(left.expires_at.is_some(), "an end that isn't spoken of stays");

    let own = keys.keys.iter().find(|key| key.role == Some(KeyRole::Own)).unwrap();
    assert_eq!(bench.studio.delete_key(RUN, &own.id).await.unwrap_err().code, "key_in_use_here");
    let rest = bench.studio.delete_key(RUN, &made.id).await.unwrap();
    assert!(rest.keys.iter().all(|key| key.id != made.id));
    assert!(!opens(&bench, key.expose_secret()).await);
    assert_eq!(bench.studio.made_key(&made.stored_as).await.unwrap_err().code, "not_found");

    for bad in [
        KeyForm { description: "  ".into(), ..form("") },
        KeyForm { limit_usd: "-1".into(), ..form("a") },
        KeyForm { expires: Some("soon".into()), ..form("a") },
    ] {
        assert_eq!(bench.studio.create_key(RUN, bad).await.unwrap_err().code, "field_invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_account_here_works_with_is_left_alone() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let account = looked_after(&bench).await;
    let keys = bench.studio.account_keys(&account.id).await.unwrap().keys;
    let own = keys.iter().find(|key| key.role == Some(KeyRole::Own)).unwrap();
    // The account of the environment looks after the same keys.
    assert_eq!(bench.studio.delete_key(RUN, &own.id).await.unwrap_err().code, "key_in_use_here");
    assert_eq!(bench.studio.rotate_key(RUN, &own.id).await.unwrap_err().code, "key_in_use_here");
    assert!(bench.studio.test_account(account.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_and_the_old_one_goes_last() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let account = looked_after(&bench).await;
    let keys = bench.studio.account_keys(&account.id).await.unwrap().keys;
    let old = keys.iter().find(|key| key.role == Some(KeyRole::Own)).unwrap().clone();
    let secret = bench.studio.made_key(old.stored_as.as_ref().unwrap()).await.unwrap();

    assert_eq!(bench.studio.rotate_key(&account.id, &old.id).await.unwrap(), None, "all was done");
    let now = bench.studio.account_keys(&account.id).await.unwrap();
    assert!(now.rotations.is_empty() && now.keys.iter().all(|key| key.id != old.id));
    let new = now.keys.iter().find(|key| key.role == Some(KeyRole::Own)).unwrap();
    assert_eq!(
        (&new.description, &new.limits, &new.privacy, &new.kind),
        (&old.description, &old.limits, &old.privacy, &old.kind)
    );
    assert!(!opens(&bench, secret.expose_secret()).await);
    let tested = bench.studio.test_account(account.id.clone()).await.unwrap();
    assert_ne!(tested.ends_with, account.ends_with);
    assert!(new.ends_with.as_ref().unwrap().ends_with(tested.ends_with.as_ref().unwrap()));
    bench.run(crate::bench::make("a canal", 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charge_keeps_the_key_it_was_made_with() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let account = looked_after(&bench).await;
    let own = async || {
        let keys = bench.studio.account_keys(&account.id).await.unwrap().keys;
        keys.into_iter().find(|key| key.role == Some(KeyRole::Own)).unwrap().id
    };
    let of_job = async |job: &str| {
        let charges = bench.studio.job_charges(vec![job.to_owned()]).await.unwrap().charges;
        charges.into_iter().map(|charge| charge.key).collect::<Vec<_>>()
    };
    let of_key = async |key: &str| {
        let filter = SpendFilter { keys: vec![key.to_owned()], ..SpendFilter::default() };
        let page = bench.studio.spend_charges(ChargeQuery { filter, ..all() }).await.unwrap();
        page.charges.into_iter().map(|charge| charge.matched.unwrap().job).collect::<Vec<_>>()
    };
    let old = own().await;
    let before = bench.run(make("a canal", 1)).await;
    assert_eq!(before.account, account.id);
    bench.synced().await;
    assert_eq!(of_job(&before.id).await, [Some(old.clone())]);

    bench.studio.rotate_key(&account.id, &old).await.unwrap();
    let after = bench.run(make("a bridge", 1)).await;
    bench.synced().await;
    let new = own().await;
    assert_ne!(new, old);
    assert_eq!(of_job(&before.id).await, [Some(old.clone())], "it was charged before there was another");
    assert_eq!(of_job(&after.id).await, [Some(new.clone())]);
    assert_eq!((of_key(&old).await, of_key(&new).await), (vec![before.id], vec![after.id]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_used_elsewhere_waits_for_its_user() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let old = bench.studio.create_key(RUN, form("the server's")).await.unwrap();
    let secret = bench.studio.made_key(&old.stored_as).await.unwrap();
    let waiting = bench.studio.rotate_key(RUN, &old.id).await.unwrap().unwrap();
    assert_eq!((json!(waiting.step), waiting.role, &waiting.problem), (json!("tested"), None, &None));
    let new = bench.studio.made_key(waiting.stored_as.as_ref().unwrap()).await.unwrap();
    assert!(opens(&bench, secret.expose_secret()).await && opens(&bench, new.expose_secret()).await);
    assert_eq!(bench.studio.rotate_key(RUN, &old.id).await.unwrap_err().code, "rotation_open");
    assert_eq!(bench.studio.delete_key(RUN, &old.id).await.unwrap_err().code, "rotation_open");

    assert_eq!(bench.studio.go_on_rotation(&waiting.id, true).await.unwrap(), None);
    assert!(!opens(&bench, secret.expose_secret()).await && opens(&bench, new.expose_secret()).await);
    let kept = bench.studio.made_key(waiting.stored_as.as_ref().unwrap()).await;
    assert!(kept.is_ok(), "it can still be copied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_between_loses_no_key() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let account = looked_after(&bench).await;
    let keys = bench.studio.account_keys(&account.id).await.unwrap().keys;
    let old = keys.iter().find(|key| key.role == Some(KeyRole::Own)).unwrap().clone();

    // The answer with the new key is lost: nobody knows that key.
    bench.arm(json!({"operation": "createApiKey", "kind": "lost_answer"})).await;
    let stopped = bench.studio.rotate_key(&account.id, &old.id).await.unwrap().unwrap();
    assert_eq!(json!(stopped.step), json!("asked"));
    assert_eq!(stopped.problem.unwrap().code, "done_unknown");
    assert!(bench.studio.test_account(account.id.clone()).await.is_ok(), "the old key works on");
    assert_eq!(bench.studio.forget_account(account.id.clone()).await.unwrap_err().code, "rotation_open");

    // The program ends, and the old key's deletion gets no answer the next time.
    let bench = bench.reopen().await;
    keep_for_good(&bench).await;
    bench.arm(json!({"operation": "deleteApiKey", "kind": "lost_answer", "after": 1})).await;
    let left = bench.studio.account_keys(&account.id).await.unwrap().rotations;
    assert_eq!(left.len(), 1);
    let stopped = bench.studio.go_on_rotation(&stopped.id, false).await.unwrap();
    let bench = if let Some(stopped) = stopped {
        assert!(stopped.problem.is_some());
        let bench = bench.reopen().await;
        keep_for_good(&bench).await;
        assert!(bench.studio.test_account(account.id.clone()).await.is_ok(), "one of the two works");
        let mut left = Some(stopped);
        // Each answer that is lost is one more question.
        for _ in 0..3 {
            let Some(rotation) = left else { break };
            left = bench.studio.go_on_rotation(&rotation.id, false).await.unwrap();
        }
        assert_eq!(left, None);
        bench
    } else {
        bench
    };
    let now = bench.studio.account_keys(&account.id).await.unwrap();
    assert!(now.rotations.is_empty() && now.keys.iter().all(|key| key.id != old.id));
    let named: Vec<_> = now.keys.iter().filter(|key| key.description == old.description).collect();
    assert_eq!(named.len(), 1, "no key that nobody knows is left");
    assert_eq!(named[0].role, Some(KeyRole::Own));
    assert!(bench.studio.test_account(account.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_can_be_given_up() {
    let bench = Bench::new().await;
    keep_for_good(&bench).await;
    let old = bench.studio.create_key(RUN, form("the server's")).await.unwrap();
    let waiting = bench.studio.rotate_key(RUN, &old.id).await.unwrap().unwrap();
    bench.studio.give_up_rotation(&waiting.id).await.unwrap();
    let now = bench.studio.account_keys(RUN).await.unwrap();
    assert!(now.rotations.is_empty() && now.keys.iter().any(|key| key.id == old.id));
    let before = now.keys.len();
    assert!(now.keys.iter().all(|key| Some(&key.id) != waiting.new_key.as_ref()));

    // An answer was lost, and another key was made that has the same mark: neither is left.
    bench.arm(json!({"operation": "createApiKey", "kind": "lost_answer"})).await;
    let lost = bench.studio.rotate_key(RUN, &old.id).await.unwrap().unwrap();
    let keys = bench.studio.account_keys(RUN).await.unwrap().keys;
    let marked = keys.iter().find(|key| key.description.contains(" [new ")).unwrap();
    bench.studio.create_key(RUN, form(&marked.description)).await.unwrap();
    bench.studio.give_up_rotation(&lost.id).await.unwrap();
    assert_eq!(bench.studio.account_keys(RUN).await.unwrap().keys.len(), before);
    assert!(bench.studio.made_key(waiting.stored_as.as_ref().unwrap()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_replaced_by_one_that_goes_with_the_program() {
    let bench = Bench::new().await;
    let old = bench.studio.create_key(RUN, form("the server's")).await.unwrap();
    if old.place == VaultPlace::Keychain {
        return;
    }
    assert_eq!(old.place, VaultPlace::Memory);
    let before = bench.posts("createApiKey").await;
    assert_eq!(bench.studio.rotate_key(RUN, &old.id).await.unwrap_err().code, "key_not_kept");
    assert_eq!(bench.posts("createApiKey").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_told_by_group_and_those_run_into_are_logged() {
    let bench = Bench::new().await;
    let limits = bench.studio.account_limits(RUN).await.unwrap();
    assert!(limits.access && limits.groups.len() > 1 && limits.groups.len() < 20);
    assert_eq!(limits.tier.as_deref(), Some("paid"));
    assert!(bench.studio.limit_hits(RUN).await.is_ok());
}
