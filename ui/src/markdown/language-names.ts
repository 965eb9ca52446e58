/** The names people give languages in a fence, the grammar each means, and how it is written above the code. */
type Language = { readonly grammar: string; readonly label: string; readonly names: readonly string[] };

const language = (grammar: string, label: string, ...names: readonly string[]): Language => ({
  grammar,
  label,
  names: [grammar, ...names],
});

const languages: readonly Language[] = [
  language("bash", "Shell", "sh", "shell", "zsh", "console", "shellscript", "shell-session", "fish"),
  language("c", "C", "h"),
  language("cpp", "C++", "c++", "cc", "cxx", "hpp", "arduino"),
  language("csharp", "C#", "cs", "c#", "dotnet"),
  language("css", "CSS"),
  language("dart", "Dart"),
  language("diff", "Diff", "patch", "udiff"),
  language("docker", "Dockerfile", "dockerfile", "containerfile"),
  language("elixir", "Elixir", "ex", "exs"),
  language("go", "Go", "golang"),
  language("graphql", "GraphQL", "gql"),
  language("haskell", "Haskell", "hs"),
  language("html", "HTML", "htm", "xhtml"),
  language("ini", "INI", "properties", "cfg", "conf", "env", "dotenv"),
  language("java", "Java"),
  language("javascript", "JavaScript", "js", "mjs", "cjs", "node"),
  language("json", "JSON", "geojson", "webmanifest"),
  language("jsonc", "JSON", "json5"),
  language("jsx", "JSX"),
  language("julia", "Julia", "jl"),
  language("kotlin", "Kotlin", "kt", "kts"),
  language("latex", "LaTeX", "tex"),
  language("lua", "Lua"),
  language("make", "Makefile", "makefile", "mk"),
  language("markdown", "Markdown", "md", "mdx"),
  language("nix", "Nix"),
  language("perl", "Perl", "pl"),
  language("php", "PHP"),
  language("powershell", "PowerShell", "ps1", "ps", "pwsh"),
  language("proto", "Protocol Buffers", "protobuf"),
  language("python", "Python", "py", "python3", "py3", "pycon"),
  language("r", "R"),
  language("ruby", "Ruby", "rb"),
  language("rust", "Rust", "rs"),
  language("scala", "Scala"),
  language("scss", "SCSS", "sass"),
  language("solidity", "Solidity", "sol"),
  language("sql", "SQL", "postgres", "postgresql", "mysql", "sqlite", "plsql"),
  language("svelte", "Svelte"),
  language("swift", "Swift"),
  language("toml", "TOML"),
  language("tsx", "TSX"),
  language("typescript", "TypeScript", "ts", "mts", "cts"),
  language("vue", "Vue"),
  language("xml", "XML", "svg", "xsl", "xsd", "plist"),
  language("yaml", "YAML", "yml"),
  language("zig", "Zig"),
];

const named = new Map(languages.flatMap((one) => one.names.map((name) => [name, one] as const)));
const plain = new Set(["", "text", "txt", "plain", "plaintext", "output", "none"]);

/** What the first line of a fence says of its language: "ts", "python title=x", "{.rust}", "js:app.js". */
function nameIn(info: string): string {
  const first =
    info
      .trim()
      .split(/[\s,:{]/)
      .find((part) => part !== "") ?? "";
  return first.replace(/^\.|\}$/g, "");
}

/** The grammar that colours it, or null when there is none. */
export function grammarOf(info: string): string | null {
  return named.get(nameIn(info).toLowerCase())?.grammar ?? null;
}

/** What is written above the code; null when nothing is known of it. */
export function labelOf(info: string): string | null {
  const name = nameIn(info);
  if (plain.has(name.toLowerCase())) return null;
  return named.get(name.toLowerCase())?.label ?? name.slice(0, 40);
}
