import { expect, it } from "vitest";
import { startFilms, startMusic, startPictures } from "./gallery/start";
import { fakePlatform } from "./platform/fake";
import { keyAccount, sandboxAccount } from "./platform/fake-data";
import { platform, usePlatform } from "./platform/platform";
import { startSpeech } from "./rooms/voice/speak/start.svelte";
import { startTranscribing } from "./rooms/voice/transcribe/start";
import { accounts } from "./stores/accounts.svelte";
import { app } from "./stores/app.svelte";
import { events } from "./stores/events";

it("decides which models the rooms have: all of them read them again when it is another", async () => {
  const fake = fakePlatform({ state: { accounts: [sandboxAccount, keyAccount] } });
  usePlatform(fake);
  const stop = events.start(platform);
  await app.load();
  if (app.state) accounts.start(app.state);
  const reads = (): number[] =>
    ["pictureModels", "filmModels", "musicModels", "voiceModels"].map(
      (name) => fake.calls.filter((call) => call.name === name).length,
    );
  await Promise.all([startPictures(), startFilms(), startMusic(), startSpeech()]);
  startTranscribing();
  expect(reads()).toEqual([1, 1, 1, 2]);
  // A balance that comes is no reason.
  fake.emit({ type: "accounts", accounts: accounts.list.map((account) => ({ ...account, balances: [] })) });
  await accounts.select(keyAccount.id);
  await expect.poll(reads).toEqual([2, 2, 2, 4]);
  accounts.stop();
  stop();
});
