//! Answers when the disk or the database fails: what came is kept, what was sent is never called unsent.

use std::{path::PathBuf, process::Command, time::Duration};

use rust_decimal::Decimal;
use studio::{
    conversations::view::{MessageState, MessageView, PicturesDraft, Turn, TurnBegun},
    jobs::view::JobState,
    pictures::{estimate::Expected, request::PictureRequest},
};

use crate::{
    bench::{Bench, make},
    talk::{draft, say},
};

const MODEL: &str = "deepseek-v4-pro-0813";
const OPERATION: &str = "createChatCompletion";
/// No message that is written can get its end.
const NO_END: &str = "CREATE TRIGGER trouble BEFORE UPDATE OF state ON messages WHEN NEW.state <> 'writing'
    BEGIN SELECT RAISE(ABORT, 'trouble'); END";
/// A conversation can't be read once a job is written.
const NO_READING: &str = "CREATE TRIGGER trouble AFTER INSERT ON jobs
    BEGIN UPDATE conversations SET settings = '{'; END";
const NO_MESSAGES: &str =
    "CREATE TRIGGER trouble BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'trouble'); END";
const NO_TROUBLE: &str = "DROP TRIGGER trouble";

impl Bench {
    fn part_of(&self, answer: &MessageView) -> PathBuf {
        self.home().join("work").join(format!("{}.part", answer.job.as_ref().unwrap()))
    }

    async fn message(&self, begun: &TurnBegun) -> MessageView {
        self.studio.messages(vec![begun.answer.id.clone()]).await.unwrap().remove(0)
    }

    /// Waits until words of an answer are in the database.
    async fn words_kept(&self, begun: &TurnBegun) -> MessageView {
        let keeping = async {
            loop {
                let message = self.message(begun).await;
                if !message.text.is_empty() || !message.reasoning.is_empty() {
                    return message;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), keeping).await.expect("words are kept as they come")
    }

    /// Whether anything of an answer is still in the work folder.
    fn is_at_work(&self, answer: &MessageView) -> bool {
        let job = answer.job.as_deref().unwrap();
        let mut files = std::fs::read_dir(self.home().join("work")).unwrap().flatten();
        files.any(|file| file.file_name().to_string_lossy().starts_with(job))
    }
}

/// Presses stop until the task that has let go of the answer is over.
async fn ended_by(bench: &Bench, begun: &TurnBegun) -> MessageView {
    let stopping = async {
        loop {
            let message = bench.studio.stop_turn(&begun.answer.id).await.unwrap();
            if message.state != MessageState::Writing {
                return message;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), stopping).await.expect("it has an end")
}

fn begins_with(whole: &MessageView, kept: &MessageView) -> bool {
    whole.text.starts_with(&kept.text) && whole.reasoning.starts_with(&kept.reasoning)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_kept_outlive_a_work_file_that_was_not() {
    for left in [None, Some(0), Some(40)] {
        let bench = Bench::new().await;
        bench.pace(40).await;
        let talk = bench.talk(MODEL).await;
        let turn = draft(&talk, None, say("Tell me about gondolas in 400 words"));
        let (begun, _ears) = bench.send(turn).await.unwrap();
        bench.words_kept(&begun).await;
        bench.studio.close().await;
        let kept = bench.message(&begun).await;
        let part = bench.part_of(&begun.answer);
        // A file that wasn't synced comes back short from a power cut, or not at all.
        match left {
            None => std::fs::remove_file(part).unwrap(),
            Some(length) => std::fs::File::options().write(true).open(part).unwrap().set_len(length).unwrap(),
        }
        let bench = bench.reopen().await;
        let cut = bench.message(&begun).await;
        assert_eq!((cut.state, cut.error.as_ref().unwrap().code.as_str()), (MessageState::Cut, "cut_off"));
        assert_eq!((&cut.text, &cut.reasoning), (&kept.text, &kept.reasoning), "{left:?}");
        assert!(cut.usage.unwrap().cost.unwrap().amount > Decimal::ZERO);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_answers_with_an_error_was_not_sent() {
    let bench = Bench::new().await;
    let talk = bench.talk(MODEL).await;
    bench.sql("CREATE TABLE before AS SELECT settings FROM conversations");
    bench.sql(NO_READING);
    bench.send(draft(&talk, None, say("Hello"))).await.err().expect("it can't be read");
    bench.sql(NO_TROUBLE);
    bench.sql("UPDATE conversations SET settings = (SELECT settings FROM before)");
    let job = bench.listed().await.remove(0);
    let job = bench.ended(&job.id).await;
    assert_eq!((job.state, job.sent_at.as_deref()), (JobState::Failed, None));
    assert_eq!(bench.posts(OPERATION).await, 0);
    let shown = bench.studio.conversation(&talk.row.id).await.unwrap();
    let refused = shown.messages.last().unwrap();
    assert_eq!(
        (refused.state, refused.usage.unwrap().cost.unwrap().amount),
        (MessageState::Failed, Decimal::ZERO)
    );
    let (_, ended) = bench.answered(draft(&talk, None, say("Hello again"))).await;
    assert_eq!(ended.state, MessageState::Whole, "nothing holds the conversation up");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_the_conversation_can_not_show_are_not_asked_for() {
    let bench = Bench::new().await;
    let talk = bench.talk(MODEL).await;
    let request = make("a canal at dusk", 1);
    let estimate = bench.studio.estimate_picture(&request).await.unwrap();
    let PictureRequest::Make(request) = request else { unreachable!() };
    let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    let said = Some("/image a canal at dusk".into());
    let wanted = PicturesDraft { conversation: talk.row.id.clone(), parent: None, said, request, expected };

    bench.sql(NO_MESSAGES);
    bench.studio.make_pictures_here(wanted.clone()).await.unwrap_err();
    bench.sql(NO_TROUBLE);
    assert!(bench.listed().await.is_empty(), "nothing was begun");
    assert!(bench.studio.conversation(&talk.row.id).await.unwrap().path.is_empty());

    bench.sql("CREATE TABLE before AS SELECT settings FROM conversations");
    bench.sql(NO_READING);
    bench.studio.make_pictures_here(wanted.clone()).await.unwrap_err();
    bench.sql(NO_TROUBLE);
    bench.sql("UPDATE conversations SET settings = (SELECT settings FROM before)");
    let job = bench.listed().await.remove(0);
    let job = bench.ended(&job.id).await;
    assert_eq!((job.state, job.sent_at.as_deref()), (JobState::Failed, None));
    assert_eq!(bench.posts("generateImage").await, 0);

    let begun = bench.studio.make_pictures_here(wanted).await.unwrap();
    let here = begun.answer.pictures.unwrap();
    assert_eq!((here.wanted, bench.ended(&here.job).await.state), (1, JobState::Saved));
    assert_eq!(bench.posts("generateImage").await, 1);
}

/// An answer that has arrived, was paid, and could not be given its end.
async fn unended() -> (Bench, TurnBegun, MessageView) {
    let bench = Bench::new().await;
    bench.pace(100).await;
    let talk = bench.talk(MODEL).await;
    let turn = draft(&talk, None, say("Tell me about gondolas in 120 words"));
    let (begun, ears) = bench.send(turn).await.unwrap();
    bench.words_kept(&begun).await;
    bench.sql(NO_END);
    let told = ears.ended().await;
    assert_eq!((told.state, told.text.as_str()), (MessageState::Cut, ears.said(false).as_str()));
    let job = bench.ended(begun.answer.job.as_ref().unwrap()).await;
    assert_eq!((job.state, job.sent_at.is_some()), (JobState::Failed, true));
    bench.sql(NO_TROUBLE);
    bench.pace(0).await;
    (bench, begun, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_gets_no_end_holds_nothing_up_and_is_ended_from_its_bytes() {
    let (bench, begun, told) = Box::pin(unended()).await;
    let talk = bench.studio.conversation(&begun.row.id).await.unwrap();
    let (_, other) = bench.answered(draft(&talk, None, say("And bridges?"))).await;
    assert_eq!(other.state, MessageState::Whole, "the conversation is free");

    let bench = bench.reopen().await;
    let ended = bench.message(&begun).await;
    assert_eq!((ended.state, ended.error.as_ref()), (MessageState::Whole, None));
    assert_eq!((&ended.text, &ended.reasoning), (&told.text, &told.reasoning));
    let usage = ended.usage.unwrap();
    assert!(!usage.cost_is_estimate && usage.cost.unwrap().amount > Decimal::ZERO, "the stream tells it");
    assert!(!bench.is_at_work(&begun.answer));
    assert_eq!(bench.posts(OPERATION).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_got_no_end_is_ended_when_it_is_looked_at_again() {
    let (bench, begun, told) = Box::pin(unended()).await;
    let ended = ended_by(&bench, &begun).await;
    assert_eq!((ended.state, &ended.text), (MessageState::Whole, &told.text));
    assert_eq!(bench.studio.conversation(&begun.row.id).await.unwrap().row.writing, None);
    assert!(!bench.is_at_work(&begun.answer));
    assert_eq!(bench.posts(OPERATION).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_lost_is_never_said_to_have_cost_nothing() {
    for pieces_too in [false, true] {
        let (bench, begun, told) = Box::pin(unended()).await;
        let kept = bench.message(&begun).await;
        bench.studio.close().await;
        std::fs::remove_file(bench.part_of(&begun.answer)).unwrap();
        if pieces_too {
            bench.sql("DELETE FROM message_pieces");
        }
        let bench = bench.reopen().await;
        let ended = bench.message(&begun).await;
        let (error, usage) = (ended.error.as_ref().unwrap(), ended.usage.unwrap());
        if pieces_too {
            assert_eq!((ended.state, error.code.as_str()), (MessageState::Failed, "charged_unknown"));
            assert_eq!(usage.cost, None);
        } else {
            assert_eq!((ended.state, error.code.as_str()), (MessageState::Cut, "cut_off"));
            assert!(begins_with(&told, &ended) && begins_with(&ended, &kept));
            assert!(usage.cost_is_estimate && usage.cost.unwrap().amount > Decimal::ZERO);
        }
        assert!(!bench.is_at_work(&begun.answer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_noted_and_not_kept_is_kept_at_the_next_start() {
    for state in ["sent", "ready"] {
        let (bench, begun, told) = Box::pin(unended()).await;
        bench.studio.close().await;
        bench.sql(&format!("UPDATE jobs SET state = '{state}', error = NULL, finished_at = NULL"));
        let bench = bench.reopen().await;
        let job = bench.ended(begun.answer.job.as_ref().unwrap()).await;
        assert_eq!((job.state, job.error.as_ref()), (JobState::Saved, None));
        let ended = bench.message(&begun).await;
        assert_eq!((ended.state, &ended.text), (MessageState::Whole, &told.text));
        assert_eq!((bench.posts(OPERATION).await, ended.usage.unwrap().cost), (1, job.charged));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_heard_is_kept_though_its_bytes_can_not_be() {
    let bench = Bench::with(vec!["createChatCompletion:stop_without_done:1"]).await;
    let talk = bench.talk("qwen-3-8-27b").await;
    let (begun, first) = bench.answered(draft(&talk, None, say("Tell me about gondolas in 120 words"))).await;
    assert_eq!(first.state, MessageState::Cut);
    bench.pace(40).await;
    let (more, ears) = bench.send(draft(&talk, Some(&begun.answer.id), Turn::Continue)).await.unwrap();
    ears.begun().await;
    // What is gone on with can't be read any more.
    bench.sql(&format!(
        "UPDATE message_texts SET body = '{{' WHERE row = (SELECT row FROM messages WHERE id = '{}')",
        begun.answer.id
    ));
    bench.pace(0).await;
    let ended = ears.ended().await;
    assert_eq!((ended.state, ended.error.as_ref()), (MessageState::Whole, None));
    assert!(ended.text.starts_with(first.text.trim_end()) && ended.text.ends_with(&ears.said(false)));
    assert_eq!(bench.ended(more.answer.job.as_ref().unwrap()).await.state, JobState::Saved);
}

/// A small disk for a home of its own, which can be filled up.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where nobody may mount.
    fn over(folder: PathBuf) -> Option<Self> {
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=96m", "tmpfs"]).arg(&folder).output();
        status.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    /// Leaves no room for another byte.
    fn fill(&self) {
        let mut ballast = std::fs::File::create(self.0.join("ballast")).unwrap();
        let mut block = vec![0_u8; 1 << 20];
        while !block.is_empty() {
            if std::io::Write::write_all(&mut ballast, &block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_while_an_answer_is_written() {
    let bench = Bench::new().await;
    bench.studio.close().await;
    let Some(disk) = SmallDisk::over(bench.home().to_owned()) else {
        return println!("skipped: without the right to mount there is no full disk");
    };
    let bench = bench.reopen().await;
    bench.pace(40).await;
    let talk = bench.talk(MODEL).await;
    let turn = draft(&talk, None, say("Tell me about gondolas in 400 words"));
    let (begun, ears) = bench.send(turn).await.unwrap();
    let kept = bench.words_kept(&begun).await;
    disk.fill();
    let told = ears.ended().await;
    assert_eq!((told.state, told.error.as_ref().unwrap().code.as_str()), (MessageState::Cut, "disk_full"));
    assert!(begins_with(&told, &kept));
    // Looked at again it isn't waited for: it can't be ended as long as there is no room.
    let still = ended_by(&bench, &begun).await;
    assert_eq!((still.state, still.error.as_ref().unwrap().code.as_str()), (MessageState::Cut, "disk_full"));
    disk.make_room();

    let bench = bench.reopen().await;
    let cut = bench.message(&begun).await;
    assert_eq!((cut.state, cut.error.as_ref().unwrap().code.as_str()), (MessageState::Cut, "cut_off"));
    assert!(begins_with(&cut, &kept) && begins_with(&told, &cut));
    assert_eq!((bench.posts(OPERATION).await, bench.charges().await.is_empty()), (1, false));
    bench.pace(0).await;
    let (_, next) = bench.answered(draft(&talk, None, say("And bridges?"))).await;
    assert_eq!(next.state, MessageState::Whole);
}
