import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import type { Highlight } from "../../c/index.ts";
import type { ReportedAccess } from "../../review/index.ts";
import { shippedHighlighter } from "../../testing/highlights.ts";
import { cellsOf } from "../cells.ts";
import { codeText } from "./code-text.ts";

const access = (object: string, column: number): ReportedAccess => ({
  object,
  type: "struct s",
  line: 1,
  column,
  kind: "write",
  held: [],
  private: false,
  free: null,
});

/** `[k if]` for a stretch of class k, `<write x>` for one that is marked. */
function drawn(text: string, accesses: readonly ReportedAccess[] = []): string {
  return codeText(text, shippedHighlighter(text)(1, 1), accesses)
    .html.replace(/<span class="(.)">([^<]*)<\/span>/g, "[$1 $2]")
    .replace(/<mark class="(\w+)">(.*?)<\/mark>/g, "<$1 $2>");
}

describe("a line of C", () => {
  test.each([
    ["has colours", "return f(NULL, 1); /* c */", "[k return] [f f]([o NULL], [m 1]); [c /* c */]"],
    ["is escaped", 'x = "<b>";', "x = [s &quot;&lt;b&gt;&quot;];"],
    ["has its tabs in columns", "f()\t;", "[f f]()     ;"],
  ])("%s", (_what, text, shown) => expect(drawn(text)).toBe(shown));

  test("has its accesses where they stand, colours and all", () => {
    expect(drawn("\tp->n = NULL;", [access("p->n", 2)])).toBe("        <write p-&gt;n> = [o NULL];");
    expect(drawn("if (f(p->n))", [access("f(p->n)", 5)])).toBe("[k if] (<write [f f](p-&gt;n)>)");
  });

  test("has no mark for an access that is not written there", () => {
    expect(drawn("for_each(p) {", [access("p->n", 10)])).not.toContain("<write");
  });
});

describe("whatever stands on a line, and wherever its colours are said to be", () => {
  const stretch = fc
    .tuple(fc.nat(12), fc.nat(4), fc.constantFrom("keyword", "comment", "string"))
    .map(
      ([start, length, kind]): Highlight => ({ start, end: start + length, kind: kind as Highlight["kind"] }),
    );

  test("its text is there, in spans and marks only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(stretch), fc.nat(9), (text, stretches, column) => {
        const ordered = [...stretches].sort((left, right) => left.start - right.start);
        const apart = ordered.filter(
          (each, at) => each.start >= Math.max(0, ...ordered.slice(0, at).map(({ end }) => end)),
        );
        const line = text.replaceAll("\n", " ");
        const { childNodes } = parseFragment(
          codeText(line, apart, [access(line.slice(column, column + 3), column + 1)]).html,
        );
        const texts: string[] = [];
        const visit = (node: DefaultTreeAdapterTypes.ChildNode): void => {
          if ("value" in node) texts.push(node.value);
          else expect(["span", "mark"]).toContain(node.nodeName);
          if ("childNodes" in node) node.childNodes.forEach(visit);
        };
        childNodes.forEach(visit);

        expect(texts.join("")).toBe(cellsOf(line, true).text);
      }),
    );
  });
});
