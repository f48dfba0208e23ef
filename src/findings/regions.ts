/**
 * One finding a region, not one an access: the places of one stretch of a
 * function that lacks a lock are shown together, at the first of them.
 *
 * In: findings in document order, classified or not. Out: the same, merged by
 * region and change; the identity is that of the first place.
 */
import type { TraceStep } from "./finding.ts";
import type { NotedFinding } from "./notes.ts";
import { compareFindings } from "./order.ts";

/** Further places that are named; a reader who has seen these knows the region. */
const NAMED_PLACES = 9;

export function mergeRegions(findings: readonly NotedFinding[]): NotedFinding[] {
  const groups = new Map<string, NotedFinding[]>();
  const order: NotedFinding[][] = [];
  for (const finding of [...findings].sort(compareFindings)) {
    const key =
      finding.region === null ? null : `${finding.region}|${finding.change}|${finding.patch}|${finding.side}`;
    const known = key === null ? undefined : groups.get(key);
    if (known !== undefined) {
      known.push(finding);
      continue;
    }
    const group = [finding];
    order.push(group);
    if (key !== null) groups.set(key, group);
  }
  return order.flatMap((group) => merged(group));
}

function merged(group: readonly NotedFinding[]): NotedFinding[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const steps = others
    .filter((other) => other.line !== first.line)
    .map(
      (other): TraceStep => ({
        file: other.file,
        line: other.line,
        function: other.function,
        what: `also here: ${other.trace.at(-1)?.what ?? other.object ?? other.message}`,
      }),
    );
  const lines = new Set<number>();
  const named = steps.filter(({ line }) => !lines.has(line) && lines.add(line)).slice(0, NAMED_PLACES);
  const confidence = group.some((one) => one.confidence === "must") ? "must" : first.confidence;
  const status = group.find((one) => one.status === "live") ?? first;
  return [
    {
      ...first,
      confidence,
      status: status.status,
      conflict: status.conflict,
      trace: [...first.trace, ...named],
    },
  ];
}
