/**
 * The release audit: what holding a lock until the last use would mean.
 *
 * In: the uses behind a release of what was used or obtained under the lock. Out:
 * one paragraph that says until where to hold it, which locks would then nest
 * inside it, who takes these the other way round, whether it would deadlock on
 * itself or allocate with interrupts off, and who else uses such objects without it.
 */
import type { SourceRange } from "../c/index.ts";
import type { AlsoPlace } from "../findings/index.ts";
import { type AcquireFact, type FunctionUnit, type Guard, lockText, type Span } from "../locks/index.ts";
import { Allocations } from "./allocations.ts";
import type { CheckInput } from "./check-input.ts";
import { nestedLocks, nestingOf, takenAgain } from "./held-longer.ts";
import { lineOf, textAt } from "./place.ts";
import { accessText, deepest } from "./steps.ts";

export interface ReleaseAudit {
  readonly fix: string;
  readonly also: readonly AlsoPlace[];
}

/** A use behind the release. */
export interface UseBehind {
  /** The value, as a reader knows it. */
  readonly object: string;
  readonly at: SourceRange;
  /** As written. */
  readonly text: string;
  /** The callee that uses it; null where the function does. */
  readonly through: string | null;
}

export interface Release {
  readonly lock: number;
  /** Where the span ends. */
  readonly released: Span;
  /** Where it begins; null where that is not known. */
  readonly since: Span | null;
  /** In source order, at least one. */
  readonly uses: readonly UseBehind[];
  readonly guard: Guard | null;
  /** What to do: "covers" every use, "covers" the store that escapes, or goes on to the next span. */
  readonly aim: "every use" | "the store" | "the next span";
}

/** Values named with a last use of their own; more would be a list and no advice. */
const NAMED_VALUES = 4;
/** Functions named that use the same objects without the lock. */
const NAMED_ELSEWHERE = 5;

export function auditRelease(input: CheckInput, unit: FunctionUnit, release: Release): ReleaseAudit {
  const also = alsoUsed(input, unit, release);
  const elsewhere = release.aim === "every use" ? elsewhereOf(input, also, release) : "";
  return { fix: [...holdingOn(input, unit, release), elsewhere].join(" ").trimEnd(), also };
}

/** @returns sentences; none is empty */
export function holdingOn(input: CheckInput, unit: FunctionUnit, release: Release): string[] {
  const lock = lockText(input.program.table, release.lock);
  const last = release.uses.at(-1);
  if (last === undefined) return [];
  const stretch = { unit, lock: release.lock, after: release.released.site, until: last.at };
  const until = untilOf(unit, release, { lock, last });
  const again = takenAgain(input, stretch);
  if (again !== null) {
    const deadlock = deadlockOf(release, again, { lock, last });
    if (deadlock !== null) return [deadlock(until)];
  }
  const nested = nestedLocks(input, stretch);
  const allocation = allocationOf(input, unit, { release, last, lock });
  return [
    `${until}; ${nestingOf(input, unit, { lock, nested })}.`,
    ...(allocation === "" ? [] : [allocation]),
  ];
}

interface Ends {
  readonly lock: string;
  readonly last: UseBehind;
}

function untilOf(unit: FunctionUnit, { aim, uses }: Release, { lock, last }: Ends): string {
  const where = last.through === null ? `the last use of ${textAt(unit, last.at)}` : textAt(unit, last.at);
  switch (aim) {
    case "every use":
      return `Holding ${lock} until after ${where} would cover every use${valuesOf(uses)}`;
    case "the store":
      return `Holding ${lock} until after ${textAt(unit, last.at)} would cover the store, and whoever frees ${last.object} under it has to clear that first`;
    case "the next span":
      return `Look ${last.object} up again once ${lock} is taken again, or hold ${lock} from the one span to the other`;
  }
}

/** Where there are several values, each with its own last use. */
function valuesOf(uses: readonly UseBehind[]): string {
  const lastOf = new Map(uses.map((use) => [use.object, use]));
  if (lastOf.size < 2 || lastOf.size > NAMED_VALUES) return "";
  return `: ${[...lastOf.values()].map(({ object, text, through }) => `${object} is used until ${through === null ? text : `${through}()`}`).join(", ")}`;
}

/** Holding on is no advice where the lock is taken in between; null where that is the next span itself. */
function deadlockOf(
  { aim }: Release,
  { through }: AcquireFact,
  { lock, last }: Ends,
): ((until: string) => string) | null {
  if (aim === "the next span") {
    if (through === null) return null;
    return () =>
      `Look ${last.object} up again once ${lock} is taken again: ${through}() takes ${lock} itself, so that holding it until then would deadlock.`;
  }
  const why =
    through === null
      ? `this function takes ${lock} again in between, which would deadlock: make one span of the two, or look ${last.object} up again`
      : `${through}() takes ${lock} itself in between, which would deadlock: it would have to be called with the lock held, or the object looked up again`;
  return (until) => `${until}, but ${why}.`;
}

/** A span with interrupts off must not be stretched over an allocation. */
function allocationOf(
  input: CheckInput,
  unit: FunctionUnit,
  { release, last, lock }: Ends & { readonly release: Release },
): string {
  const { released, since } = release;
  if (![released, since].some((span) => span !== null && turnsOff(input, unit, span))) return "";
  const allocations = new Allocations(input);
  const call = allocations
    .callsIn(unit)
    .find(
      ({ callee, at }) =>
        at.start > released.at.start && at.start <= last.at.end && allocations.isOrAllocates(unit, callee),
    );
  if (call === undefined) return "";
  const what = allocations.isAllocator(call.callee) ? "" : ", which allocates,";
  return `${lock} is held with interrupts off: ${call.callee}()${what} would then run with them off and has to go before it.`;
}

/** Whether a span keeps interrupts off: its lock is taken, or let go, by a primitive that does so. */
function turnsOff({ program }: CheckInput, unit: FunctionUnit, { at }: Span): boolean {
  const callee = /^[\s(]*([A-Za-z_]\w*)\s*\(/.exec(textAt(unit, at))?.[1];
  const effect = callee === undefined ? undefined : program.platform.functions.get(callee)?.lock;
  return effect !== undefined && effect !== null && effect.interrupts !== "unchanged";
}

/** The functions by name: their places are in the notes. */
function elsewhereOf({ program }: CheckInput, also: readonly AlsoPlace[], { lock }: Release): string {
  if (also.length === 0) return "";
  const names = also.slice(0, NAMED_ELSEWHERE).map((place) => `${place.function}()`);
  const more = also.length - names.length;
  const list = more > 0 ? [...names, `${more} more`] : names;
  const last = list.pop() ?? "";
  const all = list.length === 0 ? last : `${list.join(", ")} and ${last}`;
  return `The same kind of object is used without ${lockText(program.table, lock)} in ${all} too.`;
}

/** Other functions that use objects under the same rule without the lock, or behind a release of theirs. */
function alsoUsed(input: CheckInput, unit: FunctionUnit, { lock, guard }: Release): AlsoPlace[] {
  const name = lockText(input.program.table, lock);
  const places = input.unfilled
    .filter((other) => other.unit !== unit && lockText(input.program.table, other.need.lock) === name)
    .filter((other) => other.need.guard?.rule === guard?.rule)
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
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .filter((place) => !functions.has(place.function) && functions.add(place.function));
}
