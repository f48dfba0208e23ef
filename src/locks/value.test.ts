import { array, assert, constantFrom, nat, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { partsOf, type ValueId, ValueTable } from "./value.ts";

describe("whether a value is made of another one", () => {
  const steps = array(tuple(constantFrom("field", "load", "operator", "foreign"), nat(30), nat(30)), {
    minLength: 1,
    maxLength: 40,
  });

  test("is what a search through all its parts finds", () => {
    assert(
      property(steps, (made) => {
        const table = new ValueTable();
        const ids: ValueId[] = [0, 1, 2].map((index) => table.intern({ kind: "parameter", index }));
        for (const [kind, left, right] of made) {
          const one = ids[left % ids.length] ?? 0;
          const other = ids[right % ids.length] ?? 0;
          if (kind === "field") ids.push(table.field(one, "box", "next"));
          else if (kind === "load") ids.push(table.intern({ kind, address: one, version: right }));
          else if (kind === "foreign") ids.push(table.intern({ kind, site: right, inner: one }));
          else ids.push(table.intern({ kind: "operator", operator: "+", operands: [one, other] }));
        }
        for (const id of ids)
          for (const target of ids) expect(table.mentions(id, target)).toBe(occurs(table, id, target));
      }),
    );
  });
});

function occurs(table: ValueTable, id: ValueId, target: ValueId): boolean {
  return id === target || partsOf(table.get(id)).some((part) => occurs(table, part, target));
}
