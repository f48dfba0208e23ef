/**
 * The release audit: what holding a lock until the last use would mean.
 *
 * In: the uses of a pointer after its span. Out: one paragraph that says until
 * where to hold the lock, which locks would then nest inside it, whether that
 * could deadlock, and where else such objects are used without the lock.
 */
import type { AlsoPlace } from "../findings/index.ts";
import { type AcquireFact, type FunctionUnit, type LateUse, lockText } from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";
import { lineOf, textAt } from "./place.ts";
import { accessText, deepest } from "./steps.ts";

export interface ReleaseAudit {
  readonly fix: string;
  readonly also: readonly AlsoPlace[];
}

interface Release {
  readonly first: LateUse;
  readonly last: LateUse;
  readonly lock: string;
}

export function auditRelease(input: CheckInput, unit: FunctionUnit, release: Release): ReleaseAudit {
  const { last, lock } = release;
  const nested = nestedLocks(input, unit, release);
  const until = `Holding ${lock} until after ${last.through === null ? `the last use of ${textAt(unit, last.at)}` : textAt(unit, last.at)} would cover every use`;
  const again = nested.find(({ name }) => name === lock);
  const sentences =
    again === undefined ? [nestingOf(input, until, nested, lock)] : [deadlockOf(until, again, lock)];
  return { fix: sentences.join(" "), also: alsoUsed(input, unit, release) };
}

interface Nested {
  readonly name: string;
  readonly through: string | null;
}

/** Locks taken between the release and the last use. */
function nestedLocks(input: CheckInput, unit: FunctionUnit, { first, last }: Release): Nested[] {
  const nested = new Map<string, Nested>();
  for (const acquired of unit.facts.acquires) {
    if (!acquired.after.includes(first.stale.released.site) || acquired.at.start > last.at.start) continue;
    const name = lockText(input.program.table, acquired.lock);
    if (!nested.has(name)) nested.set(name, { name, through: acquired.through });
  }
  return [...nested.values()];
}

function nestingOf(input: CheckInput, until: string, nested: readonly Nested[], lock: string): string {
  if (nested.length === 0) return `${until}; no other lock is taken in between.`;
  const names = nested.map(({ name, through }) =>
    through === null ? name : `${name} (taken in ${through}())`,
  );
  const inverse = nested.filter(({ name }) => isTakenInside(input, lock, name));
  const order =
    inverse.length === 0
      ? `nothing in these files takes ${lock} inside ${nested.length === 1 ? "it" : "them"}`
      : `but ${lock} is taken inside ${inverse.map(({ name }) => name).join(" and ")} elsewhere, which could deadlock`;
  return `${until}; ${names.join(" and ")} would then nest inside it, and ${order}.`.replace(
    ", and but ",
    ", but ",
  );
}

function deadlockOf(until: string, again: Nested, lock: string): string {
  const by = again.through === null ? "this function" : `${again.through}()`;
  return `${until}, but ${by} takes ${lock} itself in between: it would have to be called with the lock held, or the object looked up again.`;
}

/** Whether `inner` is ever taken while `outer` is held. */
function isTakenInside(input: CheckInput, inner: string, outer: string): boolean {
  const { table, units } = input.program;
  const takes = (acquired: AcquireFact) =>
    lockText(table, acquired.lock) === inner && acquired.held.some((held) => lockText(table, held) === outer);
  return units.some((unit) => unit.facts.acquires.some(takes));
}

/** Other functions that use objects under the same rule without the lock. */
function alsoUsed(input: CheckInput, unit: FunctionUnit, { first, lock }: Release): AlsoPlace[] {
  const places = input.unfilled
    .filter((other) => other.unit !== unit && lockText(input.program.table, other.need.lock) === lock)
    .filter((other) => other.need.guard?.rule === first.guard?.rule)
    .map(
      (other): AlsoPlace => ({
        function: other.unit.name,
        file: other.unit.file.path,
        line: lineOf(other.unit, other.need.at),
        what:
          other.need.through === null
            ? accessText(other.need)
            : `calls ${other.need.through.callee}(), ${accessText(deepest(other.need))} there`,
      }),
    );
  const functions = new Set<string>();
  return places
    .sort((a, b) => a.line - b.line)
    .filter((place) => !functions.has(place.function) && functions.add(place.function));
}
