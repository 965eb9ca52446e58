//! What is new, dearer, cheaper, retiring or gone between two moments of a list.

use std::{cmp::Ordering, collections::BTreeMap};

use store::ModelVersion;
use venice::models::Model;

use super::{
    entry::{name_of, retirement_of},
    listed,
    view::{ChangeKind, ModelChange, PriceChange, PriceLine, PricePart},
};

type Moment = BTreeMap<String, ModelVersion>;
/// What a price is for, and more about that.
type Part = (PricePart, Option<String>);

/// What became of each model; `after` knows all that `before` knew. One that was changed and changed back is left out.
pub(crate) fn between(before: &Moment, after: &Moment) -> Vec<ModelChange> {
    let mut all = Vec::new();
    for (id, version) in after {
        let was = before.get(id).and_then(read);
        let is = read(version);
        let at = version.at.to_string();
        let mut add = |change, model: &Model, prices: Vec<PriceChange>| {
            all.push(ModelChange {
                model: id.clone(),
                name: name_of(model),
                kind: model.model_type.as_str().to_owned(),
                change,
                at: at.clone(),
                prices,
                retirement: retirement_of(model),
            });
        };
        match (was, is) {
            (None, Some(is)) => add(ChangeKind::New, &is, Vec::new()),
            (Some(was), None) => add(ChangeKind::Gone, &was, Vec::new()),
            (Some(was), Some(is)) => {
                if let Some((change, prices)) = prices_between(&was, &is) {
                    add(change, &is, prices);
                }
                // Some only tell what is to be used in their place, and not when.
                let ends = |model: &Model| retirement_of(model).map(|retirement| retirement.at);
                match (ends(&was), ends(&is)) {
                    (Some(_), None) => add(ChangeKind::Stays, &is, Vec::new()),
                    (before, Some(now)) if before.as_ref() != Some(&now) => {
                        add(ChangeKind::Retiring, &is, Vec::new());
                    }
                    _ => {}
                }
            }
            (None, None) => {}
        }
    }
    all
}

fn read(version: &ModelVersion) -> Option<Model> {
    serde_json::from_value(version.value.clone()?).ok()
}

fn prices_between(was: &Model, is: &Model) -> Option<(ChangeKind, Vec<PriceChange>)> {
    if was.spec.pricing == is.spec.pricing {
        return None;
    }
    let by_part = |model: &Model| -> BTreeMap<Part, PriceLine> {
        let lines = listed::lines(model).into_iter();
        lines.map(|line| ((line.part, line.detail.clone()), line)).collect()
    };
    let (mut before, after) = (by_part(was), by_part(is));
    let mut changes = Vec::new();
    let (mut rises, mut falls, mut otherwise) = (false, false, false);
    for ((part, detail), line) in after {
        let old = before.remove(&(part, detail.clone()));
        match &old {
            Some(old) if old.amount.currency == line.amount.currency && old.per == line.per => {
                match line.amount.amount.cmp(&old.amount.amount) {
                    Ordering::Equal => continue,
                    Ordering::Greater => rises = true,
                    Ordering::Less => falls = true,
                }
            }
            _ => otherwise = true,
        }
        // What a price in another measure was can't be set beside what it is.
        let then = old.filter(|old| old.per == line.per).map(|old| old.amount);
        changes.push(PriceChange { part, detail, per: line.per, before: then, after: Some(line.amount) });
    }
    for ((part, detail), line) in before {
        otherwise = true;
        changes.push(PriceChange { part, detail, per: line.per, before: Some(line.amount), after: None });
    }
    // A part that can't be read may have changed; then nobody knows which way the whole went.
    let unread = listed::has_more(was) || listed::has_more(is);
    if changes.is_empty() && !unread {
        return None;
    }
    let kind = match (rises, falls, otherwise || unread) {
        (true, false, false) => ChangeKind::Dearer,
        (false, true, false) => ChangeKind::Cheaper,
        _ => ChangeKind::Repriced,
    };
    Some((kind, changes))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn version(at: i64, spec: Option<Value>) -> ModelVersion {
        let value = spec.map(|spec| json!({"id": "m", "type": "text", "model_spec": spec}));
        ModelVersion { at: Timestamp::from_second(at).unwrap(), value }
    }

    fn changes(was: Option<Value>, is: Option<Value>) -> Vec<ModelChange> {
        let before = was.map(|spec| ("m".to_owned(), version(1, Some(spec)))).into_iter().collect();
        between(&before, &BTreeMap::from([("m".to_owned(), version(2, is))]))
    }

    fn kinds(was: Option<Value>, is: Option<Value>) -> Vec<ChangeKind> {
        changes(was, is).into_iter().map(|change| change.change).collect()
    }

    fn priced(input: f64, output: f64) -> Value {
        json!({"pricing": {"input": {"usd": input}, "output": {"usd": output}}})
    }

    #[rstest]
    #[case(None, Some(priced(1.0, 2.0)), vec![ChangeKind::New])]
    #[case(Some(priced(1.0, 2.0)), None, vec![ChangeKind::Gone])]
    #[case(Some(priced(1.0, 2.0)), Some(priced(1.0, 2.0)), vec![])]
    #[case(Some(priced(1.0, 2.0)), Some(priced(1.0, 2.5)), vec![ChangeKind::Dearer])]
    #[case(Some(priced(1.0, 2.0)), Some(priced(0.5, 2.0)), vec![ChangeKind::Cheaper])]
    #[case(Some(priced(1.0, 2.0)), Some(priced(0.5, 2.5)), vec![ChangeKind::Repriced])]
    #[case(Some(priced(1.0, 2.0)), Some(json!({"pricing": {"input": {"usd": 1}}})), vec![ChangeKind::Repriced])]
    #[case(Some(priced(1.0, 2.0)), Some(json!({"pricing": {"input": {"diem": 1}, "output": {"usd": 2}}})), vec![ChangeKind::Repriced])]
    #[case(Some(priced(1.0, 2.0)), Some(json!({"pricing": {"input": {"usd": 2}, "output": {"usd": 2}, "per_moon": 1}})), vec![ChangeKind::Repriced])]
    #[case(Some(priced(1.0, 2.0)), Some(json!({"name": "Other", "pricing": {"input": {"usd": 1}, "output": {"usd": 2}}})), vec![])]
    fn what_became_of_a_model(
        #[case] was: Option<Value>,
        #[case] is: Option<Value>,
        #[case] expected: Vec<ChangeKind>,
    ) {
        assert_eq!(kinds(was, is), expected);
    }

    #[test]
    fn a_rise_says_what_it_was() {
        let found = changes(Some(priced(1.0, 2.0)), Some(priced(1.0, 2.5)));
        let [price] = &found[0].prices[..] else { panic!("one price rose") };
        assert_eq!(price.part, PricePart::Written);
        let amount = |money: Option<crate::money::Money>| money.map(|money| money.amount.to_string());
        assert_eq!(
            (amount(price.before).as_deref(), amount(price.after).as_deref()),
            (Some("2"), Some("2.5"))
        );
        assert_eq!(found[0].at, "1970-01-01T00:00:02Z");
    }

    #[test]
    fn an_end_is_told_moved_and_taken_back() {
        let ends = |day: &str| Some(json!({"deprecation": {"removesAt": day, "replacementModelId": "n"}}));
        let (one, other) = (ends("2027-01-01T00:00:00Z"), ends("2027-02-01T00:00:00Z"));
        let found = changes(Some(json!({})), one.clone());
        assert_eq!(found[0].change, ChangeKind::Retiring);
        let retirement = found[0].retirement.clone().unwrap();
        assert_eq!(retirement.at.as_deref(), Some("2027-01-01T00:00:00Z"));
        assert_eq!(retirement.replacement.as_deref(), Some("n"));
        assert_eq!(kinds(one.clone(), one.clone()), []);
        assert_eq!(kinds(one.clone(), other), [ChangeKind::Retiring]);
        assert_eq!(kinds(one.clone(), Some(json!({}))), [ChangeKind::Stays]);
        let some_day = Some(json!({"deprecation": {"replacementModelId": "n"}}));
        assert_eq!(kinds(Some(json!({})), some_day.clone()), [ChangeKind::Retiring]);
        assert_eq!(kinds(some_day, one), [ChangeKind::Retiring]);
    }
}
