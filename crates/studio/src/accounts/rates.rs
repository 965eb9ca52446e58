//! How often an account may ask, and where it has run into that.

use std::collections::HashMap;

use venice::{AuthNeed, account::ApiKeyRateLimits};

use super::{
    payers::needs_admin_key,
    view::{LimitGroup, LimitHit, LimitView, LimitsView},
};
use crate::{Result, Studio};

impl Studio {
    /// How often an account may ask now.
    pub async fn account_limits(&self, account: &str) -> Result<LimitsView> {
        let payer = self.payer_for(account, AuthNeed::ApiKey).await?;
        let limits = payer.client.get_api_key_rate_limits().await?.value;
        self.note_balances(account, super::balances_in(&limits)).await?;
        Ok(LimitsView {
            access: limits.access_permitted,
            tier: limits.api_tier.id.clone(),
            charged: limits.api_tier.is_charged,
            expires_at: limits.key_expiration.map(|at| at.to_string()),
            epoch_at: limits.next_epoch_begins.map(|at| at.to_string()),
            groups: grouped(&limits),
        })
    }

    /// The limits an account ran into lately, the last first.
    pub async fn limit_hits(&self, account: &str) -> Result<Vec<LimitHit>> {
        let payer = self.admin_payer(account).await?;
        let hits = match payer.client.get_api_key_rate_limit_logs().await {
            Ok(hits) => hits.value,
            Err(error) => return Err(self.of_admin(account, error).await),
        };
        let names: HashMap<String, String> = match payer.client.get_api_keys().await {
            Ok(keys) => keys.value.into_iter().filter_map(|key| Some((key.id, key.description?))).collect(),
            // The log is worth showing without names.
            Err(_) => HashMap::new(),
        };
        let mut hits: Vec<_> = hits
            .into_iter()
            .map(|hit| {
                let row = LimitHit {
                    at: hit.timestamp.to_string(),
                    kind: hit.rate_limit_type.as_str().to_owned(),
                    model: hit.model_id,
                    tier: hit.rate_limit_tier,
                    key: hit.api_key_id.map(|id| names.get(&id).cloned().unwrap_or(id)),
                };
                (hit.timestamp, row)
            })
            .collect();
        hits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(hits.into_iter().map(|(_, hit)| hit).collect())
    }

    /// A refusal of a key that was never known to be an admin key is about that.
    pub(super) async fn of_admin(&self, account: &str, error: venice::Error) -> crate::AppError {
        let let_out = matches!(error.api().map(|api| api.status), Some(401 | 403));
        let is_admin = self.account(account).await.is_ok_and(|account| account.admin);
        if let_out && !is_admin { needs_admin_key() } else { error.into() }
    }
}

/// Hundreds of models have a handful of limits.
fn grouped(limits: &ApiKeyRateLimits) -> Vec<LimitGroup> {
    let mut groups: Vec<LimitGroup> = Vec::new();
    for model in &limits.rate_limits {
        let Some(id) = model.api_model_id.clone() else { continue };
        let own: Vec<LimitView> = model
            .rate_limits
            .iter()
            .map(|limit| LimitView { kind: limit.kind.as_str().to_owned(), amount: limit.amount })
            .collect();
        match groups.iter_mut().find(|group| group.limits == own) {
            Some(group) => group.models.push(id),
            None => groups.push(LimitGroup { limits: own, models: vec![id] }),
        }
    }
    let first = |group: &LimitGroup| group.limits.first().map_or(f64::INFINITY, |limit| limit.amount);
    groups.sort_by(|one, other| first(one).total_cmp(&first(other)));
    groups
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn models_with_the_same_limits_stand_together() {
        let model =
            |id: &str, rpm: f64| json!({"apiModelId": id, "rateLimits": [{"amount": rpm, "type": "RPM"}]});
        let answer = json!({"data": {"accessPermitted": true, "rateLimits": [model("a", 50.0), model("b", 20.0), model("c", 50.0)]}});
        let limits = ApiKeyRateLimits::from_json(answer.to_string().as_bytes()).unwrap();
        let seen: Vec<_> =
            grouped(&limits).into_iter().map(|group| (group.limits[0].amount, group.models)).collect();
        assert_eq!(seen, [(20.0, vec!["b".to_owned()]), (50.0, vec!["a".to_owned(), "c".to_owned()])]);
    }
}
