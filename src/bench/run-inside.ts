/**
 * What the analysis of `smmu.c` in all its variants takes inside a process, without the start of
 * Node, the reading of packs and the printing: the time of the first and of later analyses, and by
 * how much the resident set grows, each beside the bare parse of the same text.
 *
 * Each of the two runs in processes of its own: `npm run bench -- inside` starts them. What the analysis
 * grows by the first time is for a good half code that V8 then has of it, so the peak of a whole process
 * that audits the file is shown too, beside that of one that parses it.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { auditFiles } from "../review/index.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { findXenTree, HOW_TO_GET_XEN, readXenFile, SMMU } from "../testing/xen/xen-tree.ts";
import { peakOf } from "./measure.ts";
import { summarise } from "./statistics.ts";

const rounds = Number(process.env["ROUNDS"] ?? 7);
/** As many as a bot or an editor has behind it before long. */
const LATER = 20;

interface Measured {
  readonly firstMs: number;
  readonly laterMs: number;
  /** Bytes, after the first one. */
  readonly grown: number;
}

type Work = "parse" | "analysis";

// A program of its own: the product's only door to the parser is c/.
const BARE_PARSE = `
  const { readFileSync } = require("node:fs");
  const Parser = require("tree-sitter");
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-c"));
  const text = readFileSync(process.argv[1], "utf8");
  const before = process.memoryUsage.rss();
  const timed = () => {
    const started = performance.now();
    parser.parse(text, undefined, { bufferSize: text.length * 2 + 64 });
    return performance.now() - started;
  };
  const firstMs = timed();
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  const later = Array.from({ length: Number(process.argv[2]) }, timed).slice(-10).sort((a, b) => a - b);
  console.log(JSON.stringify({ firstMs, laterMs: later[5], grown }));
`;

/** @param args "analysis": measured in this process; none: the table, from processes of their own */
export async function runInsideBench(args: readonly string[], root: string): Promise<void> {
  const tree = findXenTree(root);
  if (tree === null) {
    console.log(HOW_TO_GET_XEN);
    return;
  }
  if (args[0] === "analysis") console.log(JSON.stringify(await measure(tree)));
  else await table(root, path.resolve(tree, SMMU));
}

async function table(root: string, file: string): Promise<void> {
  const measured: Record<Work, Measured[]> = { parse: [], analysis: [] };
  for (let round = 0; round < rounds; round++)
    for (const work of ["parse", "analysis"] as const) measured[work].push(measureApart(work, file));
  const medianOf = (work: Work, what: keyof Measured) =>
    summarise(measured[work].map((one) => one[what])).median;
  console.log(`\n${SMMU} in all variants, inside the process, medians of ${rounds} processes`);
  console.log(row(["", "first ms", "later ms", "grown MB"]));
  for (const work of ["parse", "analysis"] as const) {
    const grown = (medianOf(work, "grown") / 1e6).toFixed(1);
    console.log(
      row([work, medianOf(work, "firstMs").toFixed(0), medianOf(work, "laterMs").toFixed(0), grown]),
    );
  }
  const audit = [path.join(root, "dist/lockspan.js"), "audit", file];
  const peaks = [await peakOfRun(["-e", BARE_PARSE, file, "0"]), await peakOfRun(audit)];
  const [parsed = "-", audited = "-"] = peaks.map((peak) => (peak / 1e6).toFixed(0));
  console.log(`\nas a whole process: the parse peaks at ${parsed} MB, the audit at ${audited} MB`);
}

/** @returns bytes, the median of as many runs as are asked for; NaN where the system does not tell */
async function peakOfRun(args: readonly string[]): Promise<number> {
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++)
    peaks.push(
      (await peakOf({ args, cwd: process.cwd(), statuses: [0, 1], env: { LOCKSPAN_CACHE: "off" } })) ?? NaN,
    );
  return summarise(peaks).median;
}

function measureApart(work: Work, file: string): Measured {
  const [, script = ""] = process.argv;
  const args = work === "parse" ? ["-e", BARE_PARSE, file, String(LATER)] : [script, "inside", "analysis"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the process that measures the ${work} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

async function measure(tree: string): Promise<Measured> {
  const text = readXenFile(tree, SMMU);
  const packs = await shippedPacks();
  const once = () => auditFiles([{ path: SMMU, text }], packs, "approach-b");
  const before = process.memoryUsage.rss();
  const firstMs = timed(once);
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  const later = Array.from({ length: LATER }, () => timed(once));
  return { firstMs, laterMs: summarise(later.slice(-10)).median, grown };
}

function timed(once: () => unknown): number {
  const started = performance.now();
  once();
  return performance.now() - started;
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(12) + cells.map((cell) => cell.padStart(10)).join("");
}
