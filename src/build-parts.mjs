/**
 * What the program and the action are built from alike: how the sources are bundled, and the
 * rule packs and pages that lie beside the scripts.
 */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Bundled CommonJS packages ask for Node's own modules by `require`, which a module does not have. */
const REQUIRE = [
  'import { createRequire as createRequireOfBundle } from "node:module";',
  "const require = createRequireOfBundle(import.meta.url);",
].join("\n");

export const MACHINE_CODE = ["tree-sitter", "tree-sitter-c"];

/** Databases and mail are large, and a review that had to read past them would start later. */
const BOT_ONLY = ["@electric-sql/*", "kysely", "pg", "pg-boss", "nodemailer", "imapflow", "mailauth"];

/** Threads are started by a script of its own. */
const THREADS_ONLY = ["piscina"];

/** Files are watched by one command only. */
const WATCH_ONLY = ["chokidar"];

/** @returns what every call of the bundler says @param outdir a whole path */
export function settingsFor(outdir) {
  return {
    absWorkingDir: ROOT,
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    external: [...MACHINE_CODE, ...BOT_ONLY, ...THREADS_ONLY, ...WATCH_ONLY],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
  };
}

export async function bundleModules(outdir, entryPoints, more = {}) {
  await build({ ...settingsFor(outdir), entryPoints, format: "esm", banner: { js: REQUIRE }, ...more });
}

/** A script of its own: few runs ask GitHub, and all others would read past it. */
export const GITHUB = "./octokit.cjs";

/** @returns what the bundler says of its inputs */
export async function bundleOctokit(outdir) {
  const { metafile } = await build({
    ...settingsFor(outdir),
    entryPoints: { octokit: "octokit" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    legalComments: "none",
    metafile: true,
  });
  return metafile;
}

/** A script of its own too: the language server's library. */
export const PROTOCOL = "./languageserver.cjs";

/** Where the program loads the door to that library, the script beside it is loaded. */
export const protocolBeside = {
  name: "protocol-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/protocol\.ts$/ }, () => ({ path: PROTOCOL, external: true }));
  },
};

export async function bundleProtocol(outdir) {
  await build({
    ...settingsFor(outdir),
    entryPoints: { languageserver: "src/editor/protocol.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    legalComments: "none",
  });
}

/** A script of its own too: few reports are pages. */
export const PAGE = "./page.cjs";

/** Where the program loads the page's writer, the script beside it is loaded. */
export const pageBeside = {
  name: "page-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/page\/page\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: PAGE, external: true } : null,
    );
  },
};

/** @returns what the bundler says of its inputs */
export async function bundlePage(outdir) {
  const { metafile } = await build({
    ...settingsFor(outdir),
    entryPoints: { page: "src/reports/page/page.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    metafile: true,
  });
  return metafile;
}

/** The threads of a backtest and of a long audit run scripts of their own, with nothing of the command line in them. */
export async function bundleWorkers(outdir) {
  await build({
    ...settingsFor(outdir),
    entryPoints: { "history-worker": "src/history/worker.ts", "audit-worker": "src/cli/audit-worker.ts" },
    external: [...settingsFor(outdir).external, ...PACKS_ONLY, "octokit"],
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "workerUrl" },
    banner: { js: 'const workerUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

/** Packs of the user's own are read with these; a review without such packs starts sooner without them. */
export const PACKS_ONLY = ["yaml", "ajv"];

const COMPILER = "src/rules/compile-packs.ts";

/** The packs of `rules/`, checked: a mistake in one stops the build. */
export async function writePacks(outdir) {
  await bundleModules(outdir, { "compile-packs": COMPILER });
  const compiler = join(outdir, "compile-packs.js");
  const { compilePacks } = await import(pathToFileURL(compiler).href);
  rmSync(compiler);
  const packs = await compilePacks(packFiles(join(ROOT, "rules")));
  writeFileSync(join(outdir, "packs.json"), `${JSON.stringify(packs)}\n`);
}

/** What `lockspan explain` prints of checks, and SARIF has as help. */
export function writePages(outdir) {
  const folder = join(ROOT, "rules/checks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  const pages = names.map((name) => [name.replace(/\.md$/, ""), readFileSync(join(folder, name), "utf8")]);
  writeFileSync(join(outdir, "pages.json"), `${JSON.stringify(Object.fromEntries(pages))}\n`);
}

/** What gives C its colours on a page. */
export function writeHighlights(outdir) {
  const grammar = join(ROOT, "node_modules/tree-sitter-c");
  copyFileSync(join(grammar, "queries/highlights.scm"), join(outdir, "highlights.scm"));
}

function packFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name))
    .map((path) => ({
      path: relative(ROOT, path).replaceAll("\\", "/"),
      text: readFileSync(path, "utf8"),
    }));
}

/** Tells what stopped a build, in one line. */
export function sayFailure(what, error) {
  const hint = typeof error?.hint === "string" ? ` ${error.hint}` : "";
  console.error(`${what}: ${error instanceof Error ? error.message : error}${hint}`);
  process.exitCode = 1;
}
