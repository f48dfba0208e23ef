import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createParseCache } from "./parse-cache.ts";
import { readSourceFile } from "./source-file.ts";
import type { SyntaxNode } from "./syntax.ts";
import { variantsOf } from "./variants.ts";

const FOLDER = new URL("../../fixtures/c/", import.meta.url);
const NOTHING: ReadonlyMap<string, boolean> = new Map();

function fixture(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

function expectedGapLines(text: string): number[] {
  return text.split("\n").flatMap((line, index) => (/\/\* gap: .*\*\//.test(line) ? [index + 1] : []));
}

function nodesOf(root: SyntaxNode, type: string): SyntaxNode[] {
  const inner = root.children.flatMap((child) => nodesOf(child, type));
  return root.type === type ? [root, ...inner] : inner;
}

describe("fixtures are read without a gap, but for the lines that say so", () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith(".c")))("%s", (name) => {
    const text = fixture(name);
    for (const variant of variantsOf(text)) {
      const { gaps } = readSourceFile(name, text, variant);
      expect(gaps.map((gap) => gap.line)).toEqual(expectedGapLines(text));
    }
  });
});

describe("what the fixtures' functions are called, and the words that were in front", () => {
  it.each([
    [
      "attributes.c",
      [
        "probe __init __must_check",
        "find_device LOCAL_API __tracked",
        "late_call CALLCONV __hwdom_init",
        "on_timer cf_check",
      ],
    ],
    ["gaps.c", ["before", "damaged", "unclosed", "afterwards"]],
    ["conditions.c", ["pick", "size"]],
  ])("%s", (name, expected) => {
    const { items } = readSourceFile(name, fixture(name), NOTHING);
    const functions = items.filter((item) => item.kind === "function");
    expect(functions.map((item) => [item.name, ...item.attributes].join(" "))).toEqual(expected);
  });
});

it("says of a gap where it is and what was met", () => {
  const { gaps } = readSourceFile("gaps.c", fixture("gaps.c"), NOTHING);
  expect(gaps).toEqual([
    { file: "gaps.c", line: 14, endLine: 14, why: 'could not read "+" on line 14' },
    {
      file: "gaps.c",
      line: 15,
      endLine: 17,
      why: "a macro followed by a block on line 15 is not known as a loop",
    },
    { file: "gaps.c", line: 23, endLine: 24, why: 'expected ")" on line 23' },
  ]);
});

it("reads iterator macros as loops and keeps their names and arguments", () => {
  const { items } = readSourceFile("iterators.c", fixture("iterators.c"), NOTHING);
  const count = items.find((item) => item.name === "count");
  const uses = [...(count?.macroUses ?? [])];
  expect(uses.map(([, use]) => `${use.macro}(${use.args.join("|")})`)).toEqual([
    "for_each_slot(set|i|id)",
    "list_for_each_entry(e|&all->head|link)",
    "for_each_slot(e->set|i|id)",
    "each(e|all)",
    "for_each_set_bit(i|set->map|64)",
  ]);
  const loops = nodesOf(count?.root ?? items[0]?.root ?? fail(), "while_statement").map((node) => node.start);
  expect(loops).toEqual(uses.map(([offset]) => offset));
});

function fail(): never {
  throw new Error("the fixture has no function");
}

it("keeps the initialisers of a table that macros open and close", () => {
  const { items } = readSourceFile("tables.c", fixture("tables.c"), NOTHING);
  const pairs = items.flatMap((item) =>
    nodesOf(item.root, "initializer_pair").map((pair) => item.masked.slice(pair.start, pair.end)),
  );
  expect(pairs).toEqual([".match = demo_match", ".init = demo_probe", ".init = demo_probe"]);
});

it("parses equal items of two versions once", () => {
  const cache = createParseCache();
  const text = fixture("attributes.c");
  const before = readSourceFile("a.c", text, NOTHING, { cache });
  const after = readSourceFile(
    "a.c",
    `int added;\n${text.replace("return lookup(id)", "return NULL")}`,
    NOTHING,
    { cache },
  );
  const rootOf = (file: typeof before, name: string) => file.items.find((item) => item.name === name)?.root;
  expect(rootOf(after, "probe")).toBe(rootOf(before, "probe"));
  expect(rootOf(after, "find_device")).not.toBe(rootOf(before, "find_device"));
});

it("gives the same result with and without a cache", () => {
  const text = fixture("statements.c");
  const plain = readSourceFile("a.c", text, NOTHING);
  const cache = createParseCache();
  readSourceFile("a.c", text, NOTHING, { cache });
  const cached = readSourceFile("a.c", text, NOTHING, { cache });
  expect(cached.items).toEqual(plain.items);
  expect(cached.gaps).toEqual(plain.gaps);
});

it("blanks words that the caller names", () => {
  const text = "int marked f(void) {}";
  expect(readSourceFile("a.c", text, NOTHING).gaps).toHaveLength(1);
  const options = { extraAttributes: new Set(["marked"]) };
  expect(readSourceFile("a.c", text, NOTHING, options).items[0]?.attributes).toEqual(["marked"]);
});

it("reads texts of more than 32 kB, empty ones, and ones that are no C", () => {
  const long = Array.from({ length: 3000 }, (_, index) => `int f${index}(void) { return ${index}; }`).join(
    "\n",
  );
  expect(readSourceFile("a.c", long, NOTHING).items).toHaveLength(3000);
  expect(readSourceFile("a.c", `void f(void) {${"g();\n".repeat(20000)}}`, NOTHING).gaps).toEqual([]);
  expect(readSourceFile("a.c", "", NOTHING).items).toEqual([]);
  expect(readSourceFile("a.c", "}}} not C at all", NOTHING).gaps).not.toEqual([]);
});

describe("hostile texts end in a gap, not in a crash or an endless run", () => {
  it.each([
    ["deep parentheses", `int f(void) { return ${"(".repeat(20_000)}1${")".repeat(20_000)}; }`],
    ["deep blocks", `void f(void) ${"{".repeat(20_000)}${"}".repeat(20_000)}`],
    ["parentheses against braces", `void f(void) {${"(".repeat(50_000)}${"}".repeat(50_000)}`],
    ["a row of words", `int f(void) { ${"word ".repeat(50_000)} }`],
    ["a deep condition", `#if ${"(".repeat(20_000)}1\nint x\n#endif\nint y = ;`],
    ["unended quotes and comments", "char *a = \"open\nchar b = 'open\n/* open"],
  ])("%s", (_, text) => {
    expect(readSourceFile("a.c", text, NOTHING).gaps.length).toBeGreaterThan(0);
  });
});

it("keeps lines with CRLF, tabs, form feeds and continued strings", () => {
  const text = 'int\ta;\r\n\f\r\nvoid f(void)\r\n{\r\n\tg("é\\\r\n h");\r\n\tx = ) 1;\r\n}\r\n';
  const { gaps, items } = readSourceFile("a.c", text, NOTHING);
  expect(items.map((item) => item.name)).toEqual([null, "f"]);
  expect(gaps.map((gap) => [gap.line, gap.endLine])).toEqual([[7, 7]]);
});

describe("another variant of a file", () => {
  const text =
    "int head;\nint one(void)\n{\n#ifdef A\n    return 1;\n#endif\n    return 0;\n}\nint two(void)\n{\n    return (;\n}\n";
  const [on, off] = [true, false].map((isOn) => new Map([["A", isOn]]));
  const cache = createParseCache();
  const first = readSourceFile("a.c", text, on ?? NOTHING, { cache });
  const second = readSourceFile("a.c", text, off ?? NOTHING, { cache, like: first });

  it("has the items in which it does not differ from the first", () => {
    expect(second.items.map((item, at) => item === first.items[at])).toEqual([true, false, true]);
    expect(second.items.map(({ masked }) => masked)).toEqual(
      readSourceFile("a.c", text, off ?? NOTHING).items.map(({ masked }) => masked),
    );
  });

  it("has the gaps of what was read of it, and of what is new in it, whenever they are asked for", () => {
    const none = first.gapsMet();
    void first.items[2]?.root;
    const some = second.gapsMet();
    expect([none().length, some().map(({ line }) => line)]).toEqual([0, first.gaps.map(({ line }) => line)]);
    expect(some()).not.toEqual([]);
  });
});
