//! Reading the fields of a request one by one, keeping every complaint: JSON and multipart forms alike.
//!
//! What is left over when a request has taken its fields is unknown, and refused.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::{Map, Value};

use crate::{
    file_part::FilePart,
    refusal::{Issue, Refusal, Step},
};

/// One value of a field.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    /// From a JSON body.
    Json(Value),
    /// A text part of a form; numbers and flags arrive as text.
    Text(String),
    /// A file part of a form.
    File(FilePart),
}

/// The fields of a request, and what was found wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    entries: BTreeMap<String, Vec<Entry>>,
    issues: Vec<Issue>,
    path: Vec<Step>,
    /// Whether they came as a form, or as a query.
    pub(crate) from_form: bool,
}

impl Fields {
    pub(crate) fn from_json(object: Map<String, Value>) -> Self {
        let entries = object.into_iter().map(|(name, value)| (name, vec![Entry::Json(value)])).collect();
        Self { entries, ..Self::default() }
    }

    pub(crate) fn from_form(parts: Vec<(String, Entry)>) -> Self {
        let mut fields = Self { from_form: true, ..Self::default() };
        for (name, entry) in parts {
            let name = name.strip_suffix("[]").map(str::to_owned).unwrap_or(name);
            fields.entries.entry(name).or_default().push(entry);
        }
        fields
    }

    /// The fields of a query.
    pub(crate) fn from_query(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Self::from_form(
            pairs.map(|(name, value)| (name.into_owned(), Entry::Text(value.into_owned()))).collect(),
        )
    }

    /// The JSON fields as they were sent, except for these.
    pub(crate) fn echo(&self, without: &[&str]) -> Map<String, Value> {
        let told = self.entries.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        told.filter_map(|(name, entries)| match entries.as_slice() {
            [Entry::Json(value)] => Some((name.clone(), value.clone())),
            _ => None,
        })
        .collect()
    }

    /// These fields may be null, which says the same as leaving them out.
    pub(crate) fn nullable(&mut self, names: &[&str]) {
        for name in names {
            if matches!(self.entries.get(*name).map(Vec::as_slice), Some([Entry::Json(Value::Null)])) {
                self.entries.remove(*name);
            }
        }
    }

    /// Null stands for this value.
    pub(crate) fn null_means(&mut self, name: &str, value: Value) {
        if let Some([Entry::Json(sent @ Value::Null)]) = self.entries.get_mut(name).map(Vec::as_mut_slice) {
            *sent = value;
        }
    }

    pub(crate) fn reject(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let mut path = self.path.clone();
        path.push(name.into());
        self.issues.push(Issue { path, code, message: message.into() });
    }

    /// Every value of a field: a JSON list, or repeated parts of a form.
    pub(crate) fn all(&mut self, name: &str) -> Vec<Entry> {
        match self.entries.remove(name) {
            None => Vec::new(),
            Some(entries) => match <[Entry; 1]>::try_from(entries) {
                Ok([Entry::Json(Value::Array(items))]) => items.into_iter().map(Entry::Json).collect(),
                Ok([Entry::Json(other)]) => {
                    self.mistyped(name, "array", &Entry::Json(other));
                    Vec::new()
                }
                Ok([entry]) => vec![entry],
                Err(entries) => entries,
            },
        }
    }

    /// The one value of a field.
    pub(crate) fn one(&mut self, name: &str) -> Option<Entry> {
        let mut entries = self.entries.remove(name)?;
        if entries.len() > 1 {
            self.reject(name, "invalid_type", "Field was sent more than once");
        }
        entries.pop()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// What a JSON field holds, which stays where it is.
    pub(crate) fn peek(&self, name: &str) -> Option<&Value> {
        match self.entries.get(name).map(Vec::as_slice) {
            Some([Entry::Json(value)]) => Some(value),
            _ => None,
        }
    }

    /// Lets pass what was not taken, where the description leaves an object open.
    pub(crate) fn leave_the_rest(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn mistyped(&mut self, name: &str, wanted: &str, got: &Entry) {
        let got = match got {
            Entry::Json(Value::Null) => "null",
            Entry::Json(Value::Bool(_)) => "boolean",
            Entry::Json(Value::Number(_)) => "number",
            Entry::Json(Value::String(_)) | Entry::Text(_) => "string",
            Entry::Json(Value::Array(_)) => "array",
            Entry::Json(Value::Object(_)) => "object",
            Entry::File(_) => "file",
        };
        self.reject(name, "invalid_type", format!("Expected {wanted}, received {got}"));
    }

    /// A text with a length in characters.
    pub(crate) fn text(&mut self, name: &str, lengths: RangeInclusive<usize>) -> Option<String> {
        let text = match self.one(name)? {
            Entry::Json(Value::String(text)) | Entry::Text(text) => text,
            other => {
                self.mistyped(name, "string", &other);
                return None;
            }
        };
        let length = text.chars().count();
        if length < *lengths.start() {
            let least = lengths.start();
            self.reject(name, "too_small", format!("String must contain at least {least} character(s)"));
        } else if length > *lengths.end() {
            let most = lengths.end();
            self.reject(name, "too_big", format!("String must contain at most {most} character(s)"));
        }
        Some(text)
    }

    /// A text that must be there; empty when it isn't, which is then an issue.
    pub(crate) fn required_text(&mut self, name: &str, lengths: RangeInclusive<usize>) -> String {
        self.required(name);
        self.text(name, lengths).unwrap_or_default()
    }

    pub(crate) fn required(&mut self, name: &str) {
        if !self.has(name) {
            self.reject(name, "invalid_type", "Field is required");
        }
    }

    /// One of a few words.
    pub(crate) fn choice(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = match self.one(name)? {
            Entry::Json(Value::String(text)) | Entry::Text(text) => text,
            other => {
                self.mistyped(name, "string", &other);
                return None;
            }
        };
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let expected = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ");
            self.reject(name, "invalid_enum_value", format!("Invalid enum value. Expected {expected}"));
        }
        found
    }

    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let entry = self.one(name)?;
        let number = match &entry {
            Entry::Json(Value::Number(number)) => number.as_f64(),
            Entry::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        };
        let Some(number) = number else {
            self.mistyped(name, "number", &entry);
            return None;
        };
        if number < *range.start() {
            let least = range.start();
            self.reject(name, "too_small", format!("Number must be greater than or equal to {least}"));
        } else if number > *range.end() {
            let most = range.end();
            self.reject(name, "too_big", format!("Number must be less than or equal to {most}"));
        }
        Some(number)
    }

    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i32>) -> Option<i32> {
        let range = f64::from(*range.start())..=f64::from(*range.end());
        let number = self.number(name, range)?;
        if number.fract() != 0.0 {
            self.reject(name, "invalid_type", "Expected integer, received float");
            return None;
        }
        Some(number as i32)
    }

    /// A whole number of any size that JSON carries.
    pub(crate) fn whole(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let exact = self.peek(name).and_then(Value::as_i64);
        let number = self.number(name, *range.start() as f64..=*range.end() as f64)?;
        if number.fract() != 0.0 {
            self.reject(name, "invalid_type", "Expected integer, received float");
            return None;
        }
        Some(exact.unwrap_or(number as i64))
    }

    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.one(name)? {
            Entry::Json(Value::Bool(flag)) => Some(flag),
            Entry::Text(text) if text == "true" => Some(true),
            Entry::Text(text) if text == "false" => Some(false),
            other => {
                self.mistyped(name, "boolean", &other);
                None
            }
        }
    }

    /// A file of a form.
    pub(crate) fn file(&mut self, name: &str) -> Option<FilePart> {
        match self.one(name)? {
            Entry::File(file) => Some(file),
            other => {
                self.mistyped(name, "file", &other);
                None
            }
        }
    }

    /// Texts of a list, each with a length in characters, and no more than `most`.
    pub(crate) fn texts(&mut self, name: &str, lengths: RangeInclusive<usize>, most: usize) -> Vec<String> {
        let entries = self.all(name);
        if entries.len() > most {
            self.reject(name, "too_big", format!("Array must contain at most {most} element(s)"));
        }
        let mut texts = Vec::with_capacity(entries.len());
        for (place, entry) in entries.into_iter().enumerate() {
            let mut item = Self { path: [&self.path[..], &[name.into()]].concat(), ..Self::default() };
            let place = place.to_string();
            item.entries.insert(place.clone(), vec![entry]);
            texts.extend(item.text(&place, lengths.clone()));
            self.issues.append(&mut item.issues);
        }
        texts
    }

    /// Texts of a query: repeated, or with commas between them.
    pub(crate) fn listed(&mut self, name: &str, longest: usize, most: usize) -> Vec<String> {
        let texts: Vec<String> = self
            .texts(name, 0..=usize::MAX, usize::MAX)
            .iter()
            .flat_map(|text| text.split(','))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        if texts.len() > most {
            self.reject(name, "too_big", format!("Array must contain at most {most} element(s)"));
        }
        if texts.iter().any(|text| text.chars().count() > longest) {
            self.reject(name, "too_big", format!("String must contain at most {longest} character(s)"));
        }
        texts
    }

    /// An object, read by `read`, which takes its fields; their complaints are kept here.
    pub(crate) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.one(name)? {
            Entry::Json(Value::Object(object)) => {
                let path = [&self.path[..], &[name.into()]].concat();
                let mut inner = Self { path, ..Self::from_json(object) };
                let found = read(&mut inner);
                inner.refuse_the_rest();
                self.issues.append(&mut inner.issues);
                Some(found)
            }
            other => {
                self.mistyped(name, "object", &other);
                None
            }
        }
    }

    /// Objects in a list, each read by `read`, which takes its fields; their complaints are kept here.
    pub(crate) fn objects<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut found = Vec::new();
        for (place, entry) in self.all(name).into_iter().enumerate() {
            let mut path = self.path.clone();
            path.extend([name.into(), Step::Place(place)]);
            match entry {
                Entry::Json(Value::Object(object)) => {
                    let mut inner = Self { path, ..Self::from_json(object) };
                    found.push(read(&mut inner));
                    inner.refuse_the_rest();
                    self.issues.append(&mut inner.issues);
                }
                _ => {
                    self.issues.push(Issue { path, code: "invalid_type", message: "Expected object".into() });
                }
            }
        }
        found
    }

    fn refuse_the_rest(&mut self) {
        for name in std::mem::take(&mut self.entries).into_keys() {
            self.reject(&name, "unrecognized_keys", format!("Unrecognized key in object: '{name}'"));
        }
    }

    /// Refuses what is unknown, and everything that was found wrong on the way.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        self.refuse_the_rest();
        if self.issues.is_empty() { Ok(()) } else { Err(Refusal::fields(self.issues)) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{answer::Content, file_part::Spool};

    fn complaint(fields: Fields) -> Value {
        match fields.finish().unwrap_err().into_answer().content {
            Content::Whole(body) => serde_json::from_slice(&body).unwrap(),
            Content::Streamed(_) => Value::Null,
        }
    }

    fn fields(body: Value) -> Fields {
        match body {
            Value::Object(object) => Fields::from_json(object),
            _ => Fields::default(),
        }
    }

    #[test]
    fn all_complaints_are_kept_not_just_the_first() {
        let mut fields = fields(json!({"steps": "eight", "width": 12.5, "unheard_of": 1}));
        fields.required_text("prompt", 1..=10);
        fields.integer("steps", 0..=50);
        fields.integer("width", 1..=1280);
        let body = complaint(fields);
        for field in ["prompt", "steps", "width", "unheard_of"] {
            assert!(body["details"][field]["_errors"][0].is_string(), "{field}: {body}");
        }
        assert_eq!(body["issues"].as_array().unwrap().len(), 4);
    }

    #[tokio::test]
    async fn forms_carry_numbers_and_flags_as_text() {
        let file = Spool::default().finish("a.png".into()).await.unwrap();
        let mut fields = Fields::from_form(vec![
            ("scale".into(), Entry::Text("2".into())),
            ("safe_mode".into(), Entry::Text("false".into())),
            ("images[]".into(), Entry::File(file.clone())),
            ("images[]".into(), Entry::File(file)),
        ]);
        assert_eq!(fields.number("scale", 2.0..=4.0), Some(2.0));
        assert_eq!(fields.flag("safe_mode"), Some(false));
        assert_eq!(fields.all("images").len(), 2);
        assert!(fields.finish().is_ok());
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let mut fields = fields(json!({"prompt": "黄昏的贡多拉"}));
        fields.required_text("prompt", 1..=6);
        assert!(fields.finish().is_ok());
    }

    #[test]
    fn a_list_of_objects_names_its_places() {
        let mut fields = fields(json!({"refs": [{"image": "x", "strength": 2}]}));
        fields.objects("refs", |inner| {
            inner.required_text("image", 1..=10);
            inner.number("strength", 0.1..=1.0)
        });
        let body = complaint(fields);
        assert!(body["details"]["refs"]["0"]["strength"]["_errors"][0].is_string(), "{body}");
    }

    #[test]
    fn nested_objects_and_lists_of_texts_name_the_place() {
        let mut fields = fields(json!({"limit": {"usd": -1, "eur": 2}, "tags": ["a", 7, "abcd"]}));
        fields.object("limit", |inner| inner.number("usd", 0.0..=10.0));
        assert_eq!(fields.texts("tags", 1..=3, 2), ["a", "abcd"]);
        let body = complaint(fields);
        for path in ["limit/usd", "limit/eur", "tags", "tags/1", "tags/2"] {
            let errors = body.pointer(&format!("/details/{path}/_errors/0"));
            assert!(errors.is_some_and(Value::is_string), "{path}: {body}");
        }
    }
}
