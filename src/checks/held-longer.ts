/**
 * What a lock would meet if it were held longer: the locks that are taken behind
 * its release, and the order in which others take them.
 *
 * In: a stretch of a function behind a release. Out: words about nestings and
 * orders; whether the lock is taken again in the stretch.
 */
import type { SourceRange } from "../c/index.ts";
import {
  type AcquireFact,
  type FunctionUnit,
  lockKind,
  lockText,
  type OrderEdge,
  type OrderPlace,
} from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";

/** A function's code from a release to the last use behind it. */
export interface Stretch {
  readonly unit: FunctionUnit;
  readonly lock: number;
  /** The site of the release. */
  readonly after: number;
  readonly until: SourceRange;
}

export interface Nested {
  readonly name: string;
  readonly kind: string | null;
  readonly through: string | null;
  /** It waits for nobody. */
  readonly tried: boolean;
}

function acquiresIn({ unit, after, until }: Stretch): AcquireFact[] {
  return unit.facts.acquires.filter((one) => one.after.includes(after) && one.at.start <= until.start);
}

/** The acquisition in the stretch that would wait for the lock itself; a recursive or tried one does not. */
export function takenAgain({ program }: CheckInput, stretch: Stretch): AcquireFact | null {
  const { table } = program;
  const kind = lockKind(table, stretch.lock);
  const isSame = ({ lock }: AcquireFact) =>
    lock === stretch.lock ||
    // Which one a callee means by a lock of this kind cannot be told: it may be this one.
    (kind !== null && table.get(lock).kind === "foreign" && lockKind(table, lock) === kind);
  return acquiresIn(stretch).find((one) => !one.recursive && !one.tried && isSame(one)) ?? null;
}

/** Other locks taken in the stretch, once a name. */
export function nestedLocks({ program }: CheckInput, stretch: Stretch): Nested[] {
  const nested = new Map<string, Nested>();
  for (const { lock, through, tried } of acquiresIn(stretch)) {
    if (lock === stretch.lock) continue;
    const name = lockText(program.table, lock);
    if (!nested.has(name)) nested.set(name, { name, kind: lockKind(program.table, lock), through, tried });
  }
  return [...nested.values()];
}

/** A clause without a full stop. */
export function nestingOf(
  input: CheckInput,
  unit: FunctionUnit,
  { lock, nested }: { readonly lock: string; readonly nested: readonly Nested[] },
): string {
  if (nested.length === 0) return "no other lock is taken in between";
  const names = nested.map(({ name, through }) => {
    const which = name === lock ? `another ${name}` : name;
    return through === null ? which : `${which} (taken in ${through}())`;
  });
  const nest = `${names.join(" and ")} would then nest inside it`;
  const inverse = nested
    .filter(({ tried }) => !tried)
    .flatMap(({ kind }) => (kind === null ? [] : inverseOf(input, unit, { lock, kind })));
  if (inverse.length > 0) return `${nest}, but ${inverse.join(" and ")}, which could deadlock`;
  if (nested.some(({ name }) => name === lock)) return `${nest}, and the two need an order of their own`;
  return `${nest}, and nothing in these files takes ${lock} inside ${nested.length === 1 ? "it" : "them"}`;
}

/** Who takes the lock inside the one that would nest in it, also by way of further locks. */
function inverseOf(
  input: CheckInput,
  unit: FunctionUnit,
  { lock, kind }: { readonly lock: string; readonly kind: string },
): string[] {
  if (kind === lock) return [];
  const way = wayBetween(input.order.edges, kind, lock);
  if (way === null) return [];
  const gates = input.contexts.heldBefore(unit);
  const places = way.map(({ places }) => places.find((place) => !isGated(place, gates)) ?? null);
  // A lock that is held here as well as there keeps the two apart.
  if (places.includes(null)) return [];
  return [way.map(({ from, to }, at) => `${places[at]?.unit.name}() takes ${to} inside ${from}`).join(", ")];
}

function isGated({ gates }: OrderPlace, held: ReadonlySet<string>): boolean {
  return [...gates].some((gate) => held.has(gate));
}

/** The shortest row of nestings from one lock to another; null when there is none. */
function wayBetween(edges: readonly OrderEdge[], from: string, to: string): OrderEdge[] | null {
  const arrivals = new Map<string, readonly OrderEdge[]>([[from, []]]);
  for (const [node, way] of arrivals) {
    if (node === to) return [...way];
    for (const edge of edges)
      if (edge.from === node && !arrivals.has(edge.to)) arrivals.set(edge.to, [...way, edge]);
  }
  return null;
}
