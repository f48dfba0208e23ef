import { describe, expect, test } from "vitest";
import { guardTableOf } from "./guard-table.ts";
import type { Guard, Rule } from "./rule.ts";

function guard(struct: string, fields: Guard["fields"]): Guard {
  return {
    struct,
    fields,
    lock: { kind: "global", name: "big_lock" },
    read: "exclusive",
    write: "exclusive",
    alternatives: [],
    constant: [],
    lockFree: [],
  };
}

function rule(id: string, guards: readonly Guard[], globals: Rule["globals"] = []): Rule {
  return {
    id,
    model: "toy",
    profiles: ["list"],
    title: "",
    guards,
    globals,
    why: "",
    fix: "",
    sources: [],
    examples: { reports: "", accepts: "" },
  };
}

describe("guardTableOf", () => {
  const rows = guardTableOf(
    [
      rule("toy/object", [guard("box", "all"), guard("cell", ["handle"])]),
      rule(
        "toy/tree",
        [{ ...guard("box", ["link"]), walkKeys: ["key"] }],
        [
          {
            global: "boxes",
            lock: { kind: "global", name: "big_lock" },
            read: "shared",
            write: "exclusive",
            alternatives: [],
          },
        ],
      ),
    ],
    [{ struct: "cell", field: "handle" }],
  );

  test("a named field's guard stands before one over the whole object, whatever the rules' order", () => {
    const fitting = rows.guards.find(
      (row) => row.struct === "box" && (row.fields === "all" || row.fields.includes("link")),
    );
    expect(fitting?.rule).toBe("toy/tree");
    expect(fitting?.walkKeys).toEqual(["key"]);
    expect(rows.guards.at(-1)).toMatchObject({ rule: "toy/object", struct: "box", fields: "all" });
  });

  test("globals and handles are in it", () => {
    expect(rows.guards.find((row) => row.global === "boxes")).toMatchObject({ struct: null, read: "shared" });
    expect([...rows.handles]).toEqual(["cell.handle"]);
  });
});
