/**
 * What can happen at the same time as an access: who else, at run time, writes,
 * links or frees objects of the type.
 *
 * Boot never runs beside anything. A path counts when it is reached from outside
 * at run time; whether a lock outside the files keeps two paths apart is not
 * known here, and "live" does not say that it was seen to happen.
 */
import type { TraceStep } from "../findings/index.ts";
import type { AnalysedProgram, CallGraph, FunctionUnit } from "../locks/index.ts";
import { stepAt } from "./place.ts";

export interface Verdict {
  readonly status: "live" | "latent" | "unknown";
  readonly conflict: readonly TraceStep[];
}

export class Concurrency {
  readonly #program: AnalysedProgram;
  readonly #graph: CallGraph;

  constructor(program: AnalysedProgram, graph: CallGraph) {
    this.#program = program;
    this.#graph = graph;
  }

  /** For what a pointer's life depends on: a path that unlinks or frees such an object. */
  ofLife(struct: string | null): Verdict {
    for (const unit of this.#runtimeUnits()) {
      const removal = unit.facts.removals.find((one) => !one.private && this.#isPart(struct, one.struct));
      if (removal === undefined) continue;
      const what = `struct ${removal.struct} ${removal.what} by ${callText(unit, removal.at)}`;
      return { status: "live", conflict: [stepAt(unit, removal.at, what)] };
    }
    return { status: "latent", conflict: [] };
  }

  /** For reads and writes: a path that writes the same kind of object. */
  ofAccess(struct: string | null, field: string | null, own: FunctionUnit): Verdict {
    if (struct === null) return { status: "unknown", conflict: [] };
    const guards = this.#program.guards.guards;
    if (guards.some((guard) => guard.struct === struct && guard.fields === "all" && !guard.neverFreed)) {
      const life = this.ofLife(struct);
      if (life.status === "live") return life;
    }
    for (const unit of this.#runtimeUnits()) {
      const write = unit.facts.accesses.find(
        (one) =>
          one.kind === "write" &&
          !one.private &&
          one.struct === struct &&
          (field === "*" || one.field === field),
      );
      if (write === undefined) continue;
      const what =
        unit === own ? `${write.text} written, by the same function on another CPU` : `${write.text} written`;
      return { status: "live", conflict: [stepAt(unit, write.at, what)] };
    }
    return { status: "latent", conflict: [] };
  }

  /** An object goes with the one that it is embedded in. */
  #isPart(struct: string | null, whole: string): boolean {
    if (struct === whole) return true;
    const fields = this.#program.types.fields(whole) ?? [];
    return fields.some(({ type }) => type.kind === "struct" && type.tag === struct);
  }

  *#runtimeUnits(): Iterable<FunctionUnit> {
    for (const unit of this.#program.units) if (!this.#graph.isBootOnly(unit)) yield unit;
  }
}

function callText(unit: FunctionUnit, at: { readonly start: number; readonly end: number }): string {
  return unit.item.source.slice(at.start, at.end).replace(/\s+/g, " ").trim();
}
