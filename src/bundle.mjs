/**
 * Builds what GitHub's runner starts: `node src/bundle.mjs`, or with another folder as its argument.
 *
 * Out: `main.cjs`, a folder that runs by itself: no package has to be installed, because the runner
 *      installs none. `octokit.cjs`, `page.cjs`, `packs.json`, `pages.json` and `highlights.scm` are read when they are wanted; the
 *      parser's machine code lies in `prebuilds/`, for each system that GitHub has runners of.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import {
  bundleOctokit,
  bundlePage,
  GITHUB,
  MACHINE_CODE,
  PAGE,
  pageBeside,
  ROOT,
  sayFailure,
  settingsFor,
  writeHighlights,
  writePacks,
  writePages,
} from "./build-parts.mjs";

const [out = "dist-action"] = process.argv.slice(2);
const outdir = resolve(ROOT, out);

/** As Node names them. */
const SYSTEMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];

/** The parser's packages look for their machine code in their own folders; here it lies beside the script. */
const besideTheScript = {
  name: "beside-the-script",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node-gyp-build$/ }, ({ importer }) => ({
      path: basename(folderOf(importer) ?? ""),
      namespace: "machine-code",
    }));
    onLoad({ filter: /./, namespace: "machine-code" }, ({ path: name }) => ({
      contents: `const { createRequire } = require("node:module");
        module.exports = () => createRequire(__filename)(
          "./prebuilds/" + process.platform + "-" + process.arch + "/${name}.node");`,
      resolveDir: ROOT,
    }));
    // Classes for the kinds of node, which nobody asks for.
    onLoad({ filter: /tree-sitter-c[\\/]src[\\/]node-types\.json$/ }, () => ({
      contents: "[]",
      loader: "json",
    }));
  },
};

async function bundleAction() {
  const settings = settingsFor(outdir);
  const { metafile } = await build({
    ...settings,
    entryPoints: { main: "src/cli/launch-action.ts" },
    external: [...settings.external.filter((name) => !MACHINE_CODE.includes(name)), GITHUB],
    alias: { octokit: GITHUB },
    plugins: [besideTheScript, pageBeside],
    // Named in a branch for another runtime than Node.
    loader: { ".node": "empty" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "bundleUrl", "process.versions.bun": "undefined" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    supported: { "dynamic-import": false },
    legalComments: "none",
    metafile: true,
  });
  return metafile;
}

/** What is not in the folder and not in Node would be missed when the runner is under way. */
function refuseMissing(metafiles) {
  const own = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), GITHUB, PAGE];
  const missing = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ imports }) => imports)
    .map(({ path }) => path)
    .filter((path) => !own.includes(path));
  if (missing.length > 0) throw new Error(`the folder lacks ${[...new Set(missing)].join(", ")}`);
}

function copyMachineCode() {
  for (const system of SYSTEMS) {
    mkdirSync(join(outdir, "prebuilds", system), { recursive: true });
    for (const name of MACHINE_CODE) {
      const file = join("prebuilds", system, `${name}.node`);
      copyFileSync(join(ROOT, "node_modules", name, file), join(outdir, file));
    }
  }
}

/** The innermost package that a file belongs to, as a path below the project; undefined for files of ours. */
function folderOf(path) {
  return /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0];
}

/** Whose code is in the folder, and under which terms. */
function writeNotices(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.flatMap((path) => folderOf(path.replace(/^[\w-]+:/, "")) ?? []));
  const notices = [...folders].sort().map(noticeOf);
  writeFileSync(join(outdir, "NOTICES.txt"), `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), join(outdir, "LICENSE"));
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const file = readdirSync(join(ROOT, folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? "" : `\n\n${readFileSync(join(ROOT, folder, file), "utf8").trim()}`;
  return `${name} ${version} (${license})${text}`;
}

function writeManifest() {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = { name, version, license, private: true, type: "commonjs" };
  writeFileSync(join(outdir, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

try {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(dirname(outdir), { recursive: true });
  await writePacks(outdir);
  writePages(outdir);
  writeHighlights(outdir);
  const metafiles = [await bundleOctokit(outdir), await bundlePage(outdir), await bundleAction()];
  refuseMissing(metafiles);
  copyMachineCode();
  writeNotices(metafiles);
  writeManifest();
} catch (error) {
  sayFailure("bundle", error);
}
