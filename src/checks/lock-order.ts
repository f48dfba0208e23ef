/**
 * lock-order: locks that are taken in an order here and in another one there.
 *
 * One finding a cycle, at the place that the fewest others agree with. Places
 * that a further lock keeps apart cannot deadlock: that is a note. So are two
 * locks of one kind inside each other, unless something orders them.
 */
import type { FindingLabel, NotedFinding, TraceStep } from "../findings/index.ts";
import {
  type FunctionUnit,
  type OrderCycle,
  type OrderEdge,
  type OrderPlace,
  orderCycles,
} from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { comparesPointersTo } from "./instance-order.ts";
import { labelAt, stepAt } from "./place.ts";
import { nameLine } from "./steps.ts";
import { acquireSteps } from "./trace.ts";

export function checkLockOrder(input: CheckInput): NotedFinding[] {
  return [
    ...orderCycles(input.order).map((cycle) => cycleFinding(input, cycle)),
    ...input.order.instances.flatMap((edge) => instanceFindings(input, edge)),
  ];
}

interface Step {
  readonly edge: OrderEdge;
  readonly place: OrderPlace;
}

function cycleFinding(input: CheckInput, cycle: OrderCycle): NotedFinding {
  const steps = cycle.edges.flatMap((edge, at): Step[] => {
    const place = cycle.places[at];
    return place === undefined ? [] : [{ edge, place }];
  });
  const own = oddOneOut(steps);
  const at = steps.indexOf(own);
  const others = [...steps.slice(at + 1), ...steps.slice(0, at)];
  const { edge, place } = own;
  const conflict = others.flatMap((other) => placeSteps(input, other));
  const isGlobal = steps.every(({ edge: { from } }) => !from.includes("."));
  return findingOf(
    {
      check: "lock-order",
      rule: null,
      severity: cycle.gate === null ? "error" : "note",
      certain: isGlobal && steps.every((step) => step.place.certain),
      unit: place.unit,
      at: place.at,
      object: null,
      struct: null,
      lock: edge.to,
      held: heldTexts(input, place.held),
      message: messageOf(cycle, own, others),
      access: [...steps.map((step) => step.edge.from)].sort().join(" "),
    },
    {
      status: "live",
      conflict,
      trace: [...placeSteps(input, own), ...conflict],
      fix: fixOf(cycle, own),
      notes: { labels: labelsOf(own), also: [] },
    },
  );
}

/** The edge with the fewest places; of several, the one that stands last. */
function oddOneOut(steps: readonly Step[]): Step {
  const [first, ...others] = steps;
  if (first === undefined) throw new RangeError("a cycle has an edge");
  return others.reduce((best, step) => (isOdder(step, best) ? step : best), first);
}

function isOdder(left: Step, right: Step): boolean {
  const fewer = left.edge.places.length - right.edge.places.length;
  if (fewer !== 0) return fewer < 0;
  const [a, b] = [left.place.unit.file.path, right.place.unit.file.path];
  return a === b ? startOf(left) > startOf(right) : a > b;
}

function startOf({ place }: Step): number {
  return place.unit.item.offset + place.at.start;
}

function messageOf(cycle: OrderCycle, { edge, place }: Step, others: readonly Step[]): string {
  const [other] = others;
  const by = place.through === null ? "" : ` by ${place.through}()`;
  const here = `${edge.to} is taken${by} while ${edge.from} is held`;
  const there =
    others.length === 1 && other !== undefined
      ? `${other.place.unit.name}() takes them the other way round`
      : others
          .map((step) => `${step.place.unit.name}() takes ${step.edge.to} inside ${step.edge.from}`)
          .join(", ");
  return cycle.gate === null
    ? `${here}, and ${there}`
    : `${here}, and ${there}; both are gated by ${cycle.gate}`.replace(
        "both",
        others.length === 1 ? "both" : "all",
      );
}

function fixOf({ gate }: OrderCycle, { edge }: Step): string | null {
  if (gate !== null) return null;
  return `Take ${edge.to} before ${edge.from} here, or drop ${edge.from} first; say in one place which of the two comes first.`;
}

/** How the outer lock was taken, then the inner one, down to the callee that takes it. */
export function placeSteps(input: CheckInput, { edge, place }: Step): TraceStep[] {
  return [...outerSteps(place, edge.from), ...innerSteps(input, place, edge)];
}

function outerSteps({ unit, since, way, asserted }: OrderPlace, from: string): TraceStep[] {
  if (since === null)
    return [
      { ...stepAt(unit, { start: 0, end: 1 }, way ?? `${from} held by the callers`), line: nameLine(unit) },
    ];
  if (asserted) return [stepAt(unit, since.at, `${from} asserted to be held`)];
  return [
    stepAt(
      unit,
      since.at,
      since.through === null ? `${from} acquired` : `${from} acquired in ${since.through}()`,
    ),
  ];
}

function innerSteps(
  input: CheckInput,
  { unit, at, through }: OrderPlace,
  { from, to }: OrderEdge,
): TraceStep[] {
  const what = `${to} acquired while ${from} is held`;
  if (through === null) return [stepAt(unit, at, what)];
  const inside = acquireSteps(input, unit, through, to);
  return [
    stepAt(
      unit,
      at,
      inside.length === 0 ? `${what}, in ${through}()` : `calls ${through}() with ${from} held`,
    ),
    ...inside,
  ];
}

export function labelsOf({ edge, place }: Step): FindingLabel[] {
  const { unit, since, at } = place;
  if (since === null || place.asserted) return [];
  const label = labelAt(unit, since.at, `${edge.from} acquired`, "acquired");
  return label.line === labelAt(unit, at, "", "use").line ? [] : [label];
}

function instanceFindings(input: CheckInput, edge: OrderEdge): NotedFinding[] {
  if (input.nestable.has(edge.from) || hasCommonLock(edge)) return [];
  const functions = new Set<FunctionUnit>();
  return edge.places
    .filter((place) => isPair(input, place) && !isOrdered(edge, place))
    .filter(({ unit }) => !functions.has(unit) && functions.add(unit))
    .map((place) => instanceFinding(input, { edge, place }));
}

/** Where a further lock is held whenever two of a kind are, nobody can meet in between. */
function hasCommonLock({ places: [first, ...others] }: OrderEdge): boolean {
  return [...(first?.around ?? [])].some((lock) => others.every(({ around }) => around.has(lock)));
}

/** Both are known well enough to say that they are two locks, and that this function takes both. */
function isPair(input: CheckInput, { outer, inner, since, at, through }: OrderPlace): boolean {
  const { table } = input.program;
  if (outer === null || [outer, inner].some((lock) => table.get(lock).kind === "foreign")) return false;
  // A callee that takes both is where they are ordered.
  return through === null || since?.through !== through || since.at.start !== at.start;
}

/** By their addresses; or the function has a branch for each of the two orders. */
function isOrdered(edge: OrderEdge, { unit, outer, inner }: OrderPlace): boolean {
  if (comparesPointersTo(unit, edge.from)) return true;
  return edge.places.some((other) => other.unit === unit && other.outer === inner && other.inner === outer);
}

function instanceFinding(input: CheckInput, step: Step): NotedFinding {
  const { edge, place } = step;
  return findingOf(
    {
      check: "lock-order",
      rule: null,
      severity: "note",
      certain: place.certain,
      unit: place.unit,
      at: place.at,
      object: null,
      struct: null,
      lock: edge.to,
      held: heldTexts(input, place.held),
      message: `two locks ${edge.to} are held together, and nothing here says which of them comes first`,
      access: `${edge.to} inside ${edge.from}`,
    },
    {
      status: "unknown",
      conflict: [],
      trace: placeSteps(input, step),
      fix: "Take the two in the order of their addresses, or declare the lock nestable in the rule pack and say what orders them.",
      notes: { labels: labelsOf(step), also: [] },
    },
  );
}
