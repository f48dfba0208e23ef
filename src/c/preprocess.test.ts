import { describe, expect, it } from "vitest";
import { expandMacro, splitArguments } from "./expand-macro.ts";
import { preprocess } from "./preprocess.ts";
import { scan } from "./scan.ts";
import { variantsOf } from "./variants.ts";

const NOTHING: ReadonlyMap<string, boolean> = new Map();

function macrosOf(text: string, variant = NOTHING) {
  return preprocess(scan(text), variant).macros;
}

describe("the macro table", () => {
  it("joins continuation lines, drops comments and trims", () => {
    const [macro] = macrosOf(
      "#  define  LOCK(a, b)  take(a) /* first */ ; \\\n  take(b) // then\nint x;",
    ).all;
    expect(macro).toMatchObject({ name: "LOCK", params: ["a", "b"] });
    expect(macro?.body.replace(/\s+/g, " ")).toBe("take(a) ; take(b)");
  });

  it("tells a parameter list from a parenthesised body", () => {
    expect(macrosOf("#define A (b)\n#define C() d\n").all).toMatchObject([
      { params: null, body: "(b)" },
      { params: [], body: "d" },
    ]);
  });

  it("knows which definition is in force where", () => {
    const text = "#define A 1\nint x;\n#undef A\nint y;\n#define A 2\nint z;\n#define A 3\nint w;\n";
    const macros = macrosOf(text);
    const bodyAt = (word: string): string | undefined => macros.lookup("A", text.indexOf(word))?.body;
    expect(["x;", "y;", "z;", "w;"].map(bodyAt)).toEqual(["1", undefined, "2", "3"]);
  });

  it("leaves out what a branch that is not taken defines", () => {
    const text = "#ifdef B\n#define A 1\n#else\n#define A 2\n#endif\n#if 0\n#define C\n#endif\n";
    expect(macrosOf(text).all.map((macro) => macro.body)).toEqual(["2"]);
    expect(macrosOf(text, new Map([["B", true]])).all.map((macro) => macro.body)).toEqual(["1"]);
  });
});

describe("expansion", () => {
  it.each([
    ["#define A(x) ((x)->y)", ["p + 1"], "((p + 1)->y)"],
    ["#define A(x) x.x + xx + \"x\" + 'x'", ["p"], "p.p + xx + \"x\" + 'x'"],
    ["#define A(x) #x", ['a  "b"'], '"a \\"b\\""'],
    ["#define A(x, y) x##_##y = x ## 1", ["p", "q"], "p_q = p1"],
    ["#define A(f, ...) g(f, ## __VA_ARGS__)", ["a"], "g(a)"],
    ["#define A(f, ...) g(f, ## __VA_ARGS__)", ["a", "b", "c"], "g(a,b, c)"],
    ["#define A(f, rest...) g(f, ##rest)", ["a", "b"], "g(a,b)"],
    ["#define A(f, rest...) g(f, ##rest)", ["a"], "g(a)"],
    ["#define A(x, y) x y", ["a"], "a "],
    ["#define A b + 1", [], "b + 1"],
  ])("%s with %j", (definition, args, expected) => {
    const [macro] = macrosOf(definition).all;
    expect(macro === undefined ? null : expandMacro(macro, args)).toBe(expected);
  });

  it.each([
    ["", []],
    ["a", ["a"]],
    ["a, f(b, c) , d[1, 2]", ["a", "f(b, c)", "d[1, 2]"]],
    ["\"a,b\", ',', ({ int x, y; })", ['"a,b"', "','", "({ int x, y; })"]],
    ["a, ", ["a", ""]],
  ])("splits the arguments %j", (text, expected) => {
    expect(splitArguments(text)).toEqual(expected);
  });
});

describe("conditions", () => {
  const isActive = (condition: string, on: readonly string[], before = ""): boolean => {
    const text = `${before}\n${condition}\nint x;\n#endif\n`;
    return preprocess(scan(text), new Map(on.map((symbol) => [symbol, true]))).inactive.length === 0;
  };
  it.each([
    ["#ifdef A", ["A"], true],
    ["#ifndef A", ["A"], false],
    ["#if defined(A) && !defined(B)", ["A"], true],
    ["#if defined(A) && !defined(B)", ["A", "B"], false],
    ["#if defined A || defined B", ["B"], true],
    ["#if IS_ENABLED(A)", ["A"], true],
    ["#if A", ["A"], true],
    ["#if PAGE == BIG", ["PAGE==BIG"], true],
    ["#if PAGE == BIG", ["PAGE"], false],
    ["#if !(PAGE == BIG)", [], true],
    ["#if VERSION(1, 2) > 3", ["VERSION(1,2)>3"], true],
    ["#if 1 + 1 == 2", [], true],
    ["#if 0x10 >> 4 == 1 && 2", [], true],
    ["#ifndef NDEBUG", ["NDEBUG"], true],
    ["#if 0", [], false],
  ])("%s with %j", (condition, on, expected) => {
    expect(isActive(condition, on)).toBe(expected);
  });

  it("asks the file's own definitions first", () => {
    expect(isActive("#if DEBUG", [], "#define DEBUG 1")).toBe(true);
    expect(isActive("#if DEBUG", ["DEBUG"], "#define DEBUG 0")).toBe(false);
    expect(isActive("#ifdef DEBUG", [], "#define DEBUG")).toBe(true);
  });
});

describe("variants", () => {
  const named = (text: string): string[] =>
    variantsOf(text).map((variant) =>
      [...variant].map(([symbol, on]) => (on ? symbol : `!${symbol}`)).join(" "),
    );
  it.each([
    ["no condition", "int x;\n", [""]],
    ["one symbol", "#ifdef A\nint x;\n#endif\n", ["A", "!A"]],
    ["two symbols", "#ifdef A\nint x;\n#endif\n#ifdef B\nint y;\n#endif\n", ["A B", "!A !B", "!A B", "A !B"]],
    ["an include guard", "#ifndef X_H\n#define X_H\nint x;\n#endif\n", [""]],
    ["includes only", "#ifdef A\n#include <a.h>\n#endif\n", ["A"]],
    ["a symbol under #if 0", "#if 0\n#ifdef A\nint x;\n#endif\n#endif\n", ["A"]],
    ["a symbol of the file's own", "#define A\n#ifdef A\nint x;\n#endif\n", [""]],
    ["a debug build", "#ifndef NDEBUG\nint x;\n#endif\n", [""]],
    ["a comparison", "#if PAGE == 4\nint x;\n#endif\n", ["PAGE==4", "!PAGE==4"]],
  ])("%s", (_, text, expected) => {
    expect(named(text)).toEqual(expected);
  });

  it("stops at eight", () => {
    const text = Array.from({ length: 20 }, (_, index) => `#ifdef A${index}\nint x${index};\n#endif\n`).join(
      "",
    );
    expect(variantsOf(text)).toHaveLength(8);
  });
});
