/**
 * The order of locks as a picture: an arrow from what is held to what is taken. Where the arrows
 * lie is the library's work; the same facts stand in a table below.
 */
import { Graph, graphlib, layout } from "@dagrejs/dagre";
import type { ReportedOrder } from "../../review/index.ts";
import { countOf } from "../wording.ts";
import type { FileNames } from "./file-names.ts";
import { html, type Markup } from "./markup.ts";

/** With more locks than this the picture is a tangle: only those on cycles are drawn, with their neighbours. */
const MOST_NODES = 80;
/** Arrows carry words as long as there is room for them. */
const MOST_WORDS = 14;
const LETTER = 7.3;
const HEIGHT = 34;

export function orderGraph(order: readonly ReportedOrder[], files: FileNames): Markup | null {
  const cyclic = cyclicEdges(order);
  const drawn = drawnEdges(order, cyclic);
  if (drawn.length === 0) return null;
  const graph = laidOut(drawn, (edge) =>
    cyclic.has(edge) || drawn.length <= MOST_WORDS ? wordsOf(edge, files) : "",
  );
  const { width = 0, height = 0 } = graph.graph();
  const shapes = [
    ...drawn.map((edge) => arrow(edge, graph, cyclic.has(edge))),
    ...drawn.map((edge) => words(edge, graph, cyclic.has(edge))),
    ...graph.nodes().map((name) => box(name, graph.node(name))),
  ];
  const cycles =
    cyclic.size === 0 ? "There is no cycle." : `${countOf(cyclic.size, "arrow")} on a cycle, drawn thick.`;
  const left = order.length - drawn.length;
  const more = left === 0 ? "" : ` ${countOf(left, "more pair")} in the table only.`;
  return html`<figure class="order"><div class="scroll" tabindex="0" role="group" aria-label="Picture of the order of locks"><svg role="img" aria-labelledby="order-says" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"><title id="order-says">${countOf(graph.nodeCount(), "lock")}, ${countOf(drawn.length, "arrow")} from a lock that is held to one that is taken; the table below has them all</title><defs>${["plain", "cycle"].map((kind) => html`<marker id="tip-${kind}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="${kind === "cycle" ? 13 : 9}" markerHeight="${kind === "cycle" ? 13 : 9}" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker>`)}</defs>
${shapes}</svg></div><figcaption>An arrow leads from a lock that is held to one that is taken meanwhile. ${cycles}${more}</figcaption></figure>
`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the layout is asked for: the library's own types do not resolve under Node's rules. */
interface LaidOutGraph {
  graph(): { readonly width?: number; readonly height?: number };
  nodeCount(): number;
  nodes(): string[];
  node(name: string): Box;
  edge(
    from: string,
    to: string,
  ): Partial<Box> & { readonly label: string; readonly points: readonly Point[] };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Edges between locks of one strongly connected component. */
function cyclicEdges(order: readonly ReportedOrder[]): ReadonlySet<ReportedOrder> {
  const graph = new Graph({ directed: true });
  for (const { from, to } of order) graph.setEdge(from, to);
  const component = new Map<string, number>();
  const components = graphlib.alg.tarjan(graph) as string[][];
  for (const [at, names] of components.entries()) for (const name of names) component.set(name, at);
  return new Set(order.filter(({ from, to }) => component.get(from) === component.get(to)));
}

function drawnEdges(
  order: readonly ReportedOrder[],
  cyclic: ReadonlySet<ReportedOrder>,
): readonly ReportedOrder[] {
  const names = new Set(order.flatMap(({ from, to }) => [from, to]));
  if (names.size <= MOST_NODES) return order;
  const on = new Set([...cyclic].flatMap(({ from, to }) => [from, to]));
  return order.filter(({ from, to }) => on.has(from) || on.has(to));
}

/** Where a pair is seen: for a cycle each of its arrows says so. */
function wordsOf({ at }: ReportedOrder, files: FileNames): string {
  const [first] = at;
  if (first === undefined) return "";
  const more = at.length === 1 ? "" : ` +${at.length - 1}`;
  return `${first.function}() ${files.short(first.file)}:${first.line}${more}`;
}

function laidOut(edges: readonly ReportedOrder[], labelOf: (edge: ReportedOrder) => string): LaidOutGraph {
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 52, edgesep: 18, marginx: 8, marginy: 8 });
  for (const name of new Set(edges.flatMap(({ from, to }) => [from, to])))
    graph.setNode(name, { width: name.length * LETTER + 24, height: HEIGHT });
  for (const edge of edges) {
    const label = labelOf(edge);
    graph.setEdge(edge.from, edge.to, {
      label,
      width: label === "" ? 0 : label.length * LETTER * 0.85 + 8,
      height: label === "" ? 0 : 18,
      labelpos: "c",
    });
  }
  layout(graph);
  return graph;
}

function box(name: string, { x, y, width, height }: Box): Markup {
  return html`<g class="lock"><rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="7"/><text x="${round(x)}" y="${round(y)}" textLength="${round(width - 24)}">${name}</text></g>
`;
}

function arrow({ from, to }: ReportedOrder, graph: LaidOutGraph, isCycle: boolean): Markup {
  const kind = isCycle ? "cycle" : "plain";
  return html`<path class="arrow ${kind}" d="${curve(graph.edge(from, to).points)}" marker-end="url(#tip-${kind})"/>
`;
}

/** Behind all arrows, so that none runs through them. */
function words({ from, to }: ReportedOrder, graph: LaidOutGraph, isCycle: boolean): Markup {
  const { label, x = 0, y = 0, width = 0 } = graph.edge(from, to);
  if (label === "") return html``;
  return html`<g class="words${isCycle ? " cycle" : ""}"><rect x="${round(x - width / 2)}" y="${round(y - 9)}" width="${round(width)}" height="18" rx="4"/><text x="${round(x)}" y="${round(y)}" textLength="${round(width - 8)}">${label}</text></g>
`;
}

/** A smooth line through the points of the layout: between two of them it bends at their middle. */
function curve(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return "";
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const middle = others.slice(0, -1).map((point, index) => {
    const next = others[index + 1] ?? point;
    return index === others.length - 2
      ? `Q${at(point)} ${at(next)}`
      : `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  const last = others.length === 1 ? `L${at(others[0] ?? first)}` : middle.join("");
  return `M${at(first)}${last}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
