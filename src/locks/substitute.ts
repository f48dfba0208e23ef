/**
 * A callee's values in the caller's terms: parameters become arguments, memory
 * that the callee read on entry is what the caller knows of it.
 */
import type { AnalysisContext } from "./analysis-context.ts";
import { operate } from "./arithmetic.ts";
import type { LockState, Root, Stale } from "./lock-state.ts";
import { readMemory } from "./memory.ts";
import { rootOf, SHARED } from "./roots.ts";
import type { ValueId } from "./value.ts";

export interface Substitution {
  value(id: ValueId): ValueId;
  root(root: Root): Root;
}

export interface CallSite {
  readonly site: number;
  readonly args: readonly ValueId[];
  /** Memory that the callee allocates and may hand over: fresh for the caller too. */
  readonly fresh: ReadonlySet<ValueId>;
}

export function substitutionFor(context: AnalysisContext, state: LockState, call: CallSite): Substitution {
  const { table } = context;
  const done = new Map<ValueId, ValueId>();
  const value = (id: ValueId): ValueId => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const result = translate(id);
    done.set(id, result);
    return result;
  };
  const foreign = (id: ValueId) => table.intern({ kind: "foreign", site: call.site, inner: id });
  const translate = (id: ValueId): ValueId => {
    const from = table.get(id);
    switch (from.kind) {
      case "parameter":
        return call.args[from.index] ?? foreign(id);
      case "global":
      case "function":
      case "number":
      case "text":
        return id;
      case "field":
        return table.field(value(from.base), from.struct, from.field);
      case "element":
        return table.intern({ kind: "element", base: value(from.base), index: value(from.index) });
      case "container":
        return table.container(value(from.base), from.struct, from.path.split("."));
      case "operator":
        return operate(table, from.operator, from.operands.map(value));
      case "load":
        return from.version === 0 ? readMemory(context, state, value(from.address)) : foreign(id);
      case "fresh":
        return call.fresh.has(id)
          ? table.intern({ kind: "fresh", site: table.site(`${call.site}:${id}`) })
          : foreign(id);
      default:
        return foreign(id);
    }
  };
  const root = (from: Root): Root => {
    if (from.kind === "parameter") {
      const argument = call.args[from.index];
      return argument === undefined ? SHARED : rootOf(table, state, argument);
    }
    if (from.kind === "private") {
      return call.fresh.has(from.of) ? { kind: "private", of: value(from.of) } : SHARED;
    }
    return from;
  };
  return { value, root };
}

export function substituteStale(
  stale: Stale,
  lock: ValueId,
  call: { readonly site: number; readonly at: Stale["released"]["at"]; readonly callee: string },
): Stale {
  const place = { site: call.site, at: call.at, through: call.callee };
  return { lock, span: place, released: place, certain: stale.certain };
}
