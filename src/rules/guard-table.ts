/**
 * The guards of a profile's rules in the form that the analysis asks for.
 *
 * The analysis takes the first guard that fits an access, so the order decides: a guard
 * that names a field stands before one that says `all`. The links of a tree thus keep the
 * tree's lock, whatever else guards the objects in it.
 */
import type { HandleCell } from "../drivers/index.ts";
import type { Guard, GuardTable } from "../locks/index.ts";
import type { Rule } from "./rule.ts";

/** @param rules of one profile, bound to the tree */
export function guardTableOf(rules: readonly Rule[], handles: readonly HandleCell[]): GuardTable {
  const rows = rules.flatMap((rule) => [...globalRows(rule), ...structRows(rule)]);
  return {
    guards: [...rows.filter((row) => row.fields !== "all"), ...rows.filter((row) => row.fields === "all")],
    handles: new Set(handles.map((cell) => `${cell.struct}.${cell.field}`)),
  };
}

function globalRows(rule: Rule): Guard[] {
  return (rule.globals ?? []).map(({ noun: _noun, ...guard }) => ({
    ...guard,
    rule: rule.id,
    struct: null,
    fields: [],
    constant: [],
    lockFree: [],
    walkKeys: [],
    neverFreed: true,
  }));
}

function structRows(rule: Rule): Guard[] {
  return rule.guards.map(({ noun: _noun, ...guard }) => ({
    ...guard,
    rule: rule.id,
    global: null,
    walkKeys: guard.walkKeys ?? [],
    neverFreed: guard.neverFreed ?? false,
  }));
}
