import { expect, it } from "vitest";
import { type FragmentKind, readFragment } from "./fragment.ts";
import { createParseCache } from "./parse-cache.ts";

it.each<[FragmentKind, string, string | null]>([
  ["expression", "((smmu)->base)", "parenthesized_expression"],
  ["expression", "a + 1", "binary_expression"],
  ["expression", "({ int x = a; x; })", "parenthesized_expression"],
  ["expression", "a, b", "comma_expression"],
  ["expression", "(struct s *)p", "cast_expression"],
  ["expression", "type *name = value", null],
  ["expression", "a; b", null],
  ["expression", "a)(b", null],
  ["expression", "", null],
  ["statement", "do { lock(&l); } while (0)", "do_statement"],
  ["statement", "do { lock(&l); } while (0);", "do_statement"],
  ["statement", "if (a) b()", "if_statement"],
  ["statement", "{ a(); b(); }", "compound_statement"],
  ["statement", "for (i = 0; id = c->s[i], i < n; ++i) ;", "for_statement"],
  ["statement", "a(); b();", null],
  ["statement", "} {", null],
  ["statements", "a(); b();", "compound_statement"],
  ["for-header", "for (i = 0; id = c->s[i], i < n; ++i)", "for_statement"],
  ["for-header", "while (next(p))", "while_statement"],
  ["for-header", "if (a)", null],
])("a fragment as %s: %s", (kind, text, expected) => {
  const node = readFragment(kind, text)?.node ?? null;
  expect(node?.type ?? null).toBe(expected);
  expect(node === null || (node.start >= 0 && node.end <= text.length)).toBe(true);
});

it("runs the text stage over fragments, too", () => {
  const text = "do { for_each_x(i, s) container_of(i, struct t, m); } while (0)";
  const fragment = readFragment("statement", text);
  expect(fragment?.masked).toBe("do { while     (i, s) container_of(i,        t, m); } while (0)");
  expect([...(fragment?.macroUses ?? [])]).toEqual([[5, { macro: "for_each_x", args: ["i", "s"] }]]);
});

it("remembers fragments, also that a text is none", () => {
  const cache = createParseCache();
  const first = readFragment("expression", "a + 1", { cache });
  expect(readFragment("expression", "a + 1", { cache })).toBe(first);
  expect(readFragment("statement", "a + 1", { cache })).not.toBe(first);
  expect([readFragment("expression", "a;", { cache }), readFragment("expression", "a;", { cache })]).toEqual([
    null,
    null,
  ]);
});
