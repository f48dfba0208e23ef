import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import type { ReportedPair } from "../../review/index.ts";
import { waysGrid } from "./ways-grid.ts";

type Node = DefaultTreeAdapterTypes.ChildNode;

const pair = (a: string, b: string, ...commonLocks: string[]): ReportedPair => ({ a, b, commonLocks });
const way = (op: string) => ({ op, function: `do_${op}`, subsystem: "", callerHolds: [] });
const gridOf = (pairs: readonly ReportedPair[], ways: readonly string[]) =>
  waysGrid({ concurrency: pairs, entryPoints: ways.map(way) }).html;

/** Each row of the grid: its head, then what is drawn in its cells (`-` for nothing known). */
function drawn(markup: string): string[] {
  const rows: string[] = [];
  const text = (node: Node): string =>
    "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(text).join("") : "";
  const visit = (node: Node): void => {
    if ("tagName" in node && node.tagName === "tr" && node.parentNode?.nodeName === "tbody") {
      const cells = node.childNodes.map((cell) =>
        text("childNodes" in cell ? (cell.childNodes[0] ?? cell) : cell),
      );
      rows.push(cells.map((cell) => (cell === "not known to meet" ? "-" : cell)).join("|"));
    }
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  parseFragment(markup).childNodes.forEach(visit);
  return rows;
}

describe("the grid of ways in", () => {
  test("shows who meets whom, and which lock keeps apart", () => {
    const made = gridOf(
      [pair("add", "remove", "m"), pair("add", "add", "k", "m"), pair("scan", "add")],
      ["add", "remove", "scan"],
    );

    expect(drawn(made)).toEqual(["add|A B|B|●", "remove|B|-|-", "scan|●|-|-"]);
    expect(made).toContain('<b class="key">A</b> <code>k</code>');
  });

  test("counts the callers of one way as those that share least", () => {
    expect(drawn(gridOf([pair("add", "add", "k", "m"), pair("add", "add", "m")], ["add"]))).toEqual([
      "add|A",
    ]);
    expect(drawn(gridOf([pair("add", "add", "m"), pair("add", "add")], ["add"]))).toEqual(["add|●"]);
  });

  test("names the ways that are not in it", () => {
    expect(gridOf([pair("add", "add")], ["add", "boot"])).toContain("nothing that is guarded: boot.");
    expect(gridOf([pair("add", "add")], ["add"])).not.toContain("Not in the grid");
  });

  test("is not drawn where nothing is known, and lists what is open where it would be too large", () => {
    const many = Array.from({ length: 41 }, (_, at) => pair(`w${at}`, "w0", ...(at === 7 ? [] : ["m"])));

    expect(gridOf([], ["add"])).toBe("");
    expect(drawn(gridOf(many, []))).toEqual([]);
    expect(gridOf(many, [])).toContain("<li>w0 and w7</li>");
  });
});
