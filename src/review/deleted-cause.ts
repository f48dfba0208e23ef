/**
 * A patch that deletes a lock exposes accesses that it does not touch: such a
 * finding is placed on the deleted line, which is what the author can mend.
 */
import { positionAt } from "../base/index.ts";
import type { NotedFinding, PatchLines } from "../findings/index.ts";
import { lockText } from "../locks/index.ts";
import type { FilesAnalysis } from "./analyse-files.ts";

interface Comparison {
  readonly before: FilesAnalysis;
  readonly after: FilesAnalysis;
  readonly lines: PatchLines;
}

export function blameDeletedLines(findings: readonly NotedFinding[], comparison: Comparison): NotedFinding[] {
  return findings.map((finding) => {
    if (finding.change !== "exposed") return finding;
    return { ...finding, ...(deletedAcquisition(finding, comparison) ?? {}) };
  });
}

type Place = Pick<
  NotedFinding,
  "file" | "line" | "column" | "endLine" | "endColumn" | "side" | "change" | "region"
>;

/** The deleted line that took the lock in the same function, before the patch. */
function deletedAcquisition(finding: NotedFinding, { before, lines }: Comparison): Place | null {
  const touched = lines.find((one) => one.newFile === finding.file);
  const oldFile = touched?.oldFile ?? null;
  if (touched === undefined || oldFile === null) return null;
  const { program } = before.main;
  const unit = program.units.find((one) => one.file.path === oldFile && one.name === finding.function);
  if (unit === undefined) return null;
  for (const span of unit.facts.spans) {
    if (lockText(program.table, span.lock) !== finding.lock) continue;
    const start = positionAt(unit.file.lines, unit.item.offset + span.from.start);
    const end = positionAt(unit.file.lines, unit.item.offset + span.from.end - 1);
    if (!touched.removed.has(start.line)) continue;
    return {
      file: oldFile,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      side: "old",
      // The patch's own line is the cause: the finding is its doing.
      change: "introduced",
      region: `${finding.region ?? finding.fingerprint}:deleted`,
    };
  }
  return null;
}
