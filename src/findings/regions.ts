/**
 * One finding a region, not one an access: the places of one stretch of a
 * function that lacks a lock are shown together, at the first of them. And one
 * finding a helper, where many functions call it without the lock.
 *
 * In: findings in document order, classified or not. Out: the same, merged by
 * region, by helper and by change; the identity is that of the first place.
 */
import type { TraceStep } from "./finding.ts";
import type { NotedFinding } from "./notes.ts";
import { compareFindings } from "./order.ts";

/** Further places that are named; a reader who has seen these knows the region. */
const NAMED_PLACES = 9;

/** From so many callers on it is the helper that is wrong: each of them alone would say the same. */
const FEWEST_CALLERS = 3;

export function mergeRegions(findings: readonly NotedFinding[]): NotedFinding[] {
  return mergeCallers(mergeStretches(findings));
}

function mergeCallers(findings: readonly NotedFinding[]): NotedFinding[] {
  const byHelper = new Map<string, NotedFinding[]>();
  for (const finding of findings) {
    if (finding.helper === undefined) continue;
    const key = JSON.stringify([finding.helper, finding.lock, finding.rule, ...placeInPatch(finding)]);
    byHelper.set(key, [...(byHelper.get(key) ?? []), finding]);
  }
  const told = new Map<NotedFinding, readonly NotedFinding[]>();
  for (const group of byHelper.values()) {
    const callers = new Set(group.map((one) => `${one.file}:${one.function}`)).size;
    if (callers < FEWEST_CALLERS) continue;
    const [first, ...others] = group;
    if (first === undefined) continue;
    for (const other of others) told.set(other, []);
    const message = `${first.message}; ${callers - 1} other functions call it so`;
    told.set(
      first,
      merged(group).map((one) => ({ ...one, message })),
    );
  }
  return findings.flatMap((finding) => told.get(finding) ?? [finding]);
}

function placeInPatch({ change, patch, side }: NotedFinding): readonly unknown[] {
  return [change, patch, side];
}

function mergeStretches(findings: readonly NotedFinding[]): NotedFinding[] {
  const groups = new Map<string, NotedFinding[]>();
  const order: NotedFinding[][] = [];
  for (const finding of [...findings].sort(compareFindings)) {
    const key = finding.region === null ? null : JSON.stringify([finding.region, ...placeInPatch(finding)]);
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
    .filter((other) => other.line !== first.line || other.file !== first.file)
    .map(
      (other): TraceStep => ({
        file: other.file,
        line: other.line,
        function: other.function,
        what: `also here: ${other.trace.at(-1)?.what ?? other.object ?? other.message}`,
      }),
    );
  const places = new Set<string>();
  const isNew = ({ file, line }: TraceStep) => {
    const place = `${file}:${line}`;
    return !places.has(place) && places.add(place);
  };
  const named = steps.filter(isNew).slice(0, NAMED_PLACES);
  const confidence = group.some((one) => one.confidence === "must") ? "must" : first.confidence;
  const status = group.find((one) => one.status === "live") ?? first;
  const { helper, ...alone } = first;
  return [
    {
      ...(group.every((one) => one.helper === helper) ? first : alone),
      confidence,
      status: status.status,
      conflict: status.conflict,
      trace: [...first.trace, ...named],
    },
  ];
}
