/** On what and when something was measured, without a name that is nobody's business. */
import { cpus, totalmem } from "node:os";
import { basename } from "node:path";

export interface Measured {
  /** The day, ISO 8601. */
  readonly date: string;
  /** Processors and memory. */
  readonly machine: string;
  readonly node: string;
  /** The name of the tree's folder. */
  readonly tree: string;
}

export function measuredOn(tree: string): Measured {
  const processors = cpus();
  const model = (processors[0]?.model ?? "unknown").replace(/\s+/g, " ").trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors.length} cores of ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GB`,
    node: process.versions.node,
    tree: basename(tree),
  };
}
