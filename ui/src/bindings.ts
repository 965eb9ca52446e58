// A draft of the shape tauri-specta will generate; it is replaced by the generated file.
import { invoke as __TAURI_INVOKE } from "@tauri-apps/api/core";

export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };

/** The one error shape of the back end. `code` is Venice's or ours; `message` what happened, `hint` what to do. */
export type AppError = {
	code: string;
	message: string;
	hint: string | null;
	retryable: boolean;
	operation: string | null;
	request_id: string | null;
	/** Values to put into the localised words for `code` ({max}, {size}, …). */
	params: { [key: string]: string };
};

export type Currency = "usd" | "diem" | "credits";
/** `amount` is decimal text; the ui formats it and does no sums. */
export type Money = { amount: string; currency: Currency };

export type AccountKind = "sandbox" | "key" | "run";
export type AccountView = {
	id: string;
	kind: AccountKind;
	name: string;
	/** Last characters of the key, never more than six. */
	ends_with: string | null;
	selected: boolean;
	/** True for the sandbox: every amount of this account is pretend. */
	pretend: boolean;
	/** Whether the key could be read from where it is kept. */
	key: "present" | "missing" | "unreadable" | "not_needed";
	/** As last reported by Venice; null while unknown. */
	balances: Money[];
	balance_at: string | null;
};
export type VaultPlace = "keychain" | "memory" | "file" | "locked_file";
export type VaultStatus = {
	place: VaultPlace;
	/** Why the keychain isn't used: "no_bus", "no_collection", "locked", "timeout", "failed"; null when it is. */
	reason: string | null;
	/** The name of the keychain service, or the path of the encrypted file. */
	where: string | null;
};

export type Theme = "system" | "light" | "dark";
export type Language = "system" | "en" | "zh-CN";
export type Settings = {
	theme: Theme;
	language: Language;
	last_room: string;
	welcome_done: boolean;
	/** The most one click may cost, decimal text in USD; null = no limit. */
	per_click_limit_usd: string | null;
	form_width: number;
	details_width: number;
	details_open: boolean;
	/** The Image room's form as it was left, JSON of the ui's own. */
	image_form: string | null;
};
export type SettingsPatch = { [K in keyof Settings]?: Settings[K] | null };

export type AppState = {
	version: string;
	home: string;
	library: string;
	/** Prefix of every media address: `${media_origin}/thumb/ITEM/small`, `/thumb/ITEM/large`, `/item/ITEM`. Contains the token. */
	media_origin: string;
	settings: Settings;
	accounts: AccountView[];
	vault: VaultStatus;
	/** What the check at start mended or found wrong; empty when all is well. */
	notices: AppError[];
};

export type ModelUse = "make" | "edit";
export type ModelView = {
	id: string;
	name: string;
	use_for: ModelUse;
	description: string | null;
	/** "private" | "anonymized" | other words of Venice's */
	privacy: string | null;
	beta: boolean;
	offline: boolean;
	uncensored: boolean;
	traits: string[];
	/** The lowest price of one picture; null = unknown. */
	from_price: Money | null;
	prompt_limit: number | null;
	/** Width and height must be divisible by this; null = the model takes ratios, not sizes. */
	size_divisor: number | null;
	steps: { default: number; max: number } | null;
	aspect_ratios: string[];
	default_aspect_ratio: string | null;
	resolutions: string[];
	default_resolution: string | null;
	qualities: string[];
	default_quality: string | null;
	/** Edit models: how many pictures they take. */
	max_input_images: number | null;
	replacement: string | null;
	retires_at: string | null;
};
export type PictureModels = { make: ModelView[]; edit: ModelView[]; default_make: string | null; default_edit: string | null; fetched_at: string };

/** Exactly one of these, by `kind`. Everything that is priced, checked and sent goes through it. */
export type PictureRequest =
	| ({ kind: "make" } & MakeRequest)
	| ({ kind: "edit" } & EditRequest)
	| ({ kind: "upscale" } & UpscaleRequest)
	| ({ kind: "cut_out" } & CutOutRequest);
export type MakeRequest = {
	model: string;
	prompt: string;
	negative_prompt: string | null;
	/** Models with a size divisor take width and height; the others aspect_ratio and resolution. */
	width: number | null;
	height: number | null;
	aspect_ratio: string | null;
	resolution: string | null;
	quality: string | null;
	steps: number | null;
	cfg_scale: number | null;
	seed: number | null;
	style: string | null;
	variants: number;
	safe_mode: boolean;
	hide_watermark: boolean;
};
export type EditRequest = { model: string; item: string; prompt: string; aspect_ratio: string | null; resolution: string | null; quality: string | null; safe_mode: boolean; scale_down: boolean };
export type UpscaleRequest = { item: string; scale: number; creativity: string | null; scale_down: boolean };
export type CutOutRequest = { item: string; scale_down: boolean };

export type Estimate = {
	/** null = the price is unknown; never a guess. */
	amount: Money | null;
	/** Extra costs apply that are not listed: shown as "plus surcharge". */
	surcharge: boolean;
	pretend: boolean;
	/** Set when the request can't be sent as it is: said before money is spent. */
	problem: AppError | null;
	/** Set when sending a scaled-down copy would solve `problem`. Nothing is scaled until the user agrees (`scale_down: true`). */
	scale_down: { from_width: number; from_height: number; width: number; height: number; result_width: number; result_height: number } | null;
};

export type JobState = "planned" | "sent" | "accepted" | "ready" | "saved" | "failed" | "cancelled" | "unknown";
export type JobKind = "make" | "edit" | "upscale" | "cut_out";
export type JobView = {
	id: string;
	kind: JobKind;
	state: JobState;
	account: string;
	pretend: boolean;
	title: string;
	model: string | null;
	created_at: string;
	sent_at: string | null;
	finished_at: string | null;
	/** How many results were asked for. */
	wanted: number;
	/** The items it made, in order. */
	items: string[];
	/** The item it started from. */
	source: string | null;
	/** Width / height of what will come, for the placeholder. */
	ratio: number | null;
	/** Our own history's median for this model, in milliseconds; null = unknown. */
	expected_ms: number | null;
	/** Bytes received so far; null before the first byte. */
	received: number | null;
	estimate: Money | null;
	charged: Money | null;
	error: AppError | null;
	request: PictureRequest | null;
};
export type JobsPage = { jobs: JobView[]; next: string | null };

export type MediaKind = "picture" | "sound" | "film";
export type Origin = "made" | "edited" | "upscaled" | "cut_out" | "imported";
export type ItemView = {
	id: string;
	kind: MediaKind;
	origin: Origin;
	title: string;
	prompt: string | null;
	model: string | null;
	mime: string;
	width: number;
	height: number;
	bytes: number;
	has_alpha: boolean;
	/** base64 */
	thumbhash: string | null;
	made_at: string;
	/** Local day, YYYY-MM-DD */
	day: string;
	cost: Money | null;
	pretend: boolean;
	rating: number;
	favourite: boolean;
	trashed_at: string | null;
	seed: number | null;
};
export type ItemDetails = {
	item: ItemView;
	tags: string[];
	notes: string;
	request: PictureRequest | null;
	/** Recipe fields in display order: label key -> value. */
	recipe: { name: string; value: string }[];
	receipt: { job: string | null; account: string | null; answer_id: string | null; request_id: string | null; model: string | null; took_ms: number | null; cost: Money | null; estimate: Money | null; warnings: string[] } | null;
	parents: ItemView[];
	children: ItemView[];
	file: { name: string; path: string; blake3: string; bytes: number; exists: boolean };
};
export type ItemPatch = { title?: string | null; rating?: number | null; favourite?: boolean | null; tags?: string[] | null; notes?: string | null };
export type LibrarySort = "newest" | "oldest" | "title" | "size";
export type LibraryQuery = { text: string | null; kind: MediaKind | null; origin: Origin | null; model: string | null; tag: string | null; favourite: boolean; min_rating: number; trashed: boolean; sort: LibrarySort; cursor: string | null; limit: number };
export type LibraryPage = { items: ItemView[]; next: string | null; total: number };
/** The days of a query with their counts; `costs` has one entry per currency and real/pretend. */
export type DaySummary = { day: string; items: number; costs: { money: Money; pretend: boolean }[] };
export type LibraryFacets = { models: { id: string; items: number }[]; tags: { id: string; items: number }[] };
export type LibraryStatus = { items: number; trashed: number; bytes: number; free_bytes: number };

/** A file the user picked, dropped or pasted: the path stays in Rust. */
export type Picked = { handle: string; name: string; bytes: number };
export type Refusal = { name: string; error: AppError };
export type ImportReport = { items: ItemView[]; already_there: ItemView[]; refused: Refusal[]; cancelled: boolean };

export type AppEvent =
	| { type: "job"; job: JobView }
	/** null = over a thousand at once: read again. */
	| { type: "items"; ids: string[] | null }
	| { type: "accounts"; accounts: AccountView[] }
	| { type: "vault"; vault: VaultStatus }
	| { type: "import_progress"; done: number; total: number }
	| { type: "drag"; over: boolean }
	| { type: "dropped"; files: Picked[]; x: number; y: number }
	| { type: "notice"; error: AppError };

export type Commands = {
	appState(): Promise<Result<AppState, AppError>>;
	changeSettings(patch: SettingsPatch): Promise<Result<Settings, AppError>>;
	openLink(url: string): Promise<Result<null, AppError>>;

	listAccounts(): Promise<Result<AccountView[], AppError>>;
	addKeyAccount(name: string, key: string): Promise<Result<AccountView, AppError>>;
	selectAccount(id: string): Promise<Result<AccountView[], AppError>>;
	renameAccount(id: string, name: string): Promise<Result<AccountView[], AppError>>;
	forgetAccount(id: string): Promise<Result<AccountView[], AppError>>;
	testAccount(id: string): Promise<Result<AccountView, AppError>>;
	vaultStatus(): Promise<Result<VaultStatus, AppError>>;
	retryKeychain(): Promise<Result<VaultStatus, AppError>>;
	useVaultFile(passphrase: string): Promise<Result<VaultStatus, AppError>>;

	pictureModels(refresh: boolean): Promise<Result<PictureModels, AppError>>;
	pictureStyles(): Promise<Result<string[], AppError>>;
	estimatePicture(request: PictureRequest): Promise<Result<Estimate, AppError>>;
	startPicture(request: PictureRequest): Promise<Result<JobView, AppError>>;

	openJobs(): Promise<Result<JobView[], AppError>>;
	listJobs(cursor: string | null, limit: number): Promise<Result<JobsPage, AppError>>;
	cancelJob(id: string): Promise<Result<JobView, AppError>>;
	/** A new job with the same request. Refused for `unknown` ones unless `even_if_charged`. */
	retryJob(id: string, evenIfCharged: boolean): Promise<Result<JobView, AppError>>;
	/** Take a finished, failed or unknown job off the Image room's strip; it stays in the Queue's history. */
	dismissJob(id: string): Promise<Result<JobView, AppError>>;

	/** Opens the file dialog; [] when it was closed. */
	pickPictures(): Promise<Result<Picked[], AppError>>;
	/** A picture on the clipboard, as PNG; null when there is none. */
	pastePicture(): Promise<Result<Picked | null, AppError>>;
	importPicked(handles: string[]): Promise<Result<ImportReport, AppError>>;
	cancelImport(): Promise<Result<null, AppError>>;

	libraryPage(query: LibraryQuery): Promise<Result<LibraryPage, AppError>>;
	libraryDays(query: LibraryQuery): Promise<Result<DaySummary[], AppError>>;
	libraryFacets(): Promise<Result<LibraryFacets, AppError>>;
	libraryStatus(): Promise<Result<LibraryStatus, AppError>>;
	getItem(id: string): Promise<Result<ItemDetails, AppError>>;
	getItems(ids: string[]): Promise<Result<ItemView[], AppError>>;
	changeItem(id: string, patch: ItemPatch): Promise<Result<ItemDetails, AppError>>;
	trashItems(ids: string[]): Promise<Result<null, AppError>>;
	restoreItems(ids: string[]): Promise<Result<null, AppError>>;
	emptyTrash(): Promise<Result<number, AppError>>;
	/** Opens the save dialog; the file's name, or null when closed. */
	exportItem(id: string, withRecipe: boolean): Promise<Result<string | null, AppError>>;
	showItemInFolder(id: string): Promise<Result<null, AppError>>;
	copyItem(id: string): Promise<Result<null, AppError>>;
};
