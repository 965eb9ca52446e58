import "@/styles/index.css";
// Not a part of the window, and not fit for what follows.
import "axe-core";
import { afterEach } from "vitest";
import { app } from "@/stores/app.svelte";

// The window does this to every page before its first line (`freezePrototype`): what can't live with it shows here.
Object.freeze(Object.prototype);

// Settings are kept a moment after they were changed: not in the middle of the next test.
afterEach(() => app.flush());
