/** Which ways in lead to a function, by the calls that its program shows. */
import type { FunctionUnit } from "../locks/index.ts";

/** @param waysOf names under which a function is entered itself @returns names by function, each sorted */
export function waysTo(
  units: readonly FunctionUnit[],
  waysOf: (unit: FunctionUnit) => readonly string[],
): ReadonlyMap<FunctionUnit, readonly string[]> {
  const byName = new Map<string, FunctionUnit[]>();
  for (const unit of units) byName.set(unit.name, [...(byName.get(unit.name) ?? []), unit]);
  const calleesOf = (unit: FunctionUnit): FunctionUnit[] =>
    unit.facts.calls.flatMap(({ callee }) => {
      const named = byName.get(callee) ?? [];
      const own = named.filter(({ file }) => file === unit.file);
      return own.length > 0 ? own : named;
    });
  const found = new Map<FunctionUnit, Set<string>>();
  for (const entered of units) {
    const names = waysOf(entered);
    if (names.length === 0) continue;
    const reached = new Set([entered]);
    for (const unit of reached) for (const callee of calleesOf(unit)) reached.add(callee);
    for (const unit of reached) found.set(unit, new Set([...(found.get(unit) ?? []), ...names]));
  }
  return new Map([...found].map(([unit, names]) => [unit, [...names].sort()]));
}
