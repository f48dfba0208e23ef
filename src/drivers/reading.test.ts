import { describe, expect, test } from "vitest";
import { platformOf } from "./platform.ts";
import { dialectOf, typeOptionsOf } from "./reading.ts";

const PLATFORM = platformOf([
  {
    lockTypes: ["big_lock_t"],
    lockDefinitions: [{ macro: "DEFINE_BIG_LOCK", type: "big_lock_t" }],
    variableDefinitions: { QUEUE: "struct queue" },
    functions: [
      { name: "die", noReturn: true },
      { name: "never_here", noReturn: true, debugOnly: true },
      { name: "maybe", transparent: 0 },
    ],
    containers: [{ name: "outer", pointer: 0, type: 1, member: 2 }],
  },
]);

describe("what reading C is told", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // call         ends   stands for
    ["die",         "always",          null],
    ["never_here",  "in debug builds", null],
    ["maybe",       null,              0],
    ["unheard_of",  null,              null],
  ] as const)("%s ends the path: %s; is its argument %s", (callee, ends, argument) => {
    const dialect = dialectOf(PLATFORM);
    expect(dialect.endsPath(callee)).toBe(ends);
    expect(dialect.transparentArgument(callee)).toBe(argument);
  });

  test("containers keep their positions, macros give their variables types, locks stay whole", () => {
    expect(dialectOf(PLATFORM).containers.get("outer")).toMatchObject({
      pointer: 0,
      member: 2,
      follows: null,
    });
    const options = typeOptionsOf(PLATFORM);
    expect([...(options.definingMacros ?? [])]).toEqual([
      ["QUEUE", "struct queue"],
      ["DEFINE_BIG_LOCK", "big_lock_t"],
    ]);
    expect(options.opaqueTypes?.has("big_lock_t")).toBe(true);
  });
});
