import type { AppError } from "@/bindings";
import { tryWords } from "@/i18n/index.svelte";

/** error: it did not work. warning: it needs a decision. info: an outcome, nothing is wrong. */
export type Severity = "error" | "warning" | "info";

/** What the user can do about it with one click; the shell knows how. */
export type Remedy =
  "again" | "accounts" | "limit" | "vault" | "top_up" | "queue" | "models" | "context" | "none";

type Row = { severity: Severity; remedy: Remedy };

const error = (remedy: Remedy = "none"): Row => ({ severity: "error", remedy });
const warning = (remedy: Remedy = "none"): Row => ({ severity: "warning", remedy });
const info = (remedy: Remedy = "none"): Row => ({ severity: "info", remedy });

/** One row per code, Venice's in capitals and our own in small letters. The words are in i18n/…/errors.ts. */
export const table = {
  AUTHENTICATION_FAILED: error("accounts"),
  AUTHENTICATION_FAILED_INACTIVE_KEY: error("accounts"),
  X402_INVALID_SIGN_IN: error("again"),
  X402_INVALID_PAYMENT: error(),
  PRO_ONLY_MODEL: error("models"),
  INSUFFICIENT_BALANCE: error("top_up"),
  API_KEY_USD_SPEND_LIMIT_EXCEEDED: error("top_up"),
  API_KEY_DIEM_SPEND_LIMIT_EXCEEDED: error("top_up"),
  UNAUTHORIZED: error("accounts"),
  API_ACCESS_DISABLED: error("accounts"),
  X402_WALLET_MISMATCH: error("accounts"),
  INVALID_REQUEST: error(),
  INVALID_MODEL: error("models"),
  INVALID_AUDIO_FORMAT: error(),
  INVALID_VIDEO_FORMAT: error(),
  CORRUPTED_IMAGE: error(),
  IMAGE_TOO_SMALL: error(),
  TOO_MANY_TOKENS: error("context"),
  CHARACTER_NOT_FOUND: error(),
  MODEL_NOT_FOUND: error("models"),
  MEDIA_NOT_FOUND: error(),
  PAYLOAD_TOO_LARGE: error(),
  INVALID_CONTENT_TYPE: error(),
  VIDEO_DURATION_TOO_LONG: error(),
  VIDEO_DURATION_TOO_SHORT: error(),
  IMAGE_TOO_LARGE: error(),
  CONTENT_POLICY_VIOLATION: warning(),
  ASR_UPSTREAM_VALIDATION_FAILED: error(),
  RATE_LIMIT_EXCEEDED: warning("again"),
  MODEL_OVERLOADED: warning("again"),
  INFERENCE_FAILED: error("again"),
  UPSCALE_FAILED: error("again"),
  IMAGE_EDIT_ERROR: error("again"),
  UNKNOWN_ERROR: error("again"),
  TEE_ATTESTATION_FAILED: error(),
  TEE_SIGNATURE_FAILED: error(),
  ASR_UPSTREAM_FAILED: error("again"),
  MODEL_OFFLINE: error("models"),
  MODEL_AT_CAPACITY: warning("again"),
  NOT_FOUND: error(),
  GONE: error("models"),
  // Another model would not help.
  GONE_getBillingUsage: error(),
  NEEDS_CONSENT: warning(),
  PAYMENT_REQUIRED: error("top_up"),
  PROVIDER_CONTENT_POLICY: warning(),
  SERVICE_UNAVAILABLE: error("again"),
  REQUEST_TIMEOUT: error("again"),

  key_malformed: error(),
  key_missing: error("accounts"),
  vault_no_bus: warning("vault"),
  vault_no_collection: warning("vault"),
  vault_locked: warning("vault"),
  vault_timeout: warning("vault"),
  vault_failed: warning("vault"),
  vault_wrong_passphrase: error(),
  vault_passphrase_weak: error(),
  limit_per_click: warning("limit"),
  price_unknown: warning("limit"),
  budget_stops: warning("limit"),
  budget_asks: warning("limit"),
  input_too_large: error(),
  input_too_small: error(),
  input_not_a_picture: error(),
  input_truncated: error(),
  input_empty: error(),
  input_unreadable: error(),
  input_unsupported: error(),
  format_unsupported: error(),
  input_too_many_pixels: warning(),
  prompt_without_words: info(),
  setting_not_offered: error(),
  in_use: error(),
  not_found: error(),
  not_sent: info("again"),
  charge_found: warning(),
  charge_likely: warning("queue"),
  not_charged: info("again"),
  charges_unread: warning(),
  price_changed: warning(),
  needs_confirmation: warning("queue"),
  asked_elsewhere: info(),
  no_notifications: info(),
  prompt_too_long: error(),
  prompt_empty: error(),
  size_not_divisible: error(),
  upscale_too_large: warning(),
  wildcards_invalid: warning(),
  transcript_changed: warning(),
  times_unknown: warning(),
  not_a_film_address: error(),
  too_many_pictures: warning(),
  too_many_inputs: warning(),
  mask_empty: warning(),
  mask_misfit: warning(),
  not_taken: info("again"),
  disk_full: error("again"),
  read_only: error("again"),
  store_damaged: error(),
  file_missing: error(),
  library_gone: error(),
  library_busy: warning("again"),
  folder_unsuitable: error(),
  copy_differs: error(),
  files_missing: warning(),
  files_found: info(),
  files_adopted: info(),
  files_changed: warning(),
  files_damaged: error(),
  files_twice: info(),
  files_unreadable: warning(),
  sidecars_unreadable: warning(),
  sidecars_newer: info(),
  sidecars_alone: warning(),
  work_files_alone: warning(),
  lineage_cycles: info(),
  network_down: error("again"),
  timed_out: error("again"),
  cut_off: error("again"),
  unexpected_answer: error("again"),
  answer_unreadable: error("queue"),
  breaker_open: warning("again"),
  charged_unknown: warning("queue"),
  done_unknown: warning(),
  cancelled: info(),
  job_not_cancellable: info(),
  field_invalid: error(),
  needs_wallet: error("accounts"),
  needs_admin_key: warning("accounts"),
  key_not_admin: error(),
  key_of_other_account: error(),
  key_in_use_here: warning(),
  key_not_kept: warning("vault"),
  rotation_open: warning("accounts"),
  wallet_malformed: error(),
  wallet_known: info(),
  wallet_not_backed_up: warning(),
  backup_differs: warning(),
  amounts_differ: warning(),
  top_up_too_small: warning(),
  top_up_open: warning(),
  top_up_not_offered: error(),
  top_up_unknown: warning(),
  top_up_needs_block: error(),
  conversation_busy: warning(),
  conversation_too_long: warning("context"),
  no_microphone: error(),
  microphone_gone: error(),
  microphone_not_allowed: error(),
  microphone_stalled: warning(),
  sound_system_failed: error("again"),
  take_under_way: warning(),
  no_take: info(),
  recording_room_low: warning(),
  take_ended_full: warning(),
  take_waits: warning(),
  takes_recovered: info(),
  take_damaged: warning(),
  input_not_sound: error(),
  input_no_track: error(),
  sound_empty: error(),
  stopped: info(),
  text_empty: error(),
  text_too_long: error(),
  text_encoding_unknown: error(),
  input_not_text: error(),
  too_many_voices: error(),
  voice_ended: warning(),
  voice_foreign: error(),
  voice_of_other_model: error("models"),
  consent_missing: warning(),
  sample_too_short: error(),
  sample_too_long: error(),
  sample_silent: error(),
  sample_gone: error(),
  cloning_not_offered: error("models"),
  waits_for_network: warning(),
  waits_for_server: warning(),
  waits_for_account: warning("accounts"),
  waits_for_room: error(),
  waits_for_provider: warning(),
  waits_for_result: warning(),
  result_gone: warning("queue"),
  result_unreachable: error("queue"),
  stopped_waiting: info("queue"),
  nothing_to_look_for: info(),
  account_in_use: warning("queue"),
  needs_consent: warning(),
  agreement_missing: warning(),
  region_unavailable: error("models"),
  film_input_format: error(),
  film_input_too_large: error(),
  film_input_length: error(),
  film_inputs_too_long: error(),
  film_input_damaged: error(),
  film_input_ratio: error(),
  film_ratio_differs: warning(),
  film_input_not_taken: warning(),
  film_input_missing: warning(),
  film_inputs_too_many: warning(),
  film_keyframe_place: warning(),
  prompt_too_short: error(),
  lyrics_missing: warning(),
  lyrics_too_long: error(),
  lyrics_twice: warning(),
  result_damaged: warning(),
  internal: error("again"),
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof table;

/** An error as it is shown. */
export type Explained = {
  severity: Severity;
  /** What happened, a sentence. */
  what: string;
  /** What to do, a sentence; null when there is nothing to say. */
  advice: string | null;
  remedy: Remedy;
  /** For support; null when there is none. */
  requestId: string | null;
};

function row(code: string): Row | undefined {
  return Object.hasOwn(table, code) ? table[code as ErrorCode] : undefined;
}

/** When to try again, where Venice says it. */
function waiting({ code, params }: AppError): string | null {
  const seconds = Number(params["retry_after"]);
  return seconds > 0 ? tryWords(`errors.${code}_wait`, { count: seconds }) : null;
}

/** What became of the price of work that the provider ended. */
function refunded({ params }: AppError): string | null {
  const said = params["refunded"];
  return said ? tryWords(`errors.refunded_${said}`, {}) : null;
}

/** The words of an error: ours where the code has them and its values came along, else the back end's own. */
export function explain(problem: AppError): Explained {
  // Of some operations a code means something of its own.
  const own = `${problem.code}_${problem.operation ?? ""}`;
  const known = row(own) ?? row(problem.code);
  const code = tryWords(`errors.${own}`, problem.params) === null ? problem.code : own;
  const what = known && tryWords(`errors.${code}`, problem.params);
  const advice =
    known && (refunded(problem) ?? waiting(problem) ?? tryWords(`errors.${code}_do`, problem.params));
  const fallback: Remedy = problem.retryable ? "again" : "none";
  const remedy = known?.remedy ?? fallback;
  return {
    severity: known?.severity ?? "error",
    what: what ?? problem.message,
    advice: what === null || what === undefined ? problem.hint : (advice ?? null),
    // A button to send it again would only fail again.
    remedy: remedy === "again" && !problem.retryable ? "none" : remedy,
    requestId: problem.request_id,
  };
}
