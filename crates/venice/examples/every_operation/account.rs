//! Keys, billing, block chains and wallets.

use crate::{Report, Setting, ensure};

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    let Setting { client, admin, .. } = setting;
    report
        .check("getBillingBalance", async {
            let balance = admin.get_billing_balance().await?.value;
            ensure!(balance.balances.usd.is_some() || balance.balances.diem.is_some(), "no balance in it");
            Ok(())
        })
        .await;
    report
        .check("getApiKeyRateLimits", async {
            let limits = client.get_api_key_rate_limits().await?.value;
            ensure!(limits.access_permitted, "the key has no access");
            ensure!(limits.rate_limits.iter().any(|model| !model.rate_limits.is_empty()), "no limits");
            Ok(())
        })
        .await;
}
