//! What goes with a conversation: attachments, errands to the web, characters, pictures.

use std::{fmt::Write, sync::Arc};

use image::ImageFormat;
use rust_decimal::Decimal;
use studio::{
    calls::view::FileRef,
    conversations::view::{
        AttachmentKind, AttachmentView, CharacterQuery, ChatSettings, ConversationView, MessageDraft,
        MessageState, PicturesDraft, ToAttach, Turn, WebErrand, WebSearchMode,
    },
    events::AppEvent,
    pictures::{estimate::Expected, request::PictureRequest},
};

use crate::{
    bench::{Bench, make, picture},
    talk::{draft, say, settings},
};

const SEES: &str = "qwen-3-8-27b";

/// A second of silence.
fn wav() -> Vec<u8> {
    let samples = vec![0_u8; 16_000];
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + samples.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend(16_000_u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((samples.len() as u32).to_le_bytes());
    bytes.extend(samples);
    bytes
}

fn film() -> Vec<u8> {
    [b"\0\0\0\x18ftypisom\0\0\0\0isommp42".as_slice(), &vec![7; 4000]].concat()
}

/// A document of so many sentences, as heavy as one with its fonts.
fn pdf(sentences: usize) -> Vec<u8> {
    let words = format!("BT /F1 9 Tf 9 9 Td ({}) Tj ET", "the lagoon is green ".repeat(sentences));
    let fonts = "0".repeat(20_000);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{words}\nendstream", words.len()),
        format!("<< /Length {} >>\nstream\n{fonts}\nendstream", fonts.len()),
    ];
    let (mut file, mut places) = ("%PDF-1.5\n".to_owned(), String::new());
    for (number, object) in (1..).zip(&objects) {
        writeln!(places, "{:010} 00000 n ", file.len()).unwrap();
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let (start, count) = (file.len(), objects.len() + 1);
    write!(file, "xref\n0 {count}\n0000000000 65535 f \n{places}").unwrap();
    write!(file, "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    file.into_bytes()
}

impl Bench {
    async fn attached(&self, talk: &ConversationView, files: &[(&str, &[u8])]) -> Vec<AttachmentView> {
        let paths = files.iter().map(|(name, bytes)| self.file(name, bytes)).collect();
        let files =
            self.studio.pick(paths).into_iter().map(|picked| FileRef::Picked(picked.handle)).collect();
        let attached =
            self.studio.attach(ToAttach { conversation: talk.row.id.clone(), files }).await.unwrap();
        assert!(attached.refused.is_empty(), "{:?}", attached.refused);
        attached.attachments
    }
}

fn with(talk: &ConversationView, text: &str, attachments: &[AttachmentView]) -> MessageDraft {
    let attachments = attachments.iter().map(|attachment| attachment.id.clone()).collect();
    draft(talk, None, Turn::Say { text: text.into(), attachments })
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_of_each_kind_are_kept_once_and_sent() {
    let bench = Bench::new().await;
    let talk = bench.talk(SEES).await;
    let png = picture(300, 200, ImageFormat::Png);
    let files: [(&str, &[u8]); 4] = [
        ("boat.png", &png),
        ("bell.wav", &wav()),
        ("tide.mp4", &film()),
        ("notes.md", b"# Tides\n\nHigh at six."),
    ];
    let attached = bench.attached(&talk, &files).await;
    let kinds: Vec<_> = attached.iter().map(|attachment| attachment.kind).collect();
    assert_eq!(
        kinds,
        [AttachmentKind::Image, AttachmentKind::Audio, AttachmentKind::Video, AttachmentKind::Document]
    );
    assert!(attached[..3].iter().all(|attachment| attachment.item.is_some()));
    assert_eq!(attached[3].excerpt.as_deref(), Some("# Tides High at six."));
    assert_eq!(bench.studio.read_attachment(&attached[3].id).await.unwrap(), "# Tides\n\nHigh at six.");
    assert_eq!(bench.studio.read_attachment(&attached[0].id).await.unwrap_err().code, "input_unsupported");

    let wide: Vec<u8> = "\u{feff}High at six. 潮".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = bench.attached(&talk, &[("wide.txt", &wide)]).await;
    assert_eq!(bench.studio.read_attachment(&wide[0].id).await.unwrap(), "High at six. 潮");

    let again = bench.attached(&talk, &files).await;
    let items = |attached: &[AttachmentView]| {
        attached[..3].iter().map(|one| one.item.clone().unwrap().id).collect::<Vec<_>>()
    };
    assert_eq!(items(&again), items(&attached), "equal bytes are one item");

    let asked = with(&talk, "What is in these?", &attached);
    let price = bench.price(&asked).await;
    assert!(price.input_uncounted && price.likely.is_none() && price.problem.is_none());
    let (begun, ended) = bench.answered(asked).await;
    assert_eq!((ended.state, ended.error.as_ref()), (MessageState::Whole, None));
    assert_eq!(begun.said.unwrap().attachments.len(), 4);
    let charged: Decimal =
        bench.charges().await.iter().map(|(_, amount)| amount.parse::<Decimal>().unwrap()).sum();
    assert!(price.most.unwrap().amount >= charged && charged > Decimal::ZERO);
    assert!(ended.usage.unwrap().input > 200, "{:?}", ended.usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_is_refused_by_name() {
    let bench = Bench::new().await;
    let talk = bench.talk("venice-uncensored-1-2").await;
    let heavy = vec![b'a'; 26_000_000];
    let paths = vec![
        bench.file("big.txt", &heavy),
        bench.file("a.zip", b"PK\x03\x04\0\0\0\0"),
        bench.file("empty.pdf", b""),
        bench.file("broken.png", &picture(300, 200, ImageFormat::Png)[..90]),
        bench.file("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        bench.file("film.mkv", b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska"),
    ];
    let files = bench.studio.pick(paths).into_iter().map(|picked| FileRef::Picked(picked.handle)).collect();
    let attached = bench.studio.attach(ToAttach { conversation: talk.row.id.clone(), files }).await.unwrap();
    let refused: Vec<_> =
        attached.refused.iter().map(|error| (error.params["name"].as_str(), error.code.as_str())).collect();
    assert_eq!(
        refused,
        [
            ("big.txt", "input_too_large"),
            ("a.zip", "input_unsupported"),
            ("empty.pdf", "input_empty"),
            ("broken.png", "input_truncated"),
            ("phone.heic", "format_unsupported"),
            ("film.mkv", "format_unsupported")
        ]
    );
    assert!(attached.attachments.is_empty());

    let png = bench.attached(&talk, &[("boat.png", &picture(300, 200, ImageFormat::Png))]).await;
    let problem = bench.price(&with(&talk, "Look", &png)).await.problem.unwrap();
    assert_eq!(
        (problem.code.as_str(), problem.params["field"].as_str()),
        ("setting_not_offered", "attachments")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_too_large_is_scaled_and_the_original_stays() {
    let bench = Bench::new().await;
    let talk = bench.talk(SEES).await;
    let png = picture(7000, 5000, ImageFormat::Png);
    let attached = bench.attached(&talk, &[("huge.png", &png)]).await;
    let (_, ended) = bench.answered(with(&talk, "What is this?", &attached)).await;
    assert_eq!((ended.state, ended.error), (MessageState::Whole, None));
    let copies = std::fs::read_dir(bench.home().join("cache/pictures")).unwrap().count();
    assert_eq!(copies, 1);
    let item = attached[0].item.as_ref().unwrap();
    assert_eq!((item.width, item.height), (7000, 5000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_cited_and_said_to_cost_more() {
    let bench = Bench::new().await;
    let talk = bench.talk("zai-org-glm-5-2").await;
    let searching = ChatSettings { web_search: Some(WebSearchMode::On), ..settings("zai-org-glm-5-2") };
    let asked = MessageDraft {
        settings: Some(searching),
        ..draft(&talk, None, say("What is known of the regatta?"))
    };
    assert!(bench.price(&asked).await.surcharge);
    let (_, ended) = bench.answered(asked).await;
    assert!(ended.text.contains("[REF]0[/REF]") && !ended.citations.is_empty());
    assert!(!ended.citations[0].title.is_empty() && ended.citations[0].date.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_documents_fill_has_ways_out() {
    let bench = Bench::new().await;
    let talk = bench.talk("llama-3.2-3b").await;
    let attached = bench.attached(&talk, &[("a.pdf", &pdf(550)), ("b.pdf", &pdf(551))]).await;
    let (_, first) = bench.answered(with(&talk, "What is in it?", &attached[..1])).await;
    assert_eq!((first.state, first.error.as_ref()), (MessageState::Whole, None));
    let asked = MessageDraft { parent: Some(first.id), ..with(&talk, "And in this?", &attached[1..]) };
    let (_, refused) = bench.answered(asked.clone()).await;
    assert_eq!(refused.error.unwrap().code, "TOO_MANY_TOKENS");

    let summary = draft(&talk, Some(&refused.id), Turn::Summarise);
    let price = bench.price(&summary).await;
    assert_eq!(
        (price.dropped, price.input_uncounted),
        (0, false),
        "the documents go, all that was said stays"
    );
    assert_eq!(bench.answered(summary).await.1.state, MessageState::Whole);

    let fewer = ChatSettings { drop_oldest: true, ..settings("llama-3.2-3b") };
    let fewer = MessageDraft { settings: Some(fewer), ..asked };
    let price = bench.price(&fewer).await;
    assert_eq!((price.dropped, price.input_uncounted), (0, true), "what goes with the question stays");
    assert_eq!(bench.answered(fewer).await.1.state, MessageState::Whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn errands_bring_attachments_that_are_paid_once() {
    let bench = Bench::new().await;
    let talk = bench.talk("zai-org-glm-5-2").await;
    for (errand, kind) in [
        (WebErrand::Search { query: "the tides of the lagoon".into() }, AttachmentKind::Search),
        (WebErrand::Read { url: "https://gondola-gazette.example/tides".into() }, AttachmentKind::Page),
    ] {
        let price = bench.studio.price_errand(errand.clone()).await.unwrap();
        let expected = Expected { account: price.account, amount: price.amount, over_budgets: Vec::new() };
        let wrong = Expected { account: "other".into(), ..expected.clone() };
        let refused = bench.studio.run_errand(&talk.row.id, errand.clone(), wrong, true).await.unwrap_err();
        assert_eq!(refused.code, "price_changed");
        let brought = bench.studio.run_errand(&talk.row.id, errand, expected, true).await.unwrap();
        assert_eq!((brought.kind, brought.mime.as_str()), (kind, "text/markdown"));
        assert_eq!(brought.url.is_some(), kind == AttachmentKind::Page);
        let text = bench.studio.read_attachment(&brought.id).await.unwrap();
        assert!(text.len() > 50 && brought.excerpt.as_ref().is_some_and(|excerpt| !excerpt.is_empty()));
        let (_, ended) = bench.answered(with(&talk, "Sum it up", &[brought])).await;
        assert_eq!(ended.state, MessageState::Whole);
    }
    assert_eq!((bench.posts("webSearch").await, bench.posts("webScrape").await), (1, 1));
    let bad = WebErrand::Read { url: "file:///etc/passwd".into() };
    assert_eq!(bench.studio.price_errand(bad).await.unwrap_err().code, "field_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_are_found_read_about_and_seen() {
    let bench = Bench::new().await;
    let page = bench.studio.find_characters(CharacterQuery::default()).await.unwrap();
    assert!(page.characters.len() > 3 && !page.more);
    assert!(page.characters.iter().all(|character| !character.adult), "those are asked for");
    let all = CharacterQuery { adult: true, ..Default::default() };
    let all = bench.studio.find_characters(all).await.unwrap().characters;
    assert!(all.len() > page.characters.len() && all.iter().any(|character| !character.adult));
    let one = page.characters.iter().find(|character| character.has_picture).unwrap();
    assert_eq!(bench.studio.character(&one.slug).await.unwrap(), *one);
    let reviews = bench.studio.character_reviews(&one.slug, 1).await.unwrap();
    assert!(reviews.total as usize >= reviews.reviews.len());
    let (path, mime) = bench.studio.character_picture(&one.slug).await.unwrap();
    assert!(mime.starts_with("image/") && path.starts_with(bench.home().join("cache/characters")));
    assert!(store_of(&path) > 1000);
    let found = bench
        .studio
        .find_characters(CharacterQuery { search: one.name.clone(), ..Default::default() })
        .await
        .unwrap();
    assert!(found.characters.iter().any(|character| character.slug == one.slug));
    assert_eq!(
        bench.studio.character_picture("../../etc/passwd").await.unwrap_err().code,
        "CHARACTER_NOT_FOUND"
    );

    let slug = one.slug.clone();
    let bench = bench.reopen().await;
    assert_eq!(bench.studio.character_picture(&slug).await.unwrap().0, path, "it is kept");
    assert_eq!(bench.posts("characterPhoto").await, 1);
    let model = bench.studio.character(&slug).await.unwrap().model.unwrap();
    let talk = bench.talk(&model).await;
    let asked = MessageDraft {
        settings: Some(ChatSettings { character: Some(slug), ..settings(&model) }),
        ..draft(&talk, None, say("Who are you?"))
    };
    assert!(bench.price(&asked).await.surcharge);
    assert_eq!(bench.answered(asked).await.1.state, MessageState::Whole);
}

fn store_of(path: &std::path::Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_made_in_a_conversation() {
    let bench = Bench::new().await;
    let talk = bench.talk(SEES).await;
    let request = make("a canal at dusk", 2);
    let estimate = bench.studio.estimate_picture(&request).await.unwrap();
    let PictureRequest::Make(request) = request else { unreachable!() };
    let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    let wanted = PicturesDraft {
        conversation: talk.row.id.clone(),
        parent: None,
        said: Some("/image a canal at dusk".into()),
        request,
        expected,
    };
    let dear =
        PicturesDraft { expected: Expected { amount: None, ..wanted.expected.clone() }, ..wanted.clone() };
    assert_eq!(bench.studio.make_pictures_here(dear).await.unwrap_err().code, "price_changed");
    assert!(bench.studio.conversation(&talk.row.id).await.unwrap().path.is_empty());

    let begun = bench.studio.make_pictures_here(wanted).await.unwrap();
    let here = begun.answer.pictures.unwrap();
    assert_eq!((here.wanted, begun.path.len()), (2, 2));
    bench.ended(&here.job).await;
    let studio = &bench.studio;
    let told = Arc::new(talk.row.id.clone());
    bench
        .hear(|event| match event {
            AppEvent::Conversations { ids: Some(ids) } if ids.contains(&told) => Some(()),
            _ => None,
        })
        .await;
    let shown = studio.messages(vec![begun.answer.id.clone()]).await.unwrap();
    let here = shown[0].pictures.clone().unwrap();
    assert_eq!(here.items.len(), 2);
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (1, 1));

    // What was made here can go with the next message.
    let files = vec![FileRef::Item(here.items[0].id.clone())];
    let attached = studio.attach(ToAttach { conversation: talk.row.id.clone(), files }).await.unwrap();
    assert_eq!(attached.attachments[0].kind, AttachmentKind::Image);
    let turn =
        Turn::Say { text: "What is this?".into(), attachments: vec![attached.attachments[0].id.clone()] };
    let (_, ended) = bench.answered(draft(&talk, Some(&begun.answer.id), turn)).await;
    assert_eq!(ended.state, MessageState::Whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_when_a_picture_of_it_is_gone() {
    let bench = Bench::new().await;
    let talk = bench.talk(SEES).await;
    let attached = bench.attached(&talk, &[("boat.png", &picture(300, 200, ImageFormat::Png))]).await;
    let (_, first) = bench.answered(with(&talk, "What is this?", &attached)).await;
    let item = attached[0].item.clone().unwrap().id;
    bench.studio.trash_items(vec![item]).await.unwrap();
    bench.studio.empty_trash().await.unwrap();
    let asked = draft(&talk, Some(&first.id), say("And what was beside it?"));
    assert_eq!(bench.price(&asked).await.problem, None);
    assert_eq!(bench.answered(asked).await.1.state, MessageState::Whole);
    let problem = bench.price(&with(&talk, "What is this?", &attached)).await.problem.unwrap();
    assert_eq!((problem.code.as_str(), problem.params["name"].as_str()), ("file_missing", "boat"));
}
