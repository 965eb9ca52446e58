//! An account's keys, for whoever has an admin key: listed, made, changed, deleted. What makes or changes one is a call
//! like any other, written down before it is sent.

use std::{collections::HashSet, sync::Arc};

use jiff::civil::Date;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use venice::account::{
    ApiKey, ApiKeyType, ConsumptionLimit, CreateApiKey, DeleteApiKey, Expiry, KeyUsage, LimitPeriod,
    ModelPrivacy, SpendLimit, UpdateApiKey,
};

use super::{
    SANDBOX, ends_with,
    keeping::made_name,
    view::{
        AccountKind, AccountView, KeyForm, KeyKind, KeyLimits, KeyRole, KeyView, KeysView, NewKeyView,
        VaultPlace,
    },
};
use crate::{
    AppError, Result, Studio,
    calls::{Callable, Tell, view::With},
    error::Code,
    money::{Currency, Money},
};

/// The most characters of a key's description.
pub(super) const LONGEST_DESCRIPTION: usize = 64;

impl Studio {
    /// The keys of an account, the last made first as Venice lists them, and those that are being replaced.
    pub async fn account_keys(&self, account: &str) -> Result<KeysView> {
        let listed = self.listed_keys(account).await?;
        let view = self.account(account).await?;
        let here = self.made_here(&listed).await;
        let keys =
            listed.iter().map(|key| self.key_view(&view, &listed, key, here.contains(&key.id))).collect();
        let rotations = self.rotations(account).await?;
        Ok(KeysView { account: account.to_owned(), pretend: view.pretend, keys, rotations })
    }

    pub(super) async fn listed_keys(&self, account: &str) -> Result<Vec<ApiKey>> {
        let payer = self.admin_payer(account).await?;
        match payer.client.get_api_keys().await {
            Ok(listed) => Ok(listed.value),
            Err(error) => Err(self.of_admin(account, error).await),
        }
    }

    /// Makes a key. It goes straight to where secrets are kept.
    pub async fn create_key(&self, account: &str, form: KeyForm) -> Result<NewKeyView> {
        let description = described(&form)?;
        let mut request = CreateApiKey::new(kind_of(form.kind), description);
        request.expires_at = expiry(form.expires.as_deref())?;
        request.consumption_limit = Some(limit(&form)?);
        request.limit_period = form.period.as_deref().map(LimitPeriod::from);
        request.model_privacy = form.privacy.as_deref().map(ModelPrivacy::from);
        self.make_key(account, request).await
    }

    /// Asks for a key, and keeps it before anything else is done.
    pub(super) async fn make_key(&self, account: &str, request: CreateApiKey) -> Result<NewKeyView> {
        let made = self.call_of(account, request).await?;
        Ok(NewKeyView {
            stored_as: made.stored_as.unwrap_or_else(|| made_name(&made.key.id)),
            id: made.key.id,
            description: made.key.description.unwrap_or_default(),
            ends_with: made.last6,
            place: made.place.unwrap_or(VaultPlace::Memory),
        })
    }

    /// Changes a key's name, end and limits.
    pub async fn change_key(&self, account: &str, id: &str, form: KeyForm) -> Result<KeyView> {
        let mut request = UpdateApiKey::new(id).description(described(&form)?);
        request.expires_at = expiry(form.expires.as_deref())?;
        request.consumption_limit = Some(limit(&form)?);
        request.limit_period = form.period.as_deref().map(LimitPeriod::from);
        request.model_privacy = form.privacy.as_deref().map(ModelPrivacy::from);
        self.call_of(account, request).await?;
        let keys = self.account_keys(account).await?.keys;
        keys.into_iter().find(|key| key.id == id).ok_or_else(|| AppError::not_found("key"))
    }

    /// Takes a key away for good. Not one that the account here asks with: that would lock it out.
    pub async fn delete_key(&self, account: &str, id: &str) -> Result<KeysView> {
        let before = self.account_keys(account).await?;
        let Some(key) = before.keys.into_iter().find(|key| key.id == id) else {
            return self.account_keys(account).await;
        };
        if key.role.is_some() {
            return Err(AppError::new(
                Code::KeyInUseHere,
                "This account works with this key.",
                "Replace the key instead: the old one is deleted when the new one works.",
            ));
        }
        self.is_of_no_account(key.ends_with.as_deref()).await?;
        if before
            .rotations
            .iter()
            .any(|rotation| rotation.old_key == id || rotation.new_key.as_deref() == Some(id))
        {
            return Err(super::rotation::rotation_open());
        }
        self.call_of(account, DeleteApiKey::new(id)).await?;
        self.forget_made_key(id).await?;
        self.account_keys(account).await
    }

    /// An error where a key ends like one that another account here works with: without it that one would be locked out.
    pub(super) async fn is_of_no_account(&self, last: Option<&str>) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        let is_it = |ends: &Option<String>| ends.as_deref().is_some_and(|ends| last.ends_with(ends));
        let accounts = self.accounts().await?;
        let user = accounts.iter().find(|one| is_it(&one.ends_with) || is_it(&one.admin_ends_with));
        let Some(user) = user else { return Ok(()) };
        Err(AppError::new(
            Code::KeyInUseHere,
            format!("The account {} works with this key.", user.name),
            "Replace it there: the old one is deleted when the new one works.",
        ))
    }

    /// A call in the name of an account's admin key.
    pub(super) async fn call_of<R: Callable>(&self, account: &str, request: R) -> Result<R::View> {
        let payer = self.admin_payer(account).await?;
        let quiet: Tell = Arc::new(|_| {});
        Ok(self.call_by(payer, request, With::default(), quiet).await?.answer)
    }

    /// The ids of keys that were made here and can still be copied.
    async fn made_here(&self, listed: &[ApiKey]) -> HashSet<String> {
        let mut here = HashSet::new();
        for key in listed {
            match self.has_made_key(&key.id).await {
                Ok(true) => {
                    here.insert(key.id.clone());
                }
                Ok(false) => {}
                // The place doesn't answer: each further question would wait as long.
                Err(_) => break,
            }
        }
        here
    }

    fn key_view(&self, account: &AccountView, listed: &[ApiKey], key: &ApiKey, here: bool) -> KeyView {
        let role = self.role_of(account, listed, key);
        KeyView {
            id: key.id.clone(),
            kind: key.api_key_type.as_str().to_owned(),
            description: key.description.clone().unwrap_or_default(),
            ends_with: key.last_6_chars.clone(),
            limits: limits_of(key),
            privacy: key.model_privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
            created_at: key.created_at.map(|at| at.to_string()),
            expires_at: key.expires_at.map(|at| at.to_string()),
            used_at: key.last_used_at.map(|at| at.to_string()),
            week: key.usage.map(|usage| amounts(usage.trailing_seven_days)).unwrap_or_default(),
            period: key.current_period_usage.map(amounts).unwrap_or_default(),
            role,
            stored_as: here.then(|| made_name(&key.id)),
            // The keys of an account that was given from outside can't be switched here.
            changeable: role.is_none() || account.kind == AccountKind::Key,
        }
    }

    /// What a key is to an account here.
    pub(super) fn role_of(&self, account: &AccountView, listed: &[ApiKey], key: &ApiKey) -> Option<KeyRole> {
        let given = self.inner.accounts.given(&account.id);
        let own = match given {
            Some(endpoint) => ends_with(endpoint.key.expose_secret()),
            None => account.ends_with.clone(),
        };
        let admin = match given.and_then(|endpoint| endpoint.admin_key.as_ref()) {
            Some(key) => ends_with(key.expose_secret()),
            None if account.id == SANDBOX => None,
            None => account.admin_ends_with.clone(),
        };
        let is = |ends: Option<String>| {
            only_match(listed, ends.as_deref()).is_some_and(|found| found.id == key.id)
        };
        if is(own) {
            Some(KeyRole::Own)
        } else if is(admin) {
            Some(KeyRole::Admin)
        } else {
            None
        }
    }
}

/// The one key that ends so; none where there are several, or none.
pub(super) fn only_match<'a>(listed: &'a [ApiKey], ends: Option<&str>) -> Option<&'a ApiKey> {
    let ends = ends?;
    let mut fitting =
        listed.iter().filter(|key| key.last_6_chars.as_deref().is_some_and(|last| last.ends_with(ends)));
    fitting.next().filter(|_| fitting.next().is_none())
}

pub(super) fn limits_of(key: &ApiKey) -> KeyLimits {
    let limits = key.consumption_limits;
    let text = |amount: Option<Decimal>| amount.map(|amount| amount.normalize().to_string());
    KeyLimits {
        usd: text(limits.usd),
        diem: text(limits.diem.or(limits.vcu)),
        period: key.limit_period.as_ref().map(|period| period.as_str().to_owned()),
    }
}

fn amounts(used: KeyUsage) -> Vec<Money> {
    let money = |amount: Option<Decimal>, currency| {
        amount.map(|amount| Money { amount: amount.normalize(), currency })
    };
    // DIEM's older name holds where the newer one says nothing.
    let diem = used.diem.or(used.vcu);
    [money(used.usd, Currency::Usd), money(diem, Currency::Diem)].into_iter().flatten().collect()
}

fn kind_of(kind: KeyKind) -> ApiKeyType {
    match kind {
        KeyKind::Inference => ApiKeyType::Inference,
        KeyKind::Admin => ApiKeyType::Admin,
    }
}

fn described(form: &KeyForm) -> Result<String> {
    let description = form.description.trim();
    if description.is_empty() {
        return Err(invalid("description", "is empty"));
    }
    if description.chars().count() > LONGEST_DESCRIPTION {
        return Err(invalid("description", "has more than 64 characters"));
    }
    Ok(description.to_owned())
}

fn limit(form: &KeyForm) -> Result<ConsumptionLimit> {
    Ok(ConsumptionLimit::new()
        .usd(spend_limit("limit_usd", &form.limit_usd)?)
        .diem(spend_limit("limit_diem", &form.limit_diem)?))
}

fn spend_limit(field: &str, typed: &str) -> Result<SpendLimit> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(SpendLimit::Unlimited);
    }
    let amount: Decimal = typed.parse().map_err(|_| invalid(field, "is no amount"))?;
    if amount.is_sign_negative() || amount > Decimal::from(9_999_999_999_u64) {
        return Err(invalid(field, "is not between 0 and 9,999,999,999"));
    }
    Ok(SpendLimit::UpTo(amount))
}

fn expiry(typed: Option<&str>) -> Result<Option<Expiry>> {
    match typed.map(str::trim) {
        None => Ok(None),
        Some("") => Ok(Some(Expiry::Never)),
        Some(day) => {
            let day: Date = day.parse().map_err(|_| invalid("expires", "is no day"))?;
            Ok(Some(Expiry::Day(day)))
        }
    }
}

/// A field that can't be sent as it is.
pub(crate) fn invalid(field: &str, reason: &str) -> AppError {
    AppError::new(Code::FieldInvalid, format!("{field} {reason}."), "Change it, then send it again.")
        .param("field", field)
        .param("reason", reason)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn form() -> KeyForm {
        KeyForm {
            kind: KeyKind::Inference,
            description: " mine ".into(),
            expires: None,
            limit_usd: String::new(),
            limit_diem: "2.50".into(),
            period: None,
            privacy: None,
        }
    }

    #[test]
    fn an_empty_limit_is_none_and_amounts_stay_decimal() {
        assert_eq!(described(&form()).unwrap(), "mine");
        let sent = serde_json::to_value(limit(&form()).unwrap()).unwrap();
        assert_eq!(sent, json!({"usd": null, "diem": 2.5}));
    }

    #[rstest]
    #[case("-1")]
    #[case("ten")]
    #[case("10000000000")]
    fn what_is_no_limit_is_refused(#[case] typed: &str) {
        assert_eq!(spend_limit("limit_usd", typed).unwrap_err().code, "field_invalid");
    }

    #[test]
    fn an_end_that_is_left_alone_isn_t_sent() {
        assert_eq!(expiry(None).unwrap(), None);
        assert_eq!(expiry(Some("")).unwrap(), Some(Expiry::Never));
        assert_eq!(expiry(Some("2027-01-31")).unwrap(), Some(Expiry::Day(Date::constant(2027, 1, 31))));
        assert!(expiry(Some("soon")).is_err());
    }

    #[test]
    fn two_keys_with_one_end_are_nobody_s() {
        let key = |id: &str, last: &str| -> ApiKey {
            serde_json::from_value(json!({"id": id, "apiKeyType": "INFERENCE", "last6Chars": last})).unwrap()
        };
        let listed = [key("a", "abcdef"), key("b", "000000"), key("c", "000000")];
        assert_eq!(only_match(&listed, Some("cdef")).map(|key| key.id.as_str()), Some("a"));
        assert!(only_match(&listed, Some("000000")).is_none());
        assert!(only_match(&listed, None).is_none());
    }
}
