//! Models, conversations, embeddings and characters.

mod conversations;
mod enclave;
mod responses;

use venice::embeddings::{CreateEmbedding, EncodingFormat};
use venice::models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelType};

use crate::{Report, Setting, ensure};

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    models(report, setting).await;
    conversations::check(report, setting).await;
    responses::check(report, setting).await;
    embeddings(report, setting).await;
    enclave::check(report, setting).await;
}

async fn embeddings(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    report
        .check("createEmbedding", async {
            let model = setting.pick(&ModelType::Embedding, |_| true)?.id.as_str();
            let texts = vec!["a gondola at dusk".to_owned(), "the price of tin".to_owned()];
            let floats = CreateEmbedding::new(model, texts).encoding_format(EncodingFormat::Float);
            let floats = client.create_embedding(&floats).await?.value;
            ensure!(floats.data.len() == 2, "{} vectors of 2", floats.data.len());
            ensure!(floats.usage.total_tokens > 0, "no tokens");
            let first = &floats.data[0].vector;
            ensure!(first.len() > 1 && first != &floats.data[1].vector, "no vectors");
            let base64 =
                CreateEmbedding::new(model, "a gondola at dusk").encoding_format(EncodingFormat::Base64);
            // The description has no answer in base64, so one text is asked for as it is.
            let one = CreateEmbedding::new(model, "a gondola at dusk");
            let one = client.create_embedding(&one).await?.value;
            ensure!(one.data.len() == 1 && one.data[0].vector.len() == first.len(), "another length");
            let shortens = setting
                .pick(&ModelType::Embedding, |model| model.spec.supports_custom_dimensions == Some(true));
            if let Ok(model) = shortens {
                let short = CreateEmbedding::new(&model.id, "a gondola at dusk").dimensions(64_u32);
                let short = client.create_embedding(&short).await?.value;
                ensure!(short.data.first().is_some_and(|one| one.vector.len() == 64), "another length");
            }
            Ok(())
        })
        .await;
}

async fn models(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    report
        .check("listModels", async {
            let all = client.list_models(&ListModels::all()).await?;
            ensure!(!all.value.models.is_empty(), "no models");
            ensure!(all.value.skipped.is_empty(), "unreadable: {:?}", all.value.skipped);
            ensure!(all.receipt.operation == "listModels", "a receipt of {}", all.receipt.operation);
            let images = client.list_models(&ListModels::of_type(ModelType::Image)).await?.value;
            ensure!(
                images.models.iter().all(|model| model.model_type == ModelType::Image),
                "models of other types"
            );
            let text = client.list_models(&ListModels::new()).await?.value;
            ensure!(
                text.models.iter().all(|model| model.model_type == ModelType::Text),
                "models of other types"
            );
            Ok(())
        })
        .await;
    report
        .check("listModelTraits", async {
            let traits = client
                .list_model_traits(&ListModelTraits { model_type: Some(ModelType::Image) })
                .await?
                .value;
            ensure!(traits.ids.contains_key("default"), "no default among {:?}", traits.ids);
            let traits = client.list_model_traits(&ListModelTraits::default()).await?.value;
            ensure!(!traits.ids.is_empty(), "no traits of text models");
            Ok(())
        })
        .await;
    report
        .check("listModelCompatibilityMapping", async {
            let mapping = client
                .list_model_compatibility_mapping(&ListModelCompatibilityMapping::default())
                .await?
                .value;
            ensure!(!mapping.ids.is_empty(), "no names");
            Ok(())
        })
        .await;
}
