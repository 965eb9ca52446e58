//! Models, conversations, embeddings and characters.

use venice::models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelType};

use crate::{Report, Setting, ensure};

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    models(report, setting).await;
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
