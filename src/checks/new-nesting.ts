/**
 * new-nesting: locks that nest after a patch and did not before, and whether
 * anything takes them the other way round. Nothing is wrong with it by itself.
 *
 * In: the program before and after. Out: one note for each pair of locks; locks
 * that the callers from outside hold are told together.
 */
import type { NotedFinding } from "../findings/index.ts";
import type { OrderEdge, OrderPlace } from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { labelsOf, placeSteps } from "./lock-order.ts";
import { lineOf } from "./place.ts";

/** Whether a line of a file, numbered as after the patch, is one that the patch adds. */
export type IsPatchLine = (file: string, line: number) => boolean;

export function checkNewNestings(
  before: CheckInput,
  after: CheckInput,
  isPatchLine: IsPatchLine,
): NotedFinding[] {
  const bare = withoutFunctions([before, after]);
  const known = new Set(before.order.edges.map(({ from, to }) => JSON.stringify([bare(from), bare(to)])));
  const edges = after.order.edges.filter(
    ({ from, to }) => !known.has(JSON.stringify([bare(from), bare(to)])),
  );
  const groups = new Map<string, Nested[]>();
  for (const edge of edges) {
    const place = shownPlace(edge, isPatchLine);
    const key = JSON.stringify([place.outer === null ? "" : edge.from, edge.to]);
    groups.set(key, [...(groups.get(key) ?? []), { edge, place }]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [nestingFinding(after, [first, ...others])],
  );
}

/** A static lock inside a function is the same one when the function is renamed, or its body moves to another. */
function withoutFunctions(inputs: readonly CheckInput[]): (lock: string) => string {
  const functions = new Set(inputs.flatMap(({ program }) => program.units.map(({ name }) => name)));
  return (lock) => {
    const dot = lock.indexOf(".");
    return functions.has(lock.slice(0, Math.max(dot, 0))) ? lock.slice(dot) : lock;
  };
}

interface Nested {
  readonly edge: OrderEdge;
  readonly place: OrderPlace;
}

/** The place that the patch brings; failing that, the first. */
function shownPlace({ places }: OrderEdge, isPatchLine: IsPatchLine): OrderPlace {
  const isTouched = ({ unit, at, since }: OrderPlace) =>
    [at, ...(since === null ? [] : [since.at])].some((range) =>
      isPatchLine(unit.file.path, lineOf(unit, range)),
    );
  const [first] = places;
  const shown = places.find(isTouched) ?? first;
  if (shown === undefined) throw new RangeError("an edge has a place");
  return shown;
}

function nestingFinding(after: CheckInput, nested: readonly [Nested, ...Nested[]]): NotedFinding {
  const [first] = nested;
  const { place } = first;
  const inverse = nested.flatMap(({ edge }) => {
    const edgeBack = after.order.edge(edge.to, edge.from);
    const [back] = edgeBack?.places ?? [];
    return edgeBack === null || back === undefined ? [] : [{ edge: edgeBack, place: back }];
  });
  const conflict = inverse.flatMap((other) => placeSteps(after, other));
  const outer = nested.map(({ edge }) => edge.from);
  const by = place.through === null ? "" : ` by ${place.through}()`;
  return findingOf(
    {
      check: "new-nesting",
      rule: null,
      severity: "note",
      certain: place.certain,
      unit: place.unit,
      at: place.at,
      object: null,
      struct: null,
      lock: first.edge.to,
      held: heldTexts(after, place.held),
      message: `${first.edge.to} is now taken${by} while ${joined(outer)} ${outer.length === 1 ? "is" : "are"} held, which did not nest before; ${inverseText(inverse, outer)}`,
      access: outer.join(" "),
    },
    {
      status: inverse.length === 0 ? "latent" : "live",
      conflict,
      trace: placeSteps(after, first),
      fix: null,
      notes: { labels: labelsOf(first), also: [] },
    },
  );
}

function inverseText([first, ...others]: readonly Nested[], outer: readonly string[]): string {
  if (first === undefined) return "nothing in these files takes them the other way round";
  const { edge, place } = first;
  const which = outer.length === 1 ? "them" : `${edge.from} and ${edge.to}`;
  const more = others.length === 0 ? "" : ", and there are more such pairs";
  return `${place.unit.name}() takes ${which} the other way round${more}`;
}

function joined(names: readonly string[]): string {
  const [last, ...others] = [...names].reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} and ${last}`;
}
