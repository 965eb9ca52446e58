//! The limit on one click, and keys.

use studio::settings::SettingsPatch;

use crate::bench::{Bench, make};

async fn limit(bench: &Bench, limit: &str) {
    let patch = SettingsPatch { per_click_limit_usd: Some(limit.into()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_over_the_limit_of_one_click_is_sent() {
    let bench = Bench::new().await;
    limit(&bench, "0.001").await;
    let estimate = bench.studio.estimate_picture(&make("a canal", 4)).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "limit_per_click");
    assert_eq!(bench.start(make("a canal", 4)).await.unwrap_err().code, "limit_per_click");
    assert_eq!(bench.posts("generateImage").await, 0);
    limit(&bench, "").await;
    assert_eq!(bench.studio.estimate_picture(&make("a canal", 4)).await.unwrap().problem, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_no_key_is_refused_before_it_is_sent() {
    let bench = Bench::new().await;
    for typed in ["two words of a key here", "line\nbreak-in-the-middle", "", "x"] {
        let error = bench.studio.add_key_account("Mine".into(), typed.to_owned().into()).await.unwrap_err();
        assert_eq!(error.code, "key_malformed", "{typed:?}");
        assert!(typed.is_empty() || typed.len() < 5 || !format!("{error:?}").contains(typed));
    }
    let wrong = "sandbox-wrong-key-0123456789abcdef";
    let error = bench.studio.add_key_account("Mine".into(), wrong.to_owned().into()).await.unwrap_err();
    assert_eq!(error.code, "AUTHENTICATION_FAILED");
    assert!(!format!("{error:?}").contains(wrong));
    assert_eq!(bench.studio.accounts().await.unwrap().len(), 2, "nothing was added");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_key_becomes_an_account_that_pays() {
    let bench = Bench::new().await;
    let key = format!("  {}\n", bench.sandbox.api_key());
    let account = bench.studio.add_key_account(" Mine ".into(), key.into()).await.unwrap();
    assert_eq!((account.name.as_str(), account.selected), ("Mine", true));
    assert!(!account.balances.is_empty());
    assert!(account.ends_with.as_ref().is_none_or(|end| end.len() <= 6));
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!(job.account, account.id);
    let printed = format!("{:?}", bench.studio.accounts().await.unwrap());
    assert!(!printed.contains(bench.sandbox.api_key()));
    let left = bench.studio.forget_account(account.id).await.unwrap();
    assert_eq!(left.len(), 2);
}
