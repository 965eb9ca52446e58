import { mount } from "svelte";
import App from "./App.svelte";
import { usePlatform, type Platform } from "./platform/platform";
import { followFailures } from "./stores/failures";
import "./styles/index.css";

async function choosePlatform(): Promise<Platform> {
  // In this order, so that nothing of the fake gets into the build that is shipped.
  if (import.meta.env.MODE === "production" || "__TAURI_INTERNALS__" in window) {
    return (await import("./platform/tauri")).tauriPlatform();
  }
  const { fakeFromAddress } = await import("./platform/fake-address");
  return fakeFromAddress(location.search);
}

document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: light)").matches
  ? "light"
  : "dark";
usePlatform(await choosePlatform());
followFailures();
const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
mount(App, { target });
