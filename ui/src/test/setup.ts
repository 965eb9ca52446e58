import "@/styles/index.css";
// Not a part of the window, and not fit for what follows.
import "axe-core";

// The window does this to every page before its first line (`freezePrototype`): what can't live with it shows here.
Object.freeze(Object.prototype);
