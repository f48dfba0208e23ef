/** How much of the real tree can be read: the figures that the project promises. */
import { beforeAll, describe, expect, test } from "vitest";
import { createParseCache, readSourceFile, variantsOf } from "../../c/index.ts";
import { cFilesOf, NAMED_FILES, readXenFile, xenTreeOrNotice } from "./xen-tree.ts";

interface Reading {
  readonly file: string;
  readonly lines: number;
  /** Lines inside a gap in any variant. */
  readonly unread: number;
  readonly functions: number;
  readonly functionsWithGap: readonly string[];
}

/** Reads a file in all its variants; a line is unread if one variant could not read it. */
function read(file: string, text: string): Reading {
  const cache = createParseCache();
  const unread = new Set<number>();
  const functions = new Set<string>();
  const functionsWithGap = new Set<string>();
  let lines = 0;
  for (const variant of variantsOf(text, cache)) {
    const source = readSourceFile(file, text, variant, { cache });
    lines = source.lines.starts.length;
    for (const gap of source.gaps) for (let at = gap.line; at <= gap.endLine; at++) unread.add(at);
    for (const item of source.items.filter(({ kind }) => kind === "function")) {
      const first = text.slice(0, item.offset).split("\n").length;
      const last = first + item.source.split("\n").length - 1;
      const name = item.name ?? `line ${first}`;
      functions.add(name);
      if (source.gaps.some((gap) => gap.line <= last && gap.endLine >= first)) functionsWithGap.add(name);
    }
  }
  return {
    file,
    lines,
    unread: unread.size,
    functions: functions.size,
    functionsWithGap: [...functionsWithGap],
  };
}

const tree = xenTreeOrNotice();

describe.skipIf(tree === null)("reading real Xen", () => {
  test.each(NAMED_FILES)("%s: no gap inside any function", (file) => {
    const reading = read(file, readXenFile(tree ?? "", file));

    expect(reading.functions).toBeGreaterThan(20);
    expect(reading.functionsWithGap).toEqual([]);
  });

  describe("over all .c files", () => {
    let figures = { files: 0, wholeFiles: 0, lines: 0, unread: 0 };

    beforeAll(() => {
      const readings = cFilesOf(tree ?? "").map((file) => read(file, readXenFile(tree ?? "", file)));
      const sum = (of: (reading: Reading) => number) => readings.reduce((all, one) => all + of(one), 0);
      figures = {
        files: readings.length,
        wholeFiles: sum(({ unread }) => (unread === 0 ? 1 : 0)),
        lines: sum(({ lines }) => lines),
        unread: sum(({ unread }) => unread),
      };
      process.stderr.write(`real Xen, gaps: ${JSON.stringify(figures)}\n`);
    }, 300_000);

    test("the tree was there", () => {
      expect(figures.files).toBeGreaterThan(300);
    });

    test("at least 90 % of the files have no gap", () => {
      expect(figures.wholeFiles / figures.files).toBeGreaterThanOrEqual(0.9);
    });

    test("under 0.5 % of the lines are in a gap", () => {
      expect(figures.unread / figures.lines).toBeLessThan(0.005);
    });
  });
});
