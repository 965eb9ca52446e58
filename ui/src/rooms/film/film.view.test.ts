import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import type { FilmRequest, QuotedPrice } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeId, fakeItem, fakeJob, keyAccount, sandboxAccount } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import QuotedAgain from "@/gallery/QuotedAgain.svelte";
import Notices from "@/shell/Notices.svelte";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { EMPTY_FILM, filesOf } from "@/stores/film-form";
import { films } from "@/stores/films.svelte";
import { imports } from "@/stores/imports.svelte";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { quotedAgain } from "@/stores/quoted-again.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { putAll } from "./deeds";
import FilmRoom from "./FilmRoom.svelte";
import { view } from "./view.svelte";

let stops: (() => void)[] = [];

/** Opens the room on a back end of its own, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 6, makingTakes: 0, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  jobs.stop();
  jobs.list = [];
  jobs.loaded = false;
  items.stop();
  imports.report = null;
  view.selected = null;
  view.playing = false;
  quotedAgain.leave();
  films.fields = EMPTY_FILM;
  await app.load();
  if (app.state) accounts.start(app.state);
  await Promise.all([jobs.start(), items.start(), films.load()]);
  films.askAgain();
  document.body.style.cssText = "height: 800px; margin: 0";
  await render(Notices);
  const shown = await render(FilmRoom);
  shown.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  await render(QuotedAgain);
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const make = () => page.getByRole("button", { name: /^Make film/ });
const prompt = () => page.getByLabelText("Prompt", { exact: true });

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
});

describe("the Film room", () => {
  it("quotes what bears on the price, asks for a film, and shows it where it will be", async () => {
    const fake = await open();
    await expect.element(make()).toBeDisabled();
    await prompt().fill("A gondola in the mist");
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.35/ })).toBeEnabled();
    const asked = called(fake, "quoteFilm").length;
    // Words don't bear on it: the price stays, and nobody is asked.
    await prompt().fill("A gondola in the mist, at dawn");
    await page.getByRole("radio", { name: "10s" }).click();
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.60/ })).toBeEnabled();
    expect(called(fake, "quoteFilm").length).toBe(asked + 1);
    await page.getByRole("radio", { name: "720p" }).click();
    await expect.element(page.getByRole("button", { name: /Make film.*\$1\.10/ })).toBeEnabled();
    await make().click();
    await expect.poll(() => called(fake, "startFilm").length).toBe(1);
    const [request, expected] = called(fake, "startFilm")[0] as [FilmRequest, unknown];
    expect(request).toMatchObject({
      model: "regatta-text",
      prompt: "A gondola in the mist, at dawn",
      duration: "10s",
      resolution: "720p",
      audio: true,
    });
    expect(expected).toEqual({ account: "sandbox", amount: { amount: "1.10", currency: "usd" } });
    await expect.element(page.getByText(/Being made, about 2 min/)).toBeVisible();
    const [job] = jobs.list;
    fake.films.finish(job?.id ?? "");
    await expect.element(page.getByRole("group", { name: "A gondola in the mist, at dawn" })).toBeVisible();
  });

  it("never shows the price of other settings", async () => {
    let answer: (() => void) | null = null;
    const fake = await open();
    await prompt().fill("Waves");
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.35/ })).toBeEnabled();
    const real = fake.commands.quoteFilm;
    usePlatform({
      ...fake,
      commands: new Proxy(fake.commands, {
        get: (target, name, receiver): unknown =>
          name === "quoteFilm"
            ? async (request: FilmRequest) => {
                await new Promise<void>((resolve) => (answer = resolve));
                return real(request);
              }
            : Reflect.get(target, name, receiver),
      }),
    });
    await page.getByRole("radio", { name: "10s" }).click();
    await expect.element(make()).toBeDisabled();
    expect(make().element().textContent).not.toContain("$");
    await expect.poll(() => answer).not.toBeNull();
    answer!();
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.60/ })).toBeEnabled();
  });

  it("follows the model: what it starts from, what it takes, what it makes", async () => {
    await open();
    await page.getByRole("radio", { name: "Picture" }).click();
    // The model of the same name goes on.
    expect(films.model?.id).toBe("regatta-image");
    await expect.element(page.getByRole("group", { name: "First frame" })).toBeVisible();
    await expect.element(page.getByText(/doesn't say whether this model takes it/).first()).toBeVisible();
    await prompt().fill("It begins to move");
    await expect.element(page.getByText(/wants one more thing first: First frame/)).toBeVisible();
    await page.getByRole("radio", { name: "References" }).click();
    await expect.element(page.getByRole("group", { name: "Elements" })).toBeVisible();
    await page.getByRole("button", { name: "Add an element" }).click();
    await expect.element(page.getByText("Call them @Element1 in the prompt.")).toBeVisible();
    await page.getByRole("radio", { name: "Enlarge" }).click();
    await expect.element(page.getByRole("button", { name: /Enlarge film 2×/ })).toBeDisabled();
    expect(prompt().elements()).toHaveLength(0);
  });

  it("takes a picture from the Library, and says what is wrong with one before anything is sent", async () => {
    const unfit = fakeError("input_too_large", { params: { size: "26 MB", most: "25 MB" } });
    const fake = await open({ films: { unfit: { [fakeId(1)]: unfit } } });
    await page.getByRole("radio", { name: "Picture" }).click();
    await prompt().fill("It begins to move");
    await page.getByRole("group", { name: "First frame" }).getByRole("button", { name: "Add" }).click();
    await page.getByRole("menuitem", { name: "From the Library…" }).click();
    const dialog = page.getByRole("dialog", { name: "Choose from the Library" });
    await dialog.getByRole("button").nth(2).click();
    await expect.poll(() => filesOf(films.fields, "image")).toHaveLength(1);
    films.put("image", { ...items.recent[1]!, id: fakeId(1) });
    await expect.element(page.getByRole("group", { name: "First frame" }).getByRole("alert")).toBeVisible();
    await expect.element(make()).toBeDisabled();
    films.put("image", items.recent[0]!);
    await expect.element(page.getByRole("button", { name: /Make film.*\$/ })).toBeEnabled();
    await make().click();
    await expect
      .poll(() => called(fake, "startFilm")[0]?.[0])
      .toMatchObject({ model: "regatta-image", image: { item: fakeId(0) } });
  });

  it("puts what is dropped where it was dropped, else where it fits", async () => {
    const fake = await open();
    const file = { handle: "picked-9", name: "rialto.jpg", bytes: 1000, is_folder: false };
    fake.emit({ type: "dropped", files: [file], x: null, y: null });
    await expect.poll(() => films.fields.mode).toBe("image");
    await expect.poll(() => filesOf(films.fields, "image")).toHaveLength(1);
    await page.getByRole("radio", { name: "References" }).click();
    const place = page.getByRole("group", { name: "Reference pictures" });
    place.element().scrollIntoView();
    const box = place.element().getBoundingClientRect();
    fake.emit({ type: "dropped", files: [file], x: box.left + 5, y: box.top + 5 });
    await expect.poll(() => filesOf(films.fields, "reference_image")).toHaveLength(1);
  });

  it("takes pictures for elements and times in the film from a drop, a file and the clipboard", async () => {
    const file = { handle: "picked-9", name: "rialto.jpg", bytes: 1000, is_folder: false };
    const picked = () => Promise.resolve({ status: "ok" as const, data: file });
    const fake = await open({ over: { pickFile: picked, pastePicture: picked } });
    films.chooseModel("procession");
    await page.getByRole("button", { name: "Add an element" }).click();
    const element = page.getByRole("group", { name: "Element 1", exact: true });
    const front = element.element().querySelector<HTMLElement>('[data-film-role="element:0:front"]')!;
    front.scrollIntoView();
    const box = front.getBoundingClientRect();
    fake.emit({ type: "dropped", files: [file], x: box.left + 5, y: box.top + 5 });
    await expect.poll(() => films.fields.elements[0]?.front ?? null).not.toBeNull();
    expect(films.fields.files).toEqual({});
    await element.getByRole("button", { name: "Add" }).click();
    await page.getByRole("menuitem", { name: "From a file…" }).click();
    await expect.poll(() => films.fields.elements[0]?.images.length).toBe(1);
    films.chooseModel("carnival-image");
    await page.getByRole("button", { name: "Add a picture" }).click();
    await page.getByRole("menuitem", { name: "Paste" }).click();
    await expect.poll(() => films.fields.keyframes).toHaveLength(1);
    putAll([fakeItem(2, new Date())], "keyframe");
    expect(films.fields.keyframes.map(({ frame }) => frame)).toEqual([0, 24]);
  });

  it("keeps the keyboard with a file that moves, and in its place when one goes", async () => {
    await open();
    films.chooseModel("procession");
    for (const index of [0, 1, 2]) films.put("reference_image", items.recent[index]!);
    const place = page.getByRole("group", { name: "Reference pictures" });
    const order = (): readonly string[] => filesOf(films.fields, "reference_image");
    const [, , last] = order();
    const title = items.get(last!)!.title;
    const forward = () => place.getByRole("button", { name: `Move “${title}” forward` });
    await expect.element(forward()).toBeEnabled();
    (forward().element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => order().indexOf(last!)).toBe(1);
    await expect.poll(() => document.activeElement).toBe(forward().element());
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => order().indexOf(last!)).toBe(0);
    const backward = place.getByRole("button", { name: `Move “${title}” back` });
    await expect.poll(() => document.activeElement).toBe(backward.element());
    await userEvent.keyboard("{Tab}{Enter}");
    await expect.poll(order).toHaveLength(2);
    expect(place.element().contains(document.activeElement)).toBe(true);
  });

  it("says what doesn't go where it was dropped, and never takes another model for it", async () => {
    const fake = await open();
    await page.getByRole("radio", { name: "Picture" }).click();
    const { model } = films;
    const place = page.getByRole("group", { name: "First frame" }).element();
    const moving = fakeItem(0, new Date(), { id: "moving-7", kind: "film" });
    putAll([moving], place.getAttribute("data-film-role") as "image");
    await expect.element(page.getByText("First frame: a file of this kind can't go there.")).toBeVisible();
    expect([films.model?.id, called(fake, "startFilm").length]).toEqual([model?.id, 0]);
    films.chooseModel("procession");
    const films3 = ["a", "b", "c"].map((id) => fakeItem(0, new Date(), { id, kind: "film" }));
    putAll(films3, "reference_film");
    await expect.element(page.getByText("Reference films: there is no room for one more.")).toBeVisible();
    expect(filesOf(films.fields, "reference_film")).toEqual(["a", "b"]);
  });

  it("never sends the example from an account whose money is real", async () => {
    let broken = true;
    const quoted = (pretend: boolean): QuotedPrice => ({
      amount: { amount: "2.00", currency: "usd" },
      account: pretend ? "sandbox" : "key-1",
      pretend,
      problem: null,
      unpriced: null,
      advice: null,
    });
    const fake = await open({
      items: 0,
      over: {
        quoteFilm: () =>
          Promise.resolve(
            broken
              ? { status: "error", error: fakeError("timed_out") }
              : { status: "ok", data: quoted(accounts.selected?.pretend === true) },
          ),
      },
    });
    await page.getByRole("button", { name: /^Try: / }).click();
    await expect.poll(() => films.offerProblem?.code).toBe("timed_out");
    broken = false;
    // The price comes at last, but somebody else pays by now.
    accounts.list = [
      { ...sandboxAccount, selected: false },
      { ...keyAccount, selected: true },
    ];
    await expect.element(page.getByRole("button", { name: /Make film.*\$2\.00/ })).toBeEnabled();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(called(fake, "startFilm")).toHaveLength(0);
  });

  it("shows what consent is wanted for once, however often it is told", async () => {
    await open({
      jobs: [
        fakeJob("film-2", {
          kind: "film",
          state: "failed",
          items: [],
          billing: "nothing",
          error: fakeError("needs_consent", { params: { policy_text: "Read.", roles: "image,image" } }),
        }),
      ],
    });
    await page.getByRole("button", { name: "Read and agree…" }).click();
    const dialog = page.getByRole("dialog", { name: "Your consent is needed" });
    await expect.element(dialog.getByText("First frame")).toBeVisible();
    expect(dialog.getByRole("listitem").elements()).toHaveLength(1);
  });

  it("asks for consent with the provider's words, and sends the same only when all is confirmed", async () => {
    const fake = await open({
      jobs: [
        fakeJob("film-0", {
          kind: "film",
          state: "failed",
          items: [],
          title: "Two faces",
          billing: "nothing",
          error: fakeError("needs_consent", {
            params: { policy_text: "Faces are looked at by a program first.", roles: "image, end_image" },
          }),
        }),
      ],
    });
    await page.getByRole("button", { name: "Read and agree…" }).click();
    const dialog = page.getByRole("dialog", { name: "Your consent is needed" });
    await expect.element(dialog.getByText("Faces are looked at by a program first.")).toBeVisible();
    await expect.element(dialog.getByText("First frame")).toBeVisible();
    await expect.element(dialog.getByText("Last frame")).toBeVisible();
    const sends = dialog.getByRole("button", { name: /Agree and send.*\$/ });
    await expect.element(sends).toBeDisabled();
    for (const box of dialog.getByRole("checkbox").elements()) await userEvent.click(box);
    await sends.click();
    await expect
      .poll(() => called(fake, "agreeToFilm"))
      .toEqual([
        [
          "film-0",
          { terms: true, rights: true, screening: true },
          { account: "sandbox", amount: { amount: "0.50", currency: "usd" } },
        ],
      ]);
    await expect.poll(() => dialog.elements().length).toBe(0);
    await expect.element(page.getByText(/Being made/)).toBeVisible();
  });

  it("stops waiting only for those who know that it goes on, and looks again for what it stopped", async () => {
    const fake = await open();
    await prompt().fill("Waves");
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.35/ })).toBeEnabled();
    await make().click();
    await page.getByRole("button", { name: "Stop waiting for it" }).click();
    expect(called(fake, "cancelJob")).toHaveLength(0);
    await expect.element(page.getByText(/it goes on there and is charged/)).toBeVisible();
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop waiting" }).click();
    await page.getByRole("button", { name: "Look again" }).click();
    expect(called(fake, "resumeJob")).toHaveLength(1);
    await expect.element(page.getByText(/Being made/)).toBeVisible();
  });

  it("says why work doesn't go on just now, and how much of a film has arrived", async () => {
    const fake = await open();
    const at = new Date().toISOString();
    const job = fakeJob("film-9", {
      kind: "film",
      state: "accepted",
      items: [],
      title: "Storm",
      sent_at: at,
      finished_at: null,
      expected_ms: 60_000,
      progress: { stage: "waiting", average_ms: null, elapsed_ms: null, total_bytes: null },
      error: fakeError("AUTHENTICATION_FAILED"),
    });
    fake.emit({ type: "job", job });
    await expect.element(page.getByText("It goes on there")).toBeVisible();
    await expect.element(page.getByText(/key/i).first()).toBeVisible();
    fake.emit({
      type: "job",
      job: {
        ...job,
        error: null,
        received: 5_000_000,
        progress: { stage: "downloading", average_ms: null, elapsed_ms: null, total_bytes: 20_000_000 },
      },
    });
    await expect.element(page.getByText("Arriving, 5 MB of 20 MB")).toBeVisible();
    await expect.element(page.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25");
  });

  it("keeps the form over a restart", async () => {
    const fake = await open();
    await prompt().fill("Fog lifts");
    films.keepNow();
    await app.flush();
    expect(app.settings?.film_form).toContain("Fog lifts");
    expect(called(fake, "changeSettings").length).toBeGreaterThan(0);
    const later = new (films.constructor as new () => typeof films)();
    later.open(app.settings?.film_form ?? null, () => undefined);
    expect(later.fields.prompt).toBe("Fog lifts");
  });

  it("watches a film above the wall, and shows what it was asked for with", async () => {
    const fake = await open();
    await prompt().fill("Waves");
    await expect.element(page.getByRole("button", { name: /Make film.*\$0\.35/ })).toBeEnabled();
    await make().click();
    await expect.poll(() => jobs.list.length).toBe(1);
    fake.films.finish(jobs.list[0]!.id);
    await page
      .getByRole("group", { name: "Waves", exact: true })
      .getByRole("button", { name: /^Waves,/ })
      .click({ position: { x: 8, y: 8 } });
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("group", { name: "Film player" })).toBeVisible();
    await prompt().fill("Something else");
    actions.run("film.item.recipe");
    await expect.poll(() => films.fields.prompt).toBe("Waves");
  });

  it("says to its end what went wrong, and shows its buttons", async () => {
    await page.viewport(884, 562);
    await open({
      jobs: [
        fakeJob("lost", {
          kind: "film",
          state: "unknown",
          items: [],
          title: "Through the fog, over the bridge and into the night, until nobody reads it any more",
          billing: "unknown",
        }),
      ],
    });
    const tile = page.getByRole("group", { name: "Nobody knows yet whether this worked" });
    await expect.element(tile.getByRole("button", { name: "Put away" })).toBeVisible();
    const box = tile.element();
    expect(box.scrollHeight).toBeLessThanOrEqual(box.clientHeight);
    await page.viewport(1280, 800);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open({
      jobs: [
        fakeJob(`refused-${theme}`, {
          kind: "film",
          state: "failed",
          items: [],
          billing: "nothing",
          error: fakeError("CONTENT_POLICY_VIOLATION", { params: { suggested_prompt: "A kinder one" } }),
        }),
      ],
    });
    await page.getByRole("radio", { name: "References" }).click();
    await expect.element(page.getByRole("button", { name: "Use the suggested words" })).toBeVisible();
    await expectAccessible();
  });
});
