/**
 * Builds the program: `node src/build.mjs`; or one that measures it: `node src/build.mjs OUT ENTRY`.
 *
 * Out: `lockspan.js`, which starts `program.cjs` with V8's compiled code of it (`program.cache`),
 *      `packs.json` with the rule packs that ship, checked, and `pages.json` with the checks' pages.
 * The parser stays a package of its own, because it is machine code.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [out = "dist", measuring] = process.argv.slice(2);
const outdir = resolve(root, out);

/** Bundled CommonJS packages ask for Node's own modules by `require`, which a module does not have. */
const REQUIRE = [
  'import { createRequire as createRequireOfBundle } from "node:module";',
  "const require = createRequireOfBundle(import.meta.url);",
].join("\n");

const MACHINE_CODE = ["tree-sitter", "tree-sitter-c"];

/** Packs of the user's own are read with these; a review without such packs starts sooner without them. */
const PACKS_ONLY = ["yaml", "ajv"];

/** Databases and mail are large, and a review that had to read past them would start later. */
const BOT_ONLY = ["@electric-sql/*", "kysely", "pg", "pg-boss", "nodemailer", "imapflow", "mailauth"];

const COMMON = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  external: [...MACHINE_CODE, ...BOT_ONLY],
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
};

/** CommonJS, because loading Node's loader of modules takes a tenth of Node's own start. */
async function bundleLaunchers() {
  await build({
    ...COMMON,
    entryPoints: { lockspan: "src/cli/launch.ts", "code-cache": "src/cli/code-cache.ts" },
    format: "cjs",
    define: { "import.meta.url": "launcherUrl" },
    banner: { js: 'const launcherUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }\n');
}

async function bundleModules(entryPoints) {
  await build({ ...COMMON, entryPoints, format: "esm", banner: { js: REQUIRE } });
}

/** A script of its own: few runs ask GitHub, and all others would read past it. */
const GITHUB = "./octokit.cjs";

async function bundleOctokit() {
  await build({
    ...COMMON,
    entryPoints: { octokit: "octokit" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    legalComments: "none",
  });
}

/** One script, because V8 keeps compiled code by script. */
async function bundleProgram() {
  await build({
    ...COMMON,
    entryPoints: { program: "src/cli/main.ts" },
    // Short names are read and compiled a twentieth of a review sooner; the map says what they stand for.
    minifyIdentifiers: true,
    sourcemap: "external",
    sourcesContent: false,
    external: [...COMMON.external, ...PACKS_ONLY, GITHUB],
    alias: { octokit: GITHUB },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "bundleUrl" },
    supported: { "dynamic-import": false },
    charset: "ascii",
  });
}

/** The program is started by its own name, so its first line says by what. */
function makeRunnable(file) {
  const text = readFileSync(file, "utf8").replace(/^#!.*\n/, "");
  writeFileSync(file, `#!/usr/bin/env node\n${text}`);
  chmodSync(file, 0o755);
}

async function writePacks() {
  const compiler = join(outdir, "compile-packs.js");
  const { compilePacks } = await import(pathToFileURL(compiler).href);
  rmSync(compiler);
  const packs = await compilePacks(packFiles(join(root, "rules")));
  writeFileSync(join(outdir, "packs.json"), `${JSON.stringify(packs)}\n`);
}

/** What `lockspan explain` prints of checks. */
function writePages() {
  const folder = join(root, "rules/checks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  const pages = names.map((name) => [name.replace(/\.md$/, ""), readFileSync(join(folder, name), "utf8")]);
  writeFileSync(join(outdir, "pages.json"), `${JSON.stringify(Object.fromEntries(pages))}\n`);
}

function packFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name))
    .map((path) => ({
      path: relative(root, path).replaceAll("\\", "/"),
      text: readFileSync(path, "utf8"),
    }));
}

/** The demonstration uses what nearly every review uses. */
function writeCodeCache() {
  const runner = join(outdir, "code-cache.js");
  const review = ["review", "fixtures/demo/protect-masters.patch", "--tree", "fixtures/demo/tree"];
  const { stderr } = spawnSync(process.execPath, [runner, ...review], { cwd: root, encoding: "utf8" });
  rmSync(runner);
  if (!existsSync(join(outdir, "program.cache")))
    throw new Error(`the code cache was not written. ${stderr}`);
}

try {
  rmSync(outdir, { recursive: true, force: true });
  const compiler = { "compile-packs": "src/rules/compile-packs.ts" };
  await bundleModules(measuring === undefined ? compiler : { lockspan: measuring, ...compiler });
  await writePacks();
  writePages();
  if (measuring === undefined) {
    await bundleLaunchers();
    await bundleOctokit();
    await bundleProgram();
    writeCodeCache();
  }
  makeRunnable(join(outdir, "lockspan.js"));
} catch (error) {
  const hint = typeof error?.hint === "string" ? ` ${error.hint}` : "";
  console.error(`build: ${error instanceof Error ? error.message : error}${hint}`);
  process.exitCode = 1;
}
