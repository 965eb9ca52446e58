import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import words from "./eslint-words.js";
import svelteConfig from "./svelte.config.js";

const tauri = { group: ["@tauri-apps/*"], message: "Only src/platform/ knows Tauri." };
const never = (folders, message) => ({
  group: folders.flatMap((folder) => [`@/${folder}/**`, `**/../${folder}/**`, `@/${folder}`]),
  message,
});
const bindings = { group: ["@/bindings", "**/bindings"], message: "Primitives know nothing of the domain." };
const fakes = { group: ["@/platform/fake*"], message: "The fake is for development and tests." };

/** Which folder may import what: one row per folder, tests beside the code excepted. */
const rows = [
  [
    "src/components",
    [
      bindings,
      never(
        ["stores", "rooms", "shell", "actions", "errors", "platform", "gallery", "refine"],
        "Primitives know nothing of the domain.",
      ),
    ],
  ],
  [
    "src/gallery",
    [never(["rooms", "shell", "platform"], "What rooms share goes through the stores, like a room.")],
  ],
  [
    "src/refine",
    [never(["rooms", "shell", "platform"], "What rooms share goes through the stores, like a room.")],
  ],
  [
    "src/sound",
    [never(["rooms", "shell", "platform"], "What rooms share goes through the stores, like a room.")],
  ],
  [
    "src/charts",
    [
      bindings,
      never(
        ["stores", "rooms", "shell", "actions", "errors", "platform", "gallery", "refine"],
        "Charts draw what they are given, as primitives do.",
      ),
    ],
  ],
  [
    "src/film",
    [never(["rooms", "shell", "platform"], "What rooms share goes through the stores, like a room.")],
  ],
  [
    "src/markdown",
    [
      never(
        ["rooms", "shell", "platform", "stores", "actions"],
        "Text is shown the same wherever it is from.",
      ),
    ],
  ],
  [
    "src/stores",
    [
      never(
        ["components", "rooms", "shell", "actions"],
        "Stores are used by the view, not the other way round.",
      ),
      fakes,
    ],
  ],
  [
    "src/errors",
    [never(["components", "rooms", "shell", "actions", "stores", "platform"], "The table stands alone.")],
  ],
  [
    "src/i18n",
    [
      never(
        ["components", "rooms", "shell", "actions", "stores", "platform", "errors"],
        "Words stand alone.",
      ),
    ],
  ],
  ["src/actions", [never(["rooms", "shell", "platform"], "Actions go through the stores.")]],
  ["src/shell", [never(["platform"], "The frame goes through the stores.")]],
  ["src/rooms", [never(["platform", "shell"], "Rooms go through the stores.")]],
  [
    "src/platform",
    [never(["components", "rooms", "shell", "actions", "stores"], "The platform serves the stores.")],
  ],
];
const roomNames = [
  "chat",
  "console",
  "film",
  "image",
  "library",
  "models",
  "music",
  "queue",
  "settings",
  "spend",
  "voice",
];

function restrict(folder, patterns, files = [`${folder}/**/*.{ts,svelte}`]) {
  return {
    files,
    ignores: ["**/*.test.ts", "**/test/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: folder === "src/platform" ? patterns : [tauri, ...patterns] },
      ],
    },
  };
}

export default ts.config(
  { ignores: ["dist", "node_modules", "src/bindings.ts", ".svelte-kit"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js"] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/explicit-module-boundary-types": ["error", { allowTypedFunctionExpressions: true }],
      "no-restricted-imports": ["error", { patterns: [tauri] }],
      "no-restricted-syntax": [
        "error",
        { selector: "ImportDeclaration[source.value='@lucide/svelte']", message: "Import icons one by one." },
      ],
      "no-console": "error",
      // The length in code points is what is meant.
      "@typescript-eslint/no-misused-spread": "off",
      // `!= null` asks for null and undefined at once.
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Bindable props, states and snippets are written by the template, which the rules don't follow.
      "prefer-const": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-useless-default-assignment": "off",
      // Addresses are fragments of this one page.
      "svelte/no-navigation-without-resolve": "off",
      // Collections that never change are built anew inside derived values.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
      "svelte/button-has-type": "error",
      "svelte/require-each-key": "error",
      "svelte/no-target-blank": "error",
    },
  },
  {
    files: ["src/**/*.svelte"],
    plugins: { words },
    rules: { "words/no-hard-coded-words": "error" },
  },
  { files: ["**/*.js"], ...ts.configs.disableTypeChecked },
  { files: ["**/*.js"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
  ...rows.map(([folder, patterns]) => restrict(folder, patterns)),
  ...roomNames.map((name) =>
    restrict(
      "src/rooms",
      [
        never(["platform", "shell"], "Rooms go through the stores."),
        never(
          roomNames.filter((other) => other !== name).map((other) => `rooms/${other}`),
          "A room doesn't know another: go there by the route.",
        ),
      ],
      [`src/rooms/${name}/**/*.{ts,svelte}`],
    ),
  ),
  { files: ["src/platform/tauri.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
);
