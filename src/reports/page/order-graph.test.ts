import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import type { ReportedOrder } from "../../review/index.ts";
import { FileNames } from "./file-names.ts";
import { orderGraph } from "./order-graph.ts";

type Element = DefaultTreeAdapterTypes.Element;

const edge = (pair: string): ReportedOrder => {
  const [from = "", to = ""] = pair.split(">");
  return { from, to, at: [{ file: "d/a.c", line: 7, function: `take_${to}` }] };
};

const drawing = (pairs: readonly string[]) =>
  orderGraph(pairs.map(edge), new FileNames(["d/a.c"]))?.html ?? "";

function elementsOf(markup: string): Element[] {
  const found: Element[] = [];
  const visit = (node: DefaultTreeAdapterTypes.ChildNode): void => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  parseFragment(markup).childNodes.forEach(visit);
  return found;
}

const attribute = (element: Element | undefined, name: string) =>
  element?.attrs.find((one) => one.name === name)?.value ?? "";
const ofClass = (markup: string, name: string) =>
  elementsOf(markup).filter((one) => attribute(one, "class").split(" ").includes(name));

describe("the picture of the order of locks", () => {
  test("has a box for each lock and an arrow for each pair, with where it is seen", () => {
    const made = drawing(["a>b", "a>c", "c>b"]);

    expect(ofClass(made, "lock")).toHaveLength(3);
    expect(ofClass(made, "arrow")).toHaveLength(3);
    expect(made).toContain("take_b() a.c:7");
    expect(made).toContain("There is no cycle.");
  });

  test("shows what is on a cycle, and what only leads to it", () => {
    const made = drawing(["a>b", "b>c", "c>a", "x>a"]);

    expect(ofClass(made, "arrow").map((one) => attribute(one, "class"))).toEqual([
      "arrow cycle",
      "arrow cycle",
      "arrow cycle",
      "arrow plain",
    ]);
    expect(made).toContain("3 arrows on a cycle, drawn thick.");
  });

  test("lies within its frame", () => {
    const [svg] = elementsOf(drawing(["a>b", "a>c", "c>b", "b>a"])).filter(
      ({ tagName }) => tagName === "svg",
    );
    const width = Number(attribute(svg, "width"));
    const boxes = elementsOf(drawing(["a>b", "a>c", "c>b", "b>a"])).filter(
      ({ tagName }) => tagName === "rect",
    );
    const ends = boxes.map((one) => Number(attribute(one, "x")) + Number(attribute(one, "width")));

    expect(boxes.every((one) => Number(attribute(one, "x")) >= 0)).toBe(true);
    expect(Math.max(...ends)).toBeLessThanOrEqual(width);
  });

  test("of very many locks has the cycles and their neighbours only", () => {
    const chain = Array.from({ length: 100 }, (_, at) => `n${at}>n${at + 1}`);
    const made = drawing([...chain, "n51>n50"]);

    expect(ofClass(made, "lock")).toHaveLength(4);
    expect(made).toContain("97 more pairs in the table only.");
    expect(drawing(chain)).toBe("");
  });
});
