use std::fs;

use serde_json::json;

use super::*;
use crate::testing::{Home, START};
use crate::{Error, Job, JobBatch, Limit, Reserved, Window};

fn line(start: u32, words: &str) -> TranscriptLine {
    let words = words.split(' ').zip(0_u32..).map(|(word, at)| {
        let start = start + at * 300;
        (word.to_owned(), start, start + 250)
    });
    TranscriptLine { id: 0, speaker: None, words: words.collect() }
}

fn transcript(title: &str) -> Transcript {
    let mut transcript = Transcript::new(TranscriptId::new(START), title, json!({"model": "m"}), START);
    transcript.account = Some("a".into());
    transcript
}

fn job(of: TranscriptId, index: u32) -> Job {
    let mut job = Job::new(JobId::new(START), "transcribe", "a", "createTranscription", json!({}), START);
    job.batch = Some(JobBatch { id: of.to_string(), index, of: 3 });
    let amount = "0.1".parse().unwrap();
    job.held = Some(crate::Money { amount, currency: crate::Currency::Usd });
    job
}

/// Three pieces of ten seconds.
fn cut(store: &Store, transcript: &Transcript) -> Vec<JobId> {
    let jobs: Vec<Job> = (0..3).map(|index| job(transcript.id, index)).collect();
    let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    let piece = |n: u64| TranscriptPiece {
        start_ms: n * 10_000,
        end_ms: (n + 1) * 10_000,
        job: Some(ids[n as usize]),
        ..TranscriptPiece::default()
    };
    let cut = Transcript { length_ms: Some(30_000), ..transcript.clone() };
    let reserved = store.transcripts().cut(cut, (0..3).map(piece).collect(), jobs, &[]).unwrap();
    assert_eq!(reserved, Reserved::Yes);
    ids
}

fn begun(store: &Store, title: &str) -> Transcript {
    let transcript = transcript(title);
    store.transcripts().insert(transcript.clone()).unwrap();
    transcript
}

fn arrive(store: &Store, id: TranscriptId, number: u32, words: &str) {
    let heard = vec![line(number * 10_000, words)];
    store.transcripts().arrive(id, number, heard, true, Some("en".into())).unwrap();
}

fn lines(store: &Store, id: TranscriptId) -> Vec<String> {
    store.transcripts().read(id).unwrap().text.lines.iter().map(TranscriptLine::text).collect()
}

#[test]
fn pieces_find_their_place_in_whatever_order_they_come() {
    let store = Home::new().open();
    let id = begun(&store, "a talk").id;
    let jobs = cut(&store, &store.transcripts().get(id).unwrap());
    arrive(&store, id, 2, "third of all");
    arrive(&store, id, 0, "first of all");
    arrive(&store, id, 0, "told twice");
    assert_eq!(lines(&store, id), ["first of all", "third of all"]);
    arrive(&store, id, 1, "second of all");
    assert_eq!(lines(&store, id), ["first of all", "second of all", "third of all"]);
    let whole = store.transcripts().read(id).unwrap();
    let mut ids: Vec<u32> = whole.text.lines.iter().map(|line| line.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(whole.transcript.language.as_deref(), Some("en"));
    assert!(whole.pieces.iter().zip(jobs).all(|(piece, job)| piece.job == Some(job) && piece.is_timed));
}

#[test]
fn an_edit_loses_nothing_that_came_meanwhile_and_takes_nobody_elses() {
    let store = Home::new().open();
    let id = begun(&store, "a talk").id;
    cut(&store, &store.transcripts().get(id).unwrap());
    arrive(&store, id, 0, "frist of all");
    let read = store.transcripts().read(id).unwrap();
    let base = read.transcript.revision;
    arrive(&store, id, 2, "third of all");

    let mut text = read.text;
    text.lines[0].words[0].0 = "first".into();
    // The page gives ids of its own, and one of them is that of a line which came.
    text.lines.push(TranscriptLine { id: 2, speaker: Some(9), ..line(5_000, "and more") });
    let kept = store.transcripts().save(id, base, text.clone()).unwrap();
    assert_eq!(lines(&store, id), ["first of all", "and more", "third of all"]);
    let now = store.transcripts().read(id).unwrap();
    assert!(now.transcript.revision > kept, "the page is told that there is more");
    assert!(now.text.lines.iter().all(|line| line.speaker.is_none()), "nobody speaks whom nobody named");

    // It goes on with what it has, and still nothing is lost.
    arrive(&store, id, 1, "second of all");
    text.lines[0].words[0].0 = "First".into();
    let kept = store.transcripts().save(id, kept, text.clone()).unwrap();
    assert_eq!(lines(&store, id), ["First of all", "and more", "second of all", "third of all"]);
    // What is deleted after it was seen stays deleted.
    let seen = store.transcripts().read(id).unwrap();
    let mut text = seen.text;
    text.lines.truncate(1);
    store.transcripts().save(id, seen.transcript.revision, text.clone()).unwrap();
    assert_eq!(lines(&store, id), ["First of all"]);
    // Another window that had not seen that.
    let refused = store.transcripts().save(id, kept, text);
    assert!(matches!(refused, Err(Error::Outdated { what: "transcript" })));
    assert_eq!(lines(&store, id), ["First of all"]);
}

#[test]
fn nothing_is_cut_where_the_limit_is_passed() {
    let store = Home::new().open();
    let transcript = begun(&store, "a talk");
    let jobs: Vec<Job> = (0..3).map(|index| job(transcript.id, index)).collect();
    let limit = Limit { window: Window::Click, account: None, most: "0.2".parse().unwrap() };
    let reserved = store.transcripts().cut(transcript.clone(), Vec::new(), jobs, &[limit]).unwrap();
    assert!(matches!(reserved, Reserved::Over { .. }));
    assert!(
        store.jobs().open().unwrap().is_empty() && !store.transcripts().get(transcript.id).unwrap().is_cut
    );
    assert_eq!(store.transcripts().uncut().unwrap().len(), 1);
}

#[test]
fn transcripts_outlive_the_database() {
    let home = Home::new();
    let store = home.open();
    let item = ItemId::new(START);
    let talk = Transcript { item: Some(item), ..transcript("a talk") };
    store.transcripts().insert(talk.clone()).unwrap();
    cut(&store, &talk);
    arrive(&store, talk.id, 0, "the 贡多拉 leaves at dusk");
    arrive(&store, talk.id, 2, "and comes back");
    let mut text = store.transcripts().read(talk.id).unwrap();
    text.text.speakers.push(TranscriptSpeaker { id: 1, name: "Anna".into() });
    text.text.lines[1].speaker = Some(1);
    store.transcripts().save(talk.id, text.transcript.revision, text.text).unwrap();
    let patch = TranscriptPatch { title: Some("  At the  canal ".into()), ..TranscriptPatch::default() };
    store.transcripts().change(&[talk.id], &patch).unwrap();
    let gone = begun(&store, "in the trash").id;
    let trash = TranscriptPatch { trashed_at: Some(Some(START)), ..TranscriptPatch::default() };
    store.transcripts().change(&[gone], &trash).unwrap();
    let without_jobs = |mut whole: WholeTranscript| {
        whole.pieces.iter_mut().for_each(|piece| piece.job = None);
        whole
    };
    let both = |store: &Store| [talk.id, gone].map(|id| without_jobs(store.transcripts().read(id).unwrap()));
    let before = both(&store);
    assert_eq!(before[0].transcript.title, "At the canal");
    store.rebuild().unwrap();
    assert_eq!(both(&store), before, "made again beside what is there");
    assert!(store.transcripts().pieces(talk.id).unwrap().iter().all(|piece| piece.job.is_some()));
    drop(store);
    for file in ["canaletto.db", "canaletto.db-wal", "canaletto.db-shm"] {
        let _ = fs::remove_file(home.home().join(file));
    }
    let (store, findings) = home.open_with_findings();
    assert_eq!((both(&store), findings), (before, Vec::new()));
    let found = |text: &str| {
        let query = TranscriptQuery { text: Some(text.into()), limit: 9, ..TranscriptQuery::default() };
        store.transcripts().page(&query).unwrap().transcripts
    };
    assert_eq!(found("多拉 dus")[0].transcript.id, talk.id);
    assert_eq!(found("canal").len(), 1);
    let query = TranscriptQuery { item: Some(item), limit: 9, ..TranscriptQuery::default() };
    assert_eq!(store.transcripts().page(&query).unwrap().transcripts[0].transcript.id, talk.id);
    // The rows know it wrongly, the files rightly.
    store.database().write(|db, _| Ok(db.execute("UPDATE transcripts SET title = 'wrong'", [])?)).unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.transcripts().get(talk.id).unwrap().title, "At the canal");
}

#[test]
fn a_file_that_is_gone_or_damaged_is_put_together_from_what_was_heard() {
    let home = Home::new();
    let store = home.open();
    let id = begun(&store, "a talk").id;
    cut(&store, &store.transcripts().get(id).unwrap());
    arrive(&store, id, 1, "second of all");
    arrive(&store, id, 0, "first of all");
    let file = home.library().join(format!("transcripts/{id}.json"));
    fs::remove_file(&file).unwrap();
    assert_eq!(lines(&store, id), ["first of all", "second of all"]);
    arrive(&store, id, 2, "third of all");
    assert_eq!(lines(&store, id).len(), 3);
    fs::write(&file, b"{\"format\": 1, ").unwrap();
    assert_eq!(lines(&store, id).len(), 3);
    assert!(file.with_extension("json.damaged").exists());
    // One of a newer version is neither read wrongly nor written over.
    fs::write(&file, b"{\"format\": 2}").unwrap();
    assert!(store.transcripts().read(id).is_err());
    let patch = TranscriptPatch { title: Some("x".into()), ..TranscriptPatch::default() };
    assert!(store.transcripts().change(&[id], &patch).is_err());
    assert_eq!(fs::read(&file).unwrap(), b"{\"format\": 2}");
}

/// The file is written before the row: a crash in between is put right by whoever reads next.
#[test]
fn a_row_that_is_behind_its_file_catches_up() {
    let home = Home::new();
    let store = home.open();
    let id = begun(&store, "a talk").id;
    cut(&store, &store.transcripts().get(id).unwrap());
    let file = home.library().join(format!("transcripts/{id}.json"));
    arrive(&store, id, 0, "first of all");
    let ahead = fs::read(&file).unwrap();
    store
        .database()
        .write(|db, _| {
            db.execute("UPDATE transcripts SET revision = revision - 1", [])?;
            Ok(db.execute("UPDATE transcript_pieces SET arrived = NULL, heard = NULL", [])?)
        })
        .unwrap();
    // The job's answer is kept once more.
    arrive(&store, id, 0, "first of all");
    assert_eq!(lines(&store, id), ["first of all"]);
    assert_eq!(fs::read(&file).unwrap(), ahead);
    fs::remove_file(&file).unwrap();
    assert_eq!(lines(&store, id), ["first of all"], "what was heard was kept too");
}

#[test]
fn lists_go_on_where_they_ended_and_the_trash_keeps_a_month() {
    let home = Home::new();
    let store = home.open();
    let ids: Vec<TranscriptId> = (0..5)
        .map(|n| {
            *home.clock.now.lock().unwrap() += jiff::SignedDuration::from_secs(1);
            let new = Transcript::new(
                TranscriptId::new(START),
                &format!("talk {n}"),
                json!({}),
                *home.clock.now.lock().unwrap(),
            );
            store.transcripts().insert(new.clone()).unwrap();
            new.id
        })
        .collect();
    let mut found = Vec::new();
    let mut query = TranscriptQuery { limit: 2, ..TranscriptQuery::default() };
    loop {
        let page = store.transcripts().page(&query).unwrap();
        found.extend(page.transcripts.iter().map(|found| found.transcript.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, ids.iter().rev().copied().collect::<Vec<_>>());
    let now = *home.clock.now.lock().unwrap();
    let trash = TranscriptPatch { trashed_at: Some(Some(now)), ..TranscriptPatch::default() };
    store.transcripts().change(&ids[..2], &trash).unwrap();
    let back = TranscriptPatch { trashed_at: Some(None), ..TranscriptPatch::default() };
    store.transcripts().change(&ids[1..2], &back).unwrap();
    assert_eq!(store.transcripts().expire().unwrap(), 0);
    *home.clock.now.lock().unwrap() += jiff::SignedDuration::from_hours(31 * 24);
    assert_eq!(store.transcripts().expire().unwrap(), 1);
    assert!(store.transcripts().get(ids[0]).is_err());
    assert_eq!(home.files().len(), 4);
    let unknown = TranscriptQuery { cursor: Some("x".into()), limit: 2, ..TranscriptQuery::default() };
    assert!(matches!(store.transcripts().page(&unknown), Err(Error::BadCursor)));
}

#[test]
fn words_are_joined_as_their_scripts_are_written() {
    assert_eq!(join_words(["The", "tide,", " it ", "", "comes."]), "The tide, it comes.");
    assert_eq!(join_words(["黄", "昏", "的", "AI", "绘", "画。", "Yes", "no"]), "黄昏的AI绘画。Yes no");
}
