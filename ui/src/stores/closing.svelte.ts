import { platform } from "@/platform/platform";
import { app } from "./app.svelte";
import { jobs } from "./jobs.svelte";

/** The end of the window: what is not kept yet is kept first, and paid work that is under way is asked about. */
export class Closing {
  /** Whether the user is asked what is to become of the work under way. */
  asking = $state(false);

  /** The window is to close. */
  async wanted(): Promise<void> {
    if (jobs.running.length > 0) {
      this.asking = true;
      await platform.commands.answerClosing(false);
      return;
    }
    await this.close();
  }

  async close(): Promise<void> {
    await app.flush();
    await platform.commands.answerClosing(true);
  }
}

export const closing = new Closing();
