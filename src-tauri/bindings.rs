//! Writes `ui/src/bindings.ts` from the commands and their types; a test fails when the committed file is stale.

use studio::events::AppEvent;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

use crate::commands::{
    accounts, app, budgets, chat, console, exports, films, images, imports, jobs, library, models, music, operations,
    queue, spend, voice,
};

/// All commands and types that cross to the window.
pub fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        // Sizes stay far below 2^53; money and ids are text.
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
        .typ::<AppEvent>()
        .commands(collect_commands![
            app::app_state,
            app::change_settings,
            app::open_link,
            app::answer_closing,
            app::go_on_in_background,
            app::notify,
            accounts::list_accounts,
            accounts::add_key_account,
            accounts::select_account,
            accounts::rename_account,
            accounts::forget_account,
            accounts::test_account,
            accounts::vault_status,
            accounts::retry_keychain,
            accounts::use_vault_file,
            images::picture_models,
            images::picture_styles,
            images::estimate_picture,
            images::start_picture,
            images::estimate_batch,
            images::start_batch,
            images::cancel_batch,
            images::retry_batch,
            images::prompt_history,
            images::keep_mask,
            images::get_mask,
            images::adjust_picture,
            images::compose_picture,
            films::film_models,
            films::check_film_input,
            films::quote_film,
            films::start_film,
            films::agree_to_film,
            films::film_from,
            films::film_facts,
            films::keep_frame,
            films::quote_again,
            films::retry_quoted,
            music::music_models,
            music::quote_music,
            music::start_music,
            music::music_from,
            models::models_page,
            models::model_changes,
            models::mark_models_seen,
            models::favourite_model,
            models::set_default_model,
            models::quote_model,
            jobs::open_jobs,
            jobs::cancel_job,
            jobs::retry_job,
            jobs::resume_job,
            jobs::dismiss_job,
            queue::queue_page,
            queue::queue_counts,
            queue::pause_queue,
            queue::move_job,
            queue::prune_jobs,
            queue::price_again,
            queue::duplicate_job,
            budgets::list_budgets,
            budgets::save_budget,
            budgets::delete_budget,
            budgets::budget_state,
            imports::pick_pictures,
            imports::paste_picture,
            imports::import_picked,
            imports::cancel_import,
            imports::pause_import,
            imports::pick_folder,
            library::library_page,
            library::library_days,
            library::library_facets,
            library::library_status,
            library::get_item,
            library::keep_poster,
            library::get_items,
            library::change_item,
            library::trash_items,
            library::restore_items,
            library::empty_trash,
            library::export_item,
            library::show_item_in_folder,
            library::show_library_folder,
            library::copy_item,
            library::library_shape,
            library::change_items,
            library::item_marks,
            library::item_lineage,
            library::list_boards,
            library::save_board,
            library::delete_board,
            library::put_on_board,
            library::check_library,
            library::move_library,
            library::begin_library,
            library::cancel_library_work,
            exports::export_names,
            exports::export_items,
            exports::cancel_export,
            exports::show_export,
            exports::save_chart,
            exports::drag_items,
            console::list_operations,
            console::price_operation,
            console::list_model_choices,
            console::pick_file,
            console::list_calls,
            console::get_call,
            console::forget_calls,
            console::copy_secret,
            chat::list_conversations,
            chat::get_conversation,
            chat::get_messages,
            chat::create_conversation,
            chat::change_conversations,
            chat::delete_conversations,
            chat::show_branch,
            chat::show_next_branch,
            chat::list_folders,
            chat::save_folder,
            chat::delete_folder,
            chat::price_turn,
            chat::send_turn,
            chat::stop_turn,
            chat::follow_turn,
            chat::make_pictures_here,
            chat::attach,
            chat::pick_attachments,
            chat::read_attachment,
            chat::price_errand,
            chat::run_errand,
            chat::search_messages,
            chat::export_conversations,
            chat::import_conversations,
            chat::list_chat_presets,
            chat::save_chat_preset,
            chat::delete_chat_preset,
            chat::list_saved_prompts,
            chat::save_prompt,
            chat::delete_saved_prompt,
            chat::find_characters,
            chat::get_character,
            chat::character_reviews,
            operations::create_chat_completion,
            operations::create_response,
            operations::create_embedding,
            operations::generate_image,
            operations::simple_generate_image,
            operations::edit_image,
            operations::multi_edit_image,
            operations::upscale_image,
            operations::background_remove_image,
            operations::list_image_styles,
            operations::create_speech,
            operations::create_transcription,
            operations::create_cloned_voice,
            operations::quote_audio,
            operations::queue_audio,
            operations::retrieve_audio,
            operations::complete_audio,
            operations::quote_video,
            operations::queue_video,
            operations::retrieve_video,
            operations::complete_video,
            operations::create_video_transcription,
            operations::web_search,
            operations::web_scrape,
            operations::create_text_parser,
            operations::list_models,
            operations::list_model_traits,
            operations::list_model_compatibility_mapping,
            operations::list_characters,
            operations::get_character_by_slug,
            operations::get_character_reviews,
            operations::get_api_keys,
            operations::get_api_key_by_id,
            operations::create_api_key,
            operations::update_api_key,
            operations::delete_api_key,
            operations::get_api_key_rate_limits,
            operations::get_api_key_rate_limit_logs,
            operations::get_api_key_generate_web3_key,
            operations::post_api_key_generate_web3_key,
            operations::get_billing_balance,
            operations::get_billing_usage_history,
            operations::get_billing_usage_analytics,
            operations::get_billing_usage,
            operations::list_crypto_rpc_networks,
            operations::crypto_rpc_proxy,
            operations::get_x402_balance,
            operations::top_up_x402_balance,
            operations::get_x402_transactions,
            operations::get_tee_attestation,
            operations::get_tee_signature,
            voice::input_devices,
            voice::recorder_state,
            voice::watch_recorder,
            voice::arm_recorder,
            voice::disarm_recorder,
            voice::start_take,
            voice::pause_take,
            voice::mark_take,
            voice::stop_take,
            voice::get_sound,
            voice::set_markers,
            voice::trim_sound,
            voice::voice_models,
            voice::mark_voice,
            voice::estimate_speech,
            voice::start_speech,
            voice::estimate_audition,
            voice::start_audition,
            voice::list_readings,
            voice::retry_reading,
            voice::cancel_reading,
            voice::dismiss_reading,
            voice::speech_draft,
            voice::keep_speech_draft,
            voice::estimate_text,
            voice::fetch_text,
            voice::list_clones,
            voice::estimate_clone,
            voice::make_clone,
            voice::renew_clone,
            voice::rename_clone,
            voice::forget_clone,
            voice::clone_consent,
            voice::estimate_transcription,
            voice::start_transcription,
            voice::estimate_address,
            voice::transcribe_address,
            voice::retry_pieces,
            voice::cancel_transcription,
            voice::list_transcripts,
            voice::get_transcript,
            voice::save_transcript,
            voice::rename_transcript,
            voice::trash_transcripts,
            voice::transcript_words,
            voice::attach_transcript,
            voice::export_sound,
            voice::export_transcript,
            voice::pick_files,
            spend::spend_status,
            spend::sync_spend,
            spend::spend_overview,
            spend::spend_series,
            spend::spend_top_items,
            spend::spend_unit_prices,
            spend::spend_charges,
            spend::charge_candidates,
            spend::match_charge,
            spend::item_charges,
            spend::job_charges,
            spend::spend_facets,
            spend::export_spend,
        ])
}

#[cfg(test)]
#[path = "commands/names.rs"]
mod names;

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;

    use super::names::COMMANDS;
    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/bindings.ts");

    fn generated() -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bindings.ts");
        builder().export(Typescript::default(), &path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    /// `CANALETTO_WRITE_BINDINGS=1 cargo test --lib bindings` writes the file anew.
    #[test]
    fn the_committed_bindings_are_current() {
        let generated = generated();
        if std::env::var_os("CANALETTO_WRITE_BINDINGS").is_some() {
            std::fs::write(COMMITTED, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap();
        assert!(committed == generated, "ui/src/bindings.ts is stale: run `make bindings`");
    }

    #[test]
    fn every_command_is_allowed_and_no_other() {
        let generated = generated();
        for name in COMMANDS {
            assert!(generated.contains(&format!("(\"{name}\"")), "{name} is allowed but not registered");
        }
        assert_eq!(generated.matches("__TAURI_INVOKE(").count(), COMMANDS.len());
        let capability = include_str!("capabilities/main.json");
        for name in COMMANDS {
            let permission = format!("\"allow-{}\"", name.replace('_', "-"));
            assert!(capability.contains(&permission), "the window isn't given {name}");
        }
    }
}
