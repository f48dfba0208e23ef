/**
 * `npm run bench -- report [--peers FILE]`: writes the figures of README.md and LIMITS.md, between
 * their marks. `--peers` takes the figures of a comparison that was made before, as
 * `npm run bench -- peers` leaves them in `.cache/bench-peers.json`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { comparisonFile, runPeers } from "../peers/run-peers.ts";
import type { Comparison } from "../peers/table.ts";
import { withGeneratedPart } from "./markdown.ts";
import { limitsPart, readmePart } from "./parts.ts";

export async function runReport(args: readonly string[], root: string): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { peers: { type: "string" } } });
  if (values.peers === undefined) await runPeers([], root);
  const comparison = JSON.parse(readFileSync(values.peers ?? comparisonFile(root), "utf8")) as Comparison;
  write(join(root, "README.md"), readmePart(comparison));
  write(join(root, "LIMITS.md"), limitsPart(comparison));
}

function write(file: string, part: string): void {
  writeFileSync(file, withGeneratedPart(readFileSync(file, "utf8"), part));
  console.log(`wrote the figures in ${file}`);
}
