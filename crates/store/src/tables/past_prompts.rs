use jiff::Timestamp;
use rusqlite::{Connection, params, params_from_iter};
use serde_json::Value;

use super::{jobs::Job, to_time};
use crate::Store;
use crate::database::Database;
use crate::error::Result;

/// The kinds of jobs whose words are remembered.
const KINDS: [&str; 2] = ["make", "edit"];
/// Where a request has its words: as they were written, before some were chosen from several, else as they were sent.
const WORDS: [&str; 2] = ["written_as", "prompt"];

/// Words that a picture was asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPrompt {
    /// The words.
    pub prompt: String,
    /// What was to be left out, the last time.
    pub negative_prompt: Option<String>,
    /// The last time.
    pub used_at: Timestamp,
    /// How many times; a batch counts once.
    pub times: u32,
}

/// The words that pictures were asked for with.
pub struct PastPrompts<'a> {
    database: &'a Database,
}

impl Store {
    /// The words that pictures were asked for with.
    pub fn past_prompts(&self) -> PastPrompts<'_> {
        PastPrompts { database: self.database() }
    }
}

impl PastPrompts<'_> {
    /// Those in which each of these words occurs, the last first. `limit` is 1 to 500.
    pub fn list(&self, words: &str, limit: u32) -> Result<Vec<PastPrompt>> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let limit = limit.clamp(1, 500);
        self.database.read(|db| {
            let having = words.iter().map(|_| "instr(folded, ?) > 0").collect::<Vec<_>>().join(" AND ");
            let condition = if having.is_empty() { String::new() } else { format!("WHERE {having}") };
            let mut statement = db.prepare_cached(&format!(
                "SELECT prompt, negative_prompt, used_at, times FROM past_prompts {condition}
                 ORDER BY used_at DESC, rowid DESC LIMIT {limit}"
            ))?;
            let mut rows = statement.query(params_from_iter(&words))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(PastPrompt {
                    prompt: row.get(0)?,
                    negative_prompt: row.get(1)?,
                    used_at: to_time(row.get(2)?)?,
                    times: row.get(3)?,
                });
            }
            Ok(found)
        })
    }
}

/// The words of a job that are worth remembering.
pub(super) fn words_of(job: &Job) -> Option<&str> {
    let text = |name: &&str| job.request.get(name).and_then(Value::as_str);
    KINDS
        .contains(&job.kind.as_str())
        .then(|| WORDS.iter().find_map(text))
        .flatten()
        .filter(|words| !words.trim().is_empty())
}

/// Remembers the words of a job.
pub(super) fn remember(db: &Connection, job: &Job) -> Result<()> {
    let Some(words) = words_of(job) else { return Ok(()) };
    let negative = job.request.get("negative_prompt").and_then(Value::as_str);
    db.prepare_cached(
        "INSERT INTO past_prompts (prompt, folded, negative_prompt, used_at, times) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT (prompt) DO UPDATE SET negative_prompt = excluded.negative_prompt,
            used_at = max(used_at, excluded.used_at), times = times + 1",
    )?
    .execute(params![words, words.to_lowercase(), negative, job.created_at.as_millisecond()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use serde_json::json;

    use super::*;
    use crate::JobId;
    use crate::testing::{self, Home};

    fn job(n: u128, kind: &str, request: Value) -> Job {
        let at = testing::START + i64::try_from(n).unwrap().seconds();
        Job::new(JobId(uuid::Uuid::from_u128(n)), kind, "a", "generateImage", request, at)
    }

    #[test]
    fn words_are_remembered_once_the_last_first() {
        let store = Home::new().open();
        let sent = [
            ("make", json!({"prompt": "A canal", "negative_prompt": "fog"})),
            ("make", json!({"prompt": "dawn over it", "written_as": "{dawn|dusk} over it"})),
            ("call", json!({"prompt": "by hand"})),
            ("edit", json!({"prompt": "更多的水"})),
            ("make", json!({"prompt": "A canal", "negative_prompt": null})),
            ("make", json!({"prompt": "  "})),
        ];
        for (n, (kind, request)) in sent.into_iter().enumerate() {
            store.jobs().insert(job(n as u128 + 1, kind, request), Vec::new()).unwrap();
        }
        let found = |words: &str| {
            let all = store.past_prompts().list(words, 10).unwrap();
            all.into_iter().map(|past| (past.prompt, past.times)).collect::<Vec<_>>()
        };
        let whole = [("A canal", 2), ("更多的水", 1), ("{dawn|dusk} over it", 1)];
        assert_eq!(found(""), whole.map(|(words, times)| (words.to_owned(), times)));
        assert_eq!(found("CANAL a"), [("A canal".to_owned(), 2)]);
        assert_eq!(found("水").len(), 1);
        assert_eq!(found("dusk canal"), []);
        assert_eq!(store.past_prompts().list("", 1).unwrap()[0].negative_prompt, None, "the last time's");
    }

    #[test]
    fn a_hundred_thousand_are_searched_at_once() {
        let store = Home::new().open();
        let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO past_prompts SELECT 'a quiet canal at first light, tall houses in coral and ochre, number ' || i,
            'a quiet canal at first light, tall houses in coral and ochre, number ' || i, NULL, i, 1 FROM n";
        store.database().write(move |db, _| Ok(db.execute_batch(fill)?)).unwrap();
        let begun = std::time::Instant::now();
        assert_eq!(store.past_prompts().list("", 200).unwrap().len(), 200);
        let last = begun.elapsed();
        let begun = std::time::Instant::now();
        assert_eq!(store.past_prompts().list("canal 4711", 200).unwrap().len(), 20);
        println!("the last 200 in {last:?}, words in {:?}", begun.elapsed());
    }
}
