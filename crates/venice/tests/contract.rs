//! The crate against Venice's own description and models, where they are at hand.
//!
//! They are looked for in the folder `VENICE_REFERENCE` names, else in `shared/venice` beside the checkout, as
//! `openapi.json` and `models.json`. Without them these tests say so and check nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use venice::models::ModelList;
use venice::{Group, OPERATIONS};

pub fn reference(name: &str) -> Option<Value> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/venice"));
    let file = std::env::var_os("VENICE_REFERENCE").map_or_else(beside, PathBuf::from).join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: {} isn't there", file.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// What the description marks as payable, though it is the queueing that is charged, or money that comes in.
const CHARGED_ELSEWHERE: &[&str] =
    &["retrieveAudio", "completeAudio", "retrieveVideo", "completeVideo", "topUpX402Balance"];

#[test]
fn the_operations_are_those_of_the_description() {
    let Some(description) = reference("openapi.json") else { return };
    let mut described_there = 0;
    for operation in OPERATIONS.iter().filter(|operation| operation.group != Group::Tee) {
        let described = &description["paths"][operation.path][operation.method.as_str().to_lowercase()];
        assert!(described.is_object(), "{} {}", operation.method.as_str(), operation.path);
        described_there += 1;
        if let Some(id) = described["operationId"].as_str() {
            assert_eq!(id, operation.id);
        }
        let payable = described.get("x-payment-info").is_some();
        assert_eq!(payable, operation.paid || CHARGED_ELSEWHERE.contains(&operation.id), "{}", operation.id);
    }
    let methods = ["get", "post", "put", "patch", "delete"];
    let paths = description["paths"].as_object().unwrap().values();
    let all: usize =
        paths.map(|path| methods.iter().filter(|method| path.get(method).is_some()).count()).sum();
    assert_eq!(described_there, all);
}

#[test]
fn every_real_model_is_read_completely() {
    let Some(models) = reference("models.json") else { return };
    let count = models.as_array().unwrap().len();
    let list =
        ModelList::from_json(json!({"data": models, "object": "list", "type": "all"}).to_string().as_bytes())
            .unwrap();
    assert_eq!((list.models.len(), list.skipped.len()), (count, 0));
    for model in &list.models {
        assert!(!matches!(model.model_type, venice::models::ModelType::Other(_)), "{}", model.id);
        assert!(
            model.extra.is_empty() && model.spec.extra.is_empty(),
            "{}: {:?}",
            model.id,
            model.spec.extra
        );
        if let Some(pricing) = &model.spec.pricing {
            assert!(pricing.is_fully_read(), "{}: {:?}", model.id, pricing.extra);
        }
    }
    // What was written is written back: the same fields, and prices that differ by their rounding alone.
    let original = models.as_array().unwrap().iter().zip(&list.models);
    for (original, model) in original {
        let written = serde_json::to_value(model).unwrap();
        let mut lost = BTreeSet::new();
        compare("", original, &written, &mut lost);
        assert!(lost.is_empty(), "{}: {lost:?}", model.id);
    }
}

fn compare(path: &str, original: &Value, written: &Value, lost: &mut BTreeSet<String>) {
    match (original, written) {
        (Value::Object(original), Value::Object(written)) => {
            for (key, value) in original {
                let path = format!("{path}.{key}");
                match written.get(key) {
                    Some(written) => compare(&path, value, written, lost),
                    None => drop(lost.insert(path)),
                }
            }
        }
        (Value::Number(original), Value::Number(written)) => {
            let difference = original.as_f64().unwrap() - written.as_f64().unwrap();
            if difference.abs() > 1e-12 {
                lost.insert(path.to_owned());
            }
        }
        // Moments may be written with fewer zeros.
        (Value::String(original), Value::String(written)) => {
            let same_moment =
                || original.parse::<jiff::Timestamp>().ok() == written.parse::<jiff::Timestamp>().ok();
            if original != written && !same_moment() {
                lost.insert(path.to_owned());
            }
        }
        (original, written) if original != written => drop(lost.insert(path.to_owned())),
        _ => {}
    }
}
