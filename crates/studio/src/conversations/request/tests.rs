use std::path::Path;

use rstest::rstest;
use serde_json::json;
use venice::models::ReasoningEffort;

use super::*;

fn model(capabilities: Value, window: u32) -> Model {
    let spec =
        json!({"capabilities": capabilities, "availableContextTokens": window, "maxCompletionTokens": 1000});
    serde_json::from_value(json!({"id": "m", "type": "text", "model_spec": spec})).unwrap()
}

fn picture(folder: &Path, name: &str, width: u32, height: u32) -> Carried {
    let path = folder.join(name);
    image::RgbImage::new(width, height).save(&path).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    Carried {
        kind: AttachmentKind::Image,
        name: name.into(),
        mime: "image/png".into(),
        bytes,
        path,
        url: None,
        size: Some((width, height)),
        text: None,
        is_missing: false,
        is_left_out: false,
    }
}

fn document(name: &str, text: &str) -> Carried {
    Carried {
        kind: AttachmentKind::Document,
        name: name.into(),
        mime: "text/plain".into(),
        bytes: text.len() as u64,
        path: PathBuf::new(),
        url: None,
        size: None,
        text: Some(text.into()),
        is_missing: false,
        is_left_out: false,
    }
}

#[test]
fn a_request_holds_what_was_said_and_asked_for() {
    let said = [
        Said::words(Role::Summary, "They spoke of tides."),
        Said::words(Role::User, "Why green?"),
        Said::words(Role::Assistant, "Algae."),
        Said { attachments: vec![document("a.txt", "salt")], ..Said::words(Role::User, "And this?") },
    ];
    let settings = ChatSettings {
        model: "m".into(),
        system_prompt: "Be brief.".into(),
        web_search: Some(WebSearchMode::On),
        without_venice_prompt: true,
        temperature: Some(0.5),
        stop: vec!["END".into()],
        max_tokens: Some(50),
        ..ChatSettings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let request = build(&said, &settings, &model(json!({}), 1000), Some(50), "c1", folder.path()).unwrap();
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(
        json["messages"],
        json!([
            {"role": "system", "content": "Be brief.\n\nSummary of the conversation so far:\n\nThey spoke of tides."},
            {"role": "user", "content": "Why green?"},
            {"role": "assistant", "content": "Algae."},
            {"role": "user", "content": [
                {"type": "text", "text": "The attached document “a.txt”:\n\nsalt"},
                {"type": "text", "text": "And this?"}]},
        ])
    );
    assert_eq!(
        json["venice_parameters"],
        json!({"enable_web_search": "on", "enable_web_citations": true, "include_search_results_in_stream": true,
            "include_venice_system_prompt": false})
    );
    assert_eq!((&json["stream"], &json["stream_options"]["include_usage"]), (&json!(true), &json!(true)));
    assert_eq!((&json["prompt_cache_key"], &json["max_completion_tokens"]), (&json!("c1"), &json!(50)));
    assert_eq!(json["stop"], json!(["END"]));
}

#[test]
fn plain_settings_send_nothing_of_their_own() {
    let said = [Said::words(Role::User, "Hello")];
    let settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let request = build(&said, &settings, &model(json!({}), 1000), None, "c", Path::new("")).unwrap();
    let json = serde_json::to_value(&request).unwrap();
    let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["messages", "model", "prompt_cache_key", "stream", "stream_options"]);
}

#[test]
fn a_picture_too_large_is_sent_as_a_copy_and_an_old_one_beyond_the_limit_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let said = [
        Said {
            attachments: vec![picture(folder.path(), "old.png", 100, 100)],
            ..Said::words(Role::User, "1")
        },
        Said {
            attachments: vec![picture(folder.path(), "huge.png", 8000, 5000)],
            ..Said::words(Role::User, "2")
        },
    ];
    let settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let sees = model(json!({"supportsVision": true}), 100_000);
    let request = build(&said, &settings, &sees, None, "c", &cache).unwrap();
    let json = serde_json::to_string(&request.messages[0]).unwrap();
    assert!(json.contains("isn't sent again") && json.contains("old.png"), "{json}");
    let copies: Vec<_> = std::fs::read_dir(&cache).unwrap().flatten().collect();
    assert_eq!(copies.len(), 1);
    let copy = image::open(copies[0].path()).unwrap();
    assert!(copy.width() * copy.height() <= 12_000_000 && copy.width() > 4000);
    build(&said, &settings, &sees, None, "c", &cache).unwrap();
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1, "it is made once");
}

#[rstest]
#[case(json!({}), |settings: &mut ChatSettings| settings.web_search = Some(WebSearchMode::On), Some("web_search"))]
#[case(json!({"supportsWebSearch": true}), |settings: &mut ChatSettings| settings.web_search = Some(WebSearchMode::On), None)]
#[case(json!({}), |settings: &mut ChatSettings| settings.web_search = Some(WebSearchMode::Off), None)]
#[case(json!({}), |settings: &mut ChatSettings| settings.x_search = true, Some("x_search"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.reasoning_effort = Some(ReasoningEffort::Low), Some("reasoning_effort"))]
#[case(json!({"supportsReasoningEffort": true, "reasoningEffortOptions": ["high"]}),
    |settings: &mut ChatSettings| settings.reasoning_effort = Some(ReasoningEffort::Low), Some("reasoning_effort"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.without_thinking = true, Some("without_thinking"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.response_schema = Some(json!({})), Some("response_schema"))]
#[case(json!({"supportsResponseSchema": true}), |settings: &mut ChatSettings| settings.response_schema = Some(json!({})), Some("response_schema"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.temperature = Some(2.1), Some("temperature"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.max_tokens = Some(1001), Some("max_tokens"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.stop = vec![String::new()], Some("stop"))]
#[case(json!({}), |settings: &mut ChatSettings| settings.seed = Some(0), Some("seed"))]
fn what_a_model_cannot_do_is_said(
    #[case] can: Value,
    #[case] change: fn(&mut ChatSettings),
    #[case] field: Option<&str>,
) {
    let mut settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    change(&mut settings);
    let problem = problem(&[Said::words(Role::User, "hi")], &settings, &model(can, 1000));
    assert_eq!(problem.as_ref().map(|problem| problem.params["field"].as_str()), field, "{problem:?}");
}

#[test]
fn attachments_are_held_against_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let with = |attachments: Vec<Carried>| [Said { attachments, ..Said::words(Role::User, "look") }];
    let two = || vec![picture(folder.path(), "a.png", 90, 90), picture(folder.path(), "b.png", 90, 90)];
    let code =
        |said: &[Said], can: Value| problem(said, &settings, &model(can, 1000)).map(|error| error.code);
    assert_eq!(code(&with(two()), json!({})).as_deref(), Some("setting_not_offered"));
    assert_eq!(code(&with(two()), json!({"supportsVision": true})).as_deref(), Some("setting_not_offered"));
    assert_eq!(code(&with(two()), json!({"supportsVision": true, "maxImages": 2})), None);
    let tiny = with(vec![picture(folder.path(), "tiny.png", 20, 90)]);
    assert_eq!(code(&tiny, json!({"supportsVision": true})).as_deref(), Some("input_too_small"));
    let gone = Carried { is_missing: true, ..document("gone.txt", "") };
    assert_eq!(code(&with(vec![gone]), json!({})).as_deref(), Some("file_missing"));
    let heavy = Carried { bytes: 26_000_000, text: None, ..document("big.pdf", "") };
    assert_eq!(code(&with(vec![heavy]), json!({})).as_deref(), Some("input_too_large"));
}

#[test]
fn the_oldest_go_first_and_never_the_question_alone() {
    let long = "word ".repeat(400);
    let mut said = vec![Said::words(Role::Summary, "before")];
    for _ in 0..5 {
        said.push(Said::words(Role::User, long.as_str()));
        said.push(Said::words(Role::Assistant, long.as_str()));
    }
    said.push(Said::words(Role::User, "And now?"));
    let mut settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let small = model(json!({}), 3600);
    assert_eq!(fit(said.clone(), &settings, &small).1, 0, "only where the user says so");
    settings.drop_oldest = true;
    let (fitting, dropped) = fit(said.clone(), &settings, &small);
    assert_eq!(fitting.len() + dropped as usize, said.len());
    assert!(dropped >= 6 && dropped.is_multiple_of(2), "{dropped}");
    assert_eq!((fitting[0].role, fitting[1].role), (Role::Summary, Role::User));
    assert_eq!(fitting.last().unwrap().text, "And now?");
    assert!(counted(&fitting, &settings, &small).tokens <= 2250);
}

#[test]
fn documents_of_earlier_messages_go_before_any_message_does() {
    let pdf = |name: &str, bytes: u64| Carried {
        mime: "application/pdf".into(),
        text: None,
        bytes,
        ..document(name, "")
    };
    let asking =
        |text: &str, with: Carried| Said { attachments: vec![with], ..Said::words(Role::User, text) };
    let said = vec![
        asking("What is in it?", pdf("old.pdf", 60_000)),
        Said::words(Role::Assistant, "Tides."),
        asking("And in this?", document("tides.txt", &"high ".repeat(2_000))),
        Said::words(Role::Assistant, "More tides."),
        asking("And here?", pdf("new.pdf", 9_000_000)),
    ];
    let settings = ChatSettings { model: "m".into(), drop_oldest: true, ..ChatSettings::default() };
    let left_out = |said: &[Said]| -> Vec<String> {
        let carried = said.iter().flat_map(|said| &said.attachments);
        carried.filter(|carried| carried.is_left_out).map(|carried| carried.name.clone()).collect()
    };

    let wide = model(json!({}), 20_000);
    assert!(!fits(&said, &settings, &wide));
    assert!(counted(&said, &settings, &wide).uncounted);
    let (fitting, dropped) = fit(said.clone(), &settings, &wide);
    assert_eq!((dropped, left_out(&fitting)), (0, vec!["old.pdf".to_owned()]), "one is enough");
    let words =
        serde_json::to_string(&build(&fitting[..3], &settings, &wide, None, "c", Path::new("")).unwrap());
    assert!(words.unwrap().contains("went with this: old.pdf. It isn't sent again."));

    let (fitting, dropped) = fit(said.clone(), &settings, &model(json!({}), 8_000));
    assert_eq!(
        (dropped, left_out(&fitting).len()),
        (0, 2),
        "text goes as well, and the question keeps its own"
    );
    let untouched = ChatSettings { drop_oldest: false, ..settings };
    assert!(left_out(&fit(said, &untouched, &wide).0).is_empty());
}

#[test]
fn an_answer_that_is_gone_on_with_keeps_its_question() {
    let long = "word ".repeat(2_000);
    let said = vec![
        Said::words(Role::User, long.as_str()),
        Said::words(Role::Assistant, "Yes."),
        Said::words(Role::User, long.as_str()),
        Said::words(Role::Assistant, "It begins"),
    ];
    let settings = ChatSettings { model: "m".into(), drop_oldest: true, ..ChatSettings::default() };
    let (fitting, dropped) = fit(said, &settings, &model(json!({}), 2_000));
    let roles: Vec<_> = fitting.iter().map(|said| said.role).collect();
    assert_eq!((dropped, roles), (2, vec![Role::User, Role::Assistant]));
}

#[test]
fn what_is_left_for_an_answer_is_never_nothing() {
    let settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let left = |tokens: u64, window: u32| {
        left_for_answer(Counted { tokens, ..Counted::default() }, &settings, &model(json!({}), window))
    };
    assert_eq!(left(10_000, 32_000), Some(32_000 - 12_000 - 2_048));
    assert_eq!(left(30_000, 32_000), Some(2_048));
}

#[test]
fn models_that_are_away_or_gone_name_another() {
    let listed = |id: &str, spec: Value| -> Model {
        serde_json::from_value(json!({"id": id, "type": "text", "model_spec": spec})).unwrap()
    };
    let models = [
        listed("away", json!({"offline": true})),
        listed(
            "old",
            json!({"deprecation": {"removesAt": "2020-01-01T00:00:00Z", "replacementModelId": "new"}}),
        ),
        listed("new", json!({})),
        listed("usual", json!({"traits": ["default"]})),
    ];
    let said = |name: &str| {
        model_of(name, &models).map_err(|error| (error.code, error.params.get("replacement").cloned()))
    };
    assert!(said("default").is_ok() && said("new").is_ok());
    let answer = |code: &str, other: &str| Err((code.to_owned(), Some(other.to_owned())));
    assert_eq!(said("away"), answer("MODEL_OFFLINE", "usual"));
    assert_eq!(said("old"), answer("MODEL_NOT_FOUND", "new"));
    assert_eq!(said("never"), answer("MODEL_NOT_FOUND", "usual"));
}

fn model_of(name: &str, models: &[Model]) -> std::result::Result<String, crate::AppError> {
    super::model(name, models).map(|model| model.id.clone())
}
