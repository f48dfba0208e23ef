import Parser from "tree-sitter";
import C from "tree-sitter-c";
import { expect, it } from "vitest";
import { parseText } from "./parser.ts";

it("has a parser and a grammar that fit each other", () => {
  const parser = new Parser();
  parser.setLanguage(C as unknown as Parser.Language);
  expect(parser.parse("int a;").rootNode.toString()).toBe(
    "(translation_unit (declaration type: (primitive_type) declarator: (identifier)))",
  );
});

it("copies named nodes, and unnamed tokens that fill a field", () => {
  const { root, damage } = parseText("int a = b + /* why */ c;");
  const sum = root.children[0]?.children[1]?.children[1];
  expect(damage).toEqual([]);
  expect(sum?.children.map((child) => [child.type, child.field, child.start, child.end])).toEqual([
    ["identifier", "left", 8, 9],
    ["+", "operator", 10, 11],
    ["identifier", "right", 22, 23],
  ]);
});

it.each([
  ["a token that is missing", "void f(void) { if (a b(); }", { missing: ")" }],
  ["text that fits nowhere", "void f(void) { a = ) 1; }", { missing: null }],
  ["a block after an unknown macro", "void f(void) { X(a) { b(); } }", { missing: "{" }],
])("reports %s", (_, text, expected) => {
  expect(parseText(text).damage[0]).toMatchObject(expected);
});

it("counts in UTF-16 units", () => {
  const { root } = parseText('char *s = "é𝄞"; int a;');
  expect(root.children[1]?.start).toBe(17);
});
