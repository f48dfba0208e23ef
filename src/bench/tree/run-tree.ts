/**
 * `npm run bench -- tree [--audit FILE]`: audits the whole Xen tree and compares what is found with
 * the list of judged findings. Exits with 1 when they differ. `--audit` takes the JSON document of
 * an audit that was made before, as `lockspan audit xen --format json` writes it.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findXenTree, HOW_TO_GET_XEN } from "../../testing/xen/xen-tree.ts";
import { type AuditedFinding, contradictionsOf, differenceOf, parseFindingsList } from "./findings-list.ts";

const LIST = "rules/xen/tree-findings.md";

export function runTree(args: readonly string[], root: string): void {
  const { values } = parseArgs({ args: [...args], options: { audit: { type: "string" } } });
  const document = values.audit ?? auditOf(root);
  if (document === null) {
    console.log(HOW_TO_GET_XEN);
    return;
  }
  const { findings } = JSON.parse(readFileSync(document, "utf8")) as { findings: readonly AuditedFinding[] };
  const list = parseFindingsList(readFileSync(join(root, LIST), "utf8"));
  const { missing, gone, notes } = differenceOf(list, findings);
  const lines = [
    ...contradictionsOf(list).map((line) => `the list contradicts itself: ${line}`),
    ...missing.map((line) => `not listed: ${line}`),
    ...gone.map((line) => `no longer found: ${line}`),
    ...(notes.listed === notes.found
      ? []
      : [`notes on copies under a lock: ${notes.listed} listed, ${notes.found} found`]),
  ];
  const same = list.findings.length - gone.length;
  console.log(`${findings.length} findings, ${same + notes.found} of them listed with a verdict in ${LIST}`);
  for (const line of lines) console.log(line);
  if (lines.length > 0) process.exitCode = 1;
}

/** @returns the file; null where no tree is */
function auditOf(root: string): string | null {
  const tree = findXenTree(root);
  if (tree === null) return null;
  const output = join(root, ".cache/tree-findings.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const program = join(root, "dist/lockspan.js");
  const args = [program, "audit", join(tree, "xen"), "--tree", tree, "--format", "json", "--output", output];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0 && status !== 1) throw new Error(`the audit exited with ${status}: ${stderr.trim()}`);
  return output;
}
