/**
 * How long an audit of all of Xen takes, and how much memory, beside tree-sitter's bare parse of
 * the same files: from nothing, again, after one file has changed, and of half the files.
 *
 * Each is a whole process, run once, one after the other. The tree is copied, because a file of it
 * is changed.
 */
import { appendFileSync, cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findXenTree, HOW_TO_GET_XEN } from "../testing/xen/xen-tree.ts";
import { type Command, type WatchedRun, watchRun } from "./measure.ts";

const FINDINGS_OR_NONE = [0, 1];
const POLL_MS = 20;

/** Of one architecture, and of none. */
const CHANGED = ["arch/x86/irq.c", "common/domain.c"];

// A program of its own: the product's only door to the parser is c/.
const BARE_PARSE = `
  const { readFileSync } = require("node:fs");
  const Parser = require("tree-sitter");
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-c"));
  for (const file of JSON.parse(readFileSync(process.argv[1], "utf8"))) {
    const text = readFileSync(file, "utf8");
    parser.parse(text, undefined, { bufferSize: text.length * 2 + 64 });
  }
`;

/** Prints a table. @param root the project's folder */
export async function runAuditBench(root: string): Promise<void> {
  const source = findXenTree(root);
  if (source === null) {
    console.log(HOW_TO_GET_XEN);
    return;
  }
  const scratch = path.join(root, ".cache/bench-audit");
  const tree = path.join(scratch, "xen");
  rmSync(scratch, { recursive: true, force: true });
  cpSync(path.join(source, "xen"), tree, { recursive: true });
  const files = cFilesIn(tree);
  const half = files.filter((_, at) => at % 2 === 0);

  console.log(`all of Xen's hypervisor, ${files.length} C files, each run once as a whole process`);
  console.log(row(["", "s", "CPU s", "peak MB", "x parse"]));
  const parse = (some: readonly string[]) => parseOf(root, some, path.join(scratch, "files.json"));
  const audit = (some: readonly string[], cache: string) => auditOf(root, some, path.join(scratch, cache));
  const bare = await show("bare parse", parse(files), null);
  await show("audit, nothing kept", audit([tree], "kept"), bare);
  await show("the same again", audit([tree], "kept"), bare);
  for (const file of CHANGED) {
    appendFileSync(path.join(tree, file), "\nint lockspan_bench;\n");
    await show(`after a change of ${file}`, audit([tree], "kept"), bare);
  }
  const bareHalf = await show("bare parse of every second file", parse(half), null);
  await show("audit of every second file", audit(half, "half"), bareHalf);
}

async function show(name: string, command: Command, bare: WatchedRun | null): Promise<WatchedRun> {
  const run = await watchRun(command, POLL_MS);
  const seconds = (ms: number | null) => (ms === null ? "-" : (ms / 1000).toFixed(1));
  const memory = run.peak === null ? "-" : (run.peak / 1e6).toFixed(0);
  const ratio = bare === null ? "" : (run.ms / bare.ms).toFixed(1);
  console.log(row([name, seconds(run.ms), seconds(run.cpuMs), memory, ratio]));
  return run;
}

/** @param list gets the names */
function parseOf(root: string, files: readonly string[], list: string): Command {
  writeFileSync(list, JSON.stringify(files));
  return { args: ["-e", BARE_PARSE, list], cwd: root, statuses: [0] };
}

function auditOf(root: string, paths: readonly string[], cache: string): Command {
  const program = path.join(root, "dist/lockspan.js");
  return {
    args: [program, "audit", ...paths, "--format", "json"],
    cwd: root,
    env: { LOCKSPAN_CACHE: cache },
    statuses: FINDINGS_OR_NONE,
  };
}

function cFilesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(40) + cells.map((cell) => cell.padStart(9)).join("");
}
