import { describe, expect, test } from "vitest";
import { operate } from "./arithmetic.ts";
import { ValueTable } from "./value.ts";

const table = new ValueTable();
const n = (value: number) => table.number(value);
const x = table.intern({ kind: "parameter", index: 0 });

describe("operate", () => {
  test.each([
    ["3 & 6", operate(table, "&", [n(3), n(6)]), 2],
    ["1 | 4", operate(table, "|", [n(1), n(4)]), 5],
    ["!7", operate(table, "!", [n(7)]), 0],
    ["(x & 4) & 2", operate(table, "&", [operate(table, "&", [x, n(4)]), n(2)]), 0],
    ["(x & ~2) & 2", operate(table, "&", [operate(table, "&", [x, n(~2)]), n(2)]), 0],
    ["(x | 6) & 2", operate(table, "&", [operate(table, "|", [x, n(6)]), n(2)]), 2],
  ])("%s is a number", (_what, made, number) => {
    expect(table.get(made)).toEqual({ kind: "number", value: number });
  });

  test.each([
    ["x & 2", operate(table, "&", [x, n(2)])],
    ["(x & 6) & 2", operate(table, "&", [operate(table, "&", [x, n(6)]), n(2)])],
    ["(x | 2) & 6", operate(table, "&", [operate(table, "|", [x, n(2)]), n(6)])],
    ["bits of a mask that has no room in 32", operate(table, "&", [n(2 ** 40), n(2)])],
  ])("%s is not", (_what, made) => {
    expect(table.get(made).kind).toBe("operator");
  });
});
