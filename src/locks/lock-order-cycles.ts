/**
 * Cycles of the lock-order graph that can deadlock.
 *
 * Of each cycle one choice of places is kept: one on which every lock is waited
 * for in a mode that its holder excludes, if possible without a lock that all of
 * the places are under. A cycle that contains a shorter one is not told.
 */
import { compareText } from "../base/index.ts";
import type { LockOrderGraph, OrderEdge, OrderPlace } from "./lock-order-graph.ts";

export interface OrderCycle {
  /** Each edge begins where the one before ends. */
  readonly edges: readonly OrderEdge[];
  /** One for each edge. */
  readonly places: readonly OrderPlace[];
  /** A lock that is held at all places, so that they exclude each other; null when there is none. */
  readonly gate: string | null;
}

/** Places of one edge that differ in modes and gates; more say nothing new. */
const MOST_CHOICES = 8;
const LONGEST = 6;

export function orderCycles(graph: LockOrderGraph): OrderCycle[] {
  const found = new Map<string, OrderEdge[]>();
  for (const edge of graph.edges) {
    const way = shortestWay(graph, edge.to, edge.from);
    if (way === null || way.length >= LONGEST) continue;
    const cycle = rotated([edge, ...way]);
    found.set(cycle.map(({ from }) => from).join("\n"), cycle);
  }
  const cycles = [...found.values()].sort(
    (left, right) => left.length - right.length || compareText(nameOf(left), nameOf(right)),
  );
  const kept: OrderEdge[][] = [];
  for (const cycle of cycles) {
    const nodes = new Set(cycle.map(({ from }) => from));
    const hasShorter = kept.some(
      (other) => other.length < cycle.length && other.every(({ from }) => nodes.has(from)),
    );
    if (!hasShorter) kept.push(cycle);
  }
  return kept.flatMap((edges) => {
    const cycle = choosePlaces(edges);
    return cycle === null ? [] : [cycle];
  });
}

function nameOf(cycle: readonly OrderEdge[]): string {
  return cycle.map(({ from }) => from).join("\n");
}

/** Begins with the name that sorts first. */
function rotated(cycle: readonly OrderEdge[]): OrderEdge[] {
  const [first] = [...cycle].sort((left, right) => compareText(left.from, right.from));
  const at = first === undefined ? 0 : cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

function shortestWay(graph: LockOrderGraph, from: string, to: string): OrderEdge[] | null {
  const arrivals = new Map<string, OrderEdge | null>([[from, null]]);
  for (const node of arrivals.keys()) {
    if (node === to) break;
    for (const edge of graph.edges) {
      if (edge.from === node && !arrivals.has(edge.to)) arrivals.set(edge.to, edge);
    }
  }
  if (!arrivals.has(to)) return null;
  const way: OrderEdge[] = [];
  for (let edge = arrivals.get(to) ?? null; edge !== null; edge = arrivals.get(edge.from) ?? null)
    way.unshift(edge);
  return way;
}

function choosePlaces(edges: readonly OrderEdge[]): OrderCycle | null {
  let gated: OrderCycle | null = null;
  for (const places of choices(edges.map(distinctPlaces))) {
    if (!canDeadlock(places)) continue;
    const gate = commonGate(places);
    if (gate === null) return { edges, places, gate };
    gated ??= { edges, places, gate };
  }
  return gated;
}

function distinctPlaces({ places }: OrderEdge): OrderPlace[] {
  const seen = new Set<string>();
  const distinct = places.filter((place) => {
    const key = JSON.stringify([place.outerMode, place.innerMode, place.certain, [...place.gates].sort()]);
    return !seen.has(key) && seen.add(key);
  });
  // What is sure, and written out in the function, shows best.
  return distinct.sort((left, right) => rankOf(left) - rankOf(right)).slice(0, MOST_CHOICES);
}

function rankOf({ certain, through, way }: OrderPlace): number {
  return (certain ? 0 : 4) + (way === null ? 0 : 2) + (through === null ? 0 : 1);
}

function* choices(options: readonly (readonly OrderPlace[])[]): Iterable<OrderPlace[]> {
  const [first, ...others] = options;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const place of first) for (const rest of choices(others)) yield [place, ...rest];
}

/** Each lock is held by one in a mode that excludes the one who waits for it. */
function canDeadlock(places: readonly OrderPlace[]): boolean {
  return places.every((place, at) => {
    const next = places[(at + 1) % places.length];
    return next === undefined || place.innerMode === "exclusive" || next.outerMode === "exclusive";
  });
}

function commonGate([first, ...others]: readonly OrderPlace[]): string | null {
  const common = [...(first?.gates ?? [])].filter((lock) => others.every(({ gates }) => gates.has(lock)));
  return common.sort(compareText)[0] ?? null;
}
