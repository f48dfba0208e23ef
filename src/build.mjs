/**
 * Builds the program: `node src/build.mjs`; or one that measures it: `node src/build.mjs OUT ENTRY`.
 *
 * Out: `lockspan.js`, which starts `program.cjs` with V8's compiled code of it (`program.cache`),
 *      `octokit.cjs`, `page.cjs`, `languageserver.cjs`, `history-worker.cjs` and `audit-worker.cjs`,
 *      which few runs read,
 *      `packs.json` with the rule packs that ship, checked, `pages.json` with the checks' pages, and
 *      `highlights.scm` for the colours of C.
 * The parser stays a package of its own, because it is machine code.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import {
  bundleModules,
  bundleOctokit,
  bundlePage,
  bundleProtocol,
  bundleWorkers,
  GITHUB,
  PACKS_ONLY,
  pageBeside,
  protocolBeside,
  ROOT,
  sayFailure,
  settingsFor,
  writeHighlights,
  writePacks,
  writePages,
} from "./build-parts.mjs";

const [out = "dist", measuring] = process.argv.slice(2);
const outdir = resolve(ROOT, out);
const COMMON = settingsFor(outdir);

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
    plugins: [pageBeside, protocolBeside],
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

/** The demonstration uses what nearly every review uses. */
function writeCodeCache() {
  const runner = join(outdir, "code-cache.js");
  const review = ["review", "fixtures/demo/protect-masters.patch", "--tree", "fixtures/demo/tree"];
  const { stderr } = spawnSync(process.execPath, [runner, ...review], { cwd: ROOT, encoding: "utf8" });
  rmSync(runner);
  if (!existsSync(join(outdir, "program.cache")))
    throw new Error(`the code cache was not written. ${stderr}`);
}

try {
  rmSync(outdir, { recursive: true, force: true });
  await writePacks(outdir);
  writePages(outdir);
  writeHighlights(outdir);
  if (measuring === undefined) {
    await bundleLaunchers();
    await bundleOctokit(outdir);
    await bundlePage(outdir);
    await bundleProtocol(outdir);
    await bundleWorkers(outdir);
    await bundleProgram();
    writeCodeCache();
  } else {
    // It lies in the project, and may use what the tests use.
    await bundleModules(outdir, { lockspan: measuring }, { packages: "external" });
  }
  makeRunnable(join(outdir, "lockspan.js"));
} catch (error) {
  sayFailure("build", error);
}
