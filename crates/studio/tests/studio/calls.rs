//! Calls by hand pass the same gates as the rooms.

use std::sync::{Arc, Mutex};

use serde_json::json;
use studio::{
    calls::view::{CallEvent, FileRef, With},
    jobs::view::{Billing, JobState},
    pictures::estimate::Expected,
};
use venice::{
    account::GetBillingBalance,
    images::{GenerateImage, UpscaleImage},
    models::ListModels,
};

use crate::bench::{Bench, make};

fn quiet() -> studio::calls::Tell {
    Arc::new(|_| {})
}

async fn priced(bench: &Bench, operation: &str, request: &impl serde::Serialize) -> With {
    let request = serde_json::to_value(request).unwrap();
    let price = bench.studio.price_operation(operation, request, Vec::new()).await.unwrap();
    assert_eq!(price.problem, None);
    let expected = Some(Expected { account: price.account, amount: price.amount, over_budgets: Vec::new() });
    With { expected, ..With::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_call_is_answered_and_remembered() {
    let bench = Bench::new().await;
    let answered = bench.studio.call(ListModels::all(), With::default(), quiet()).await.unwrap();
    assert!(answered.answer.models.len() > 10 && answered.job.is_none());
    let balance = bench.studio.call(GetBillingBalance {}, With::default(), quiet()).await.unwrap();
    assert!(balance.answer.balances.usd.is_some(), "the admin key is used where one is needed");

    let page = bench.studio.calls(None, None, 10).await.unwrap();
    let seen: Vec<_> = page.calls.iter().map(|call| (call.operation.as_str(), call.status)).collect();
    assert_eq!(seen, [("getBillingBalance", Some(200)), ("listModels", Some(200))]);
    let record = bench.studio.call_record(&answered.call).await.unwrap();
    assert_eq!(record.request, json!({"type": "all"}));
    assert!(record.answer_cut || record.answer.unwrap().contains("models"));
    assert_eq!(record.receipt.unwrap().operation, "listModels");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_call_is_a_job_and_its_pictures_are_items() {
    let bench = Bench::new().await;
    let request =
        GenerateImage::new("z-image-turbo", "a canal at dusk").variants(2).width(512_u32).height(512_u32);
    let with = priced(&bench, "generateImage", &request).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&told);
    let answered = bench
        .studio
        .call(request, with, Arc::new(move |event| ears.lock().unwrap().push(event)))
        .await
        .unwrap();
    assert_eq!((answered.answer.images, answered.items.len()), (2, 2));
    let job = bench.studio.job(answered.job.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(
        (job.state, job.billing, job.operation.as_str()),
        (JobState::Saved, Billing::Expected, "generateImage")
    );
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (1, 1));
    assert!(matches!(told.lock().unwrap()[0], CallEvent::Sent { job: Some(_) }));
    let details = bench.studio.item(answered.items[0].clone()).await.unwrap();
    assert!(details.recipe.iter().any(|field| field.name == "width" && field.value == "512"));

    let again = bench.studio.retry_job(job.id, true).await.unwrap();
    assert_eq!(bench.ended(&again.id).await.state, JobState::Saved);
    assert_eq!(bench.posts("generateImage").await, 2);
    let rows = bench.studio.calls(Some("generateImage".into()), None, 10).await.unwrap().calls;
    let seen: Vec<_> = rows.iter().map(|row| (row.status, row.items.len())).collect();
    assert_eq!(seen, [(Some(200), 2), (Some(200), 2)], "what is sent again is a call like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_at_another_price() {
    let bench = Bench::new().await;
    let request = GenerateImage::new("z-image-turbo", "a canal at dusk");
    let with = priced(&bench, "generateImage", &request).await;
    let dearer = request.clone().variants(3);
    for with in [with, With::default()] {
        let refused = bench.studio.call(dearer.clone(), with, quiet()).await.unwrap_err();
        assert_eq!(refused.code, "price_changed");
    }
    assert_eq!(bench.posts("generateImage").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_from_the_library_and_a_refusal_is_remembered() {
    let bench = Bench::new().await;
    let made = bench.run(make("a canal", 1)).await;
    let request: UpscaleImage = serde_json::from_value(json!({"scale": 2})).unwrap();
    let with = priced(&bench, "upscaleImage", &request).await;
    let missing = bench.studio.call(request.clone(), with.clone(), quiet()).await.unwrap_err();
    assert_eq!(missing.code, "field_invalid");
    assert_eq!(missing.params["field"], "image");

    let files = [("/image".to_owned(), FileRef::Item(made.items[0].clone()))].into();
    let answered = bench.studio.call(request, With { files, ..with }, quiet()).await.unwrap();
    assert_eq!(answered.answer.content_type, "image/png");
    let details = bench.studio.item(answered.items[0].clone()).await.unwrap();
    assert_eq!(details.parents[0].id, made.items[0]);

    let page = bench.studio.calls(Some("upscaleImage".to_owned()), None, 10).await.unwrap();
    assert_eq!(page.calls.len(), 2);
    assert_eq!(page.calls[1].error.as_ref().map(|error| error.code.as_str()), Some("field_invalid"));
    let record = bench.studio.call_record(&page.calls[0].id).await.unwrap();
    assert_eq!(record.files["/image"].file, Some(FileRef::Item(made.items[0].clone())));
    bench.studio.forget_calls(None).await.unwrap();
    assert!(bench.studio.calls(None, None, 10).await.unwrap().calls.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_unknown_here_too() {
    let bench = Bench::with(vec!["generateImage:lost_answer:1"]).await;
    let request = GenerateImage::new("z-image-turbo", "a canal at dusk");
    let with = priced(&bench, "generateImage", &request).await;
    let error = bench.studio.call(request, with, quiet()).await.unwrap_err();
    assert_eq!(error.code, "cut_off");
    let page = bench.studio.calls(None, None, 10).await.unwrap();
    assert_eq!(page.calls[0].billing, Billing::Unknown);
    let job = page.calls[0].job.clone().unwrap();
    let refused = bench.studio.retry_job(job, false).await.unwrap_err();
    assert_eq!(refused.code, "needs_confirmation");
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (1, 1));
}
