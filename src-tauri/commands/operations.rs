//! A command for every operation of the API, named as the operation is.

use studio::{
    Result,
    calls::view::{Answered, CallEvent, With},
    operations as api,
};
use tauri::ipc::Channel;

use super::{Shared, guarded};

/// Defines a command that makes a call and answers with what came back.
macro_rules! operations {
    ($($name:ident($request:ty) -> $view:ty;)+) => {
        $(
            /// Calls the operation of this name: at the price and from the account the button showed, where it may be
            /// charged.
            #[tauri::command]
            #[specta::specta]
            pub async fn $name(
                studio: Shared<'_>,
                request: $request,
                with: With,
                told: Channel<CallEvent>,
            ) -> Result<Answered<$view>> {
                guarded(&studio, async move |studio| {
                    // A window that is gone needn't be told.
                    studio.call(request, with, std::sync::Arc::new(move |event| drop(told.send(event)))).await
                })
                .await
            }
        )+
    };
}

operations! {
    generate_image(api::GenerateImage) -> api::MadeImages;
    simple_generate_image(api::SimpleGenerateImage) -> api::MadeImages;
    edit_image(api::EditImage) -> api::Made;
    multi_edit_image(api::MultiEditImage) -> api::Made;
    upscale_image(api::UpscaleImage) -> api::Made;
    background_remove_image(api::BackgroundRemoveImage) -> api::Made;
    list_image_styles(api::ListImageStyles) -> Vec<String>;
    list_models(api::ListModels) -> api::ModelList;
}
