//! The Models room: prices to compare, what is new in the list, favourites and defaults.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use studio::models::view::{Assumed, ChangeKind, ModelsPage, PriceUnit, Purpose};

use crate::bench::Bench;

fn entry<'a>(page: &'a ModelsPage, id: &str) -> &'a studio::models::view::ModelEntry {
    page.models.iter().find(|model| model.id == id).unwrap_or_else(|| panic!("{id} is listed"))
}

/// Changes what was noted of the list, and sets it back by a day: as if Venice had listed it so then.
fn a_day_ago(home: &std::path::Path, change: impl Fn(&mut Vec<(String, Value)>)) {
    let database = rusqlite::Connection::open(home.join("canaletto.db")).unwrap();
    let mut old: Vec<(String, Value)> = database
        .prepare("SELECT model, value FROM model_versions")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .unwrap()
        .map(|row| row.map(|(model, value)| (model, serde_json::from_str(&value).unwrap())).unwrap())
        .collect();
    change(&mut old);
    let then = (Timestamp::now() - 24.hours()).as_millisecond();
    database.execute("DELETE FROM model_versions", []).unwrap();
    for (model, value) in old {
        let values = rusqlite::params![studio::accounts::RUN, model, then, value.to_string()];
        database.execute("INSERT INTO model_versions VALUES (?, ?, ?, ?)", values).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_model_is_listed_with_a_price_that_can_be_compared() {
    let bench = Bench::new().await;
    let page = bench.studio.models_page(false).await.unwrap();
    assert!(page.problem.is_none() && page.models.len() > 30);
    let unpriced: Vec<_> = page
        .models
        .iter()
        .filter(|model| model.price.is_none() && model.kind != "video")
        .map(|model| &model.id)
        .collect();
    assert_eq!(unpriced, Vec::<&String>::new());
    let retiring = page.models.iter().find(|model| model.retirement.is_some()).unwrap();
    assert!(retiring.retirement.as_ref().unwrap().at.is_some());
    assert_eq!(entry(&page, "wan-2-7-text-to-video").purpose, Some(Purpose::FilmText));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_quoted_when_asked_and_the_answer_stays() {
    let bench = Bench::new().await;
    let film = "wan-2-7-text-to-video";
    let quote = bench.studio.quote_model(film).await.unwrap().unwrap();
    assert_eq!(quote.unit, PriceUnit::Minute);
    let Assumed::Film { seconds, resolution, .. } = &quote.assumed else { panic!("{quote:?}") };
    assert_eq!((*seconds, resolution.as_deref()), (5, Some("720p")));
    let bench = bench.reopen().await;
    let page = bench.studio.models_page(false).await.unwrap();
    assert_eq!(entry(&page, film).price.as_ref(), Some(&quote));
    assert!(bench.charges().await.is_empty(), "asking costs nothing");
    assert_eq!(bench.studio.quote_model("no-such-model").await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_told_until_it_was_seen() {
    let bench = Bench::new().await;
    let page = bench.studio.models_page(false).await.unwrap();
    let first = bench.studio.model_changes(None).await.unwrap();
    assert!(first.since.is_some() && first.changes.is_empty(), "{:?}", first.changes);
    let priced = page.models.iter().filter(|model| model.kind == "image" && model.price.is_some());
    let ids: Vec<String> = priced.map(|model| model.id.clone()).take(2).collect();
    let home = bench.home().to_owned();
    let (cheap, new) = (ids[0].clone(), ids[1].clone());
    let bench = bench
        .reopened_after(|| {
            a_day_ago(&home, |old| {
                old.retain(|(id, _)| *id != new);
                for (id, value) in old.iter_mut().filter(|(id, _)| *id == cheap) {
                    value["model_spec"]["pricing"] = json!({"generation": {"usd": 900, "diem": 900}});
                    value["model_spec"]["name"] = json!(format!("{id}, dear"));
                }
                old.push(("lost".into(), json!({"id": "lost", "type": "image", "model_spec": {}})));
            });
        })
        .await;
    let page = bench.studio.models_page(true).await.unwrap();
    let found = bench.studio.model_changes(None).await.unwrap();
    let kind = |id: &str| found.changes.iter().find(|change| change.model == id).map(|change| change.change);
    assert_eq!(kind(&ids[1]), Some(ChangeKind::New));
    assert_eq!(kind("lost"), Some(ChangeKind::Gone));
    assert!(matches!(kind(&ids[0]), Some(ChangeKind::Cheaper | ChangeKind::Repriced)), "{found:?}");
    assert_eq!(found.changes.len(), 3, "{:?}", found.changes);

    let seen = bench.studio.mark_models_seen(&page.fetched_at).await.unwrap();
    assert!(seen.changes.is_empty());
    let month = bench.studio.model_changes(Some(30)).await.unwrap();
    assert_eq!(month.changes.len(), 3, "they are told when asked for");
    let bench = bench.reopen().await;
    assert!(bench.studio.model_changes(None).await.unwrap().changes.is_empty());
    assert_eq!(bench.studio.mark_models_seen("yesterday").await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_is_used_where_a_form_has_none() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let page = studio.models_page(false).await.unwrap();
    let last = |purpose| {
        let mut fitting = page.models.iter().filter(|model| model.purpose == Some(purpose) && !model.offline);
        fitting.next_back().unwrap().id.clone()
    };
    let (picture, film, music) = (last(Purpose::Picture), last(Purpose::FilmImage), last(Purpose::Music));
    let (chat, speak) = (last(Purpose::Chat), last(Purpose::Speak));
    for (purpose, model) in [
        (Purpose::Picture, &picture),
        (Purpose::FilmImage, &film),
        (Purpose::Music, &music),
        (Purpose::Chat, &chat),
        (Purpose::Speak, &speak),
    ] {
        studio.set_default_model(purpose, Some(model.clone())).await.unwrap();
    }
    let bench = bench.reopen().await;
    let studio = &bench.studio;
    assert_eq!(studio.picture_models(false).await.unwrap().default_make, Some(picture));
    assert_eq!(studio.film_models(false).await.unwrap().defaults[0], film);
    assert_eq!(studio.music_models(false).await.unwrap().defaults[0], music);
    assert_eq!(studio.voice_models(false).await.unwrap().default_speak, Some(speak));
    let choices = studio.model_choices(&["text".into()]).await.unwrap();
    let chosen: Vec<_> = choices.into_iter().filter(|choice| choice.is_default).collect();
    assert_eq!(chosen.iter().map(|choice| &choice.id).collect::<Vec<_>>(), [&chat]);

    let marks = studio.set_default_model(Purpose::Chat, None).await.unwrap();
    assert_eq!(marks.defaults.len(), 4);
    let wrong = studio.set_default_model(Purpose::Speak, Some(chat)).await.unwrap_err();
    assert_eq!(wrong.code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn favourites_come_first_in_every_form() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let before = studio.picture_models(false).await.unwrap();
    let last = before.make.last().unwrap().id.clone();
    let marks = studio.favourite_model(last.clone(), true).await.unwrap();
    assert_eq!(marks.favourites, std::slice::from_ref(&last));
    let after = studio.picture_models(false).await.unwrap();
    assert_eq!(after.make[0].id, last);
    assert_eq!(after.default_make, before.default_make, "a favourite is no default");
    let marks = studio.favourite_model(last, false).await.unwrap();
    assert!(marks.favourites.is_empty());
    assert_eq!(studio.picture_models(false).await.unwrap().make[0].id, before.make[0].id);
}
