/** What sending would do, and what it would cost. */
import type {
  AppError,
  AttachmentView,
  MakeRequest,
  MessageDraft,
  Money,
  TurnPrice,
  WebErrand,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { accounts } from "./accounts.svelte";
import type { ChatModel } from "./chat-models";

export type Ask =
  | { kind: "turn"; draft: MessageDraft }
  | { kind: "errand"; errand: WebErrand }
  | { kind: "pictures"; request: MakeRequest };

/** What it would cost. */
export type Priced = {
  readonly likely: Money | null;
  /** What is set aside for it; what is sent has to name this. */
  readonly most: Money | null;
  readonly account: string;
  readonly pretend: boolean;
  readonly surcharge: boolean;
  readonly problem: AppError | null;
  readonly turn: TurnPrice | null;
};

export async function readPrice(ask: Ask): Promise<Result<Priced>> {
  const { commands } = platform;
  switch (ask.kind) {
    case "turn": {
      const answer = await commands.priceTurn(ask.draft);
      return answer.status === "error"
        ? answer
        : { status: "ok", data: { ...answer.data, turn: answer.data } };
    }
    case "errand": {
      const answer = await commands.priceErrand(ask.errand);
      if (answer.status === "error") return answer;
      const { amount, ...rest } = answer.data;
      return { status: "ok", data: { ...rest, likely: amount, most: amount, turn: null } };
    }
    case "pictures": {
      const answer = await commands.estimatePicture({ kind: "make", ...ask.request });
      if (answer.status === "error") return answer;
      const { amount, ...rest } = answer.data;
      return { status: "ok", data: { ...rest, likely: amount, most: amount, turn: null } };
    }
  }
}

/** Words don't bear on whether a price may be shown. Who pays does, how it is asked for, and what goes along. */
export function bearing(ask: Ask): string {
  const payer = accounts.selected?.id;
  if (ask.kind !== "turn") return JSON.stringify([ask.kind, payer]);
  const { conversation, settings, turn } = ask.draft;
  const { system_prompt: _, ...asked } = settings ?? {};
  return JSON.stringify([conversation, payer, asked, turn && "attachments" in turn ? turn.attachments : []]);
}

/** What nobody has seen isn't paid. */
export const priceChanged: AppError = {
  code: "price_changed",
  message: "The price or the account is no longer what was shown.",
  hint: null,
  retryable: false,
  operation: null,
  request_id: null,
  params: {},
};

/** Why an attachment can't go to the model. */
export type Misfit = {
  attachment: string;
  why: "vision" | "audio" | "video" | "images" | "videos";
  most: number;
};

export function misfits(attachments: readonly AttachmentView[], model: ChatModel | null): Misfit[] {
  if (model === null) return [];
  const found: Misfit[] = [];
  const count = { image: 0, video: 0 };
  for (const { id, kind } of attachments) {
    if (kind === "image") {
      count.image += 1;
      if (!model.vision) found.push({ attachment: id, why: "vision", most: 0 });
      else if (model.mostImages !== null && count.image > model.mostImages)
        found.push({ attachment: id, why: "images", most: model.mostImages });
    }
    if (kind === "audio" && !model.audio) found.push({ attachment: id, why: "audio", most: 0 });
    if (kind === "video") {
      count.video += 1;
      if (!model.video) found.push({ attachment: id, why: "video", most: 0 });
      else if (model.mostVideos !== null && count.video > model.mostVideos)
        found.push({ attachment: id, why: "videos", most: model.mostVideos });
    }
  }
  return found;
}
