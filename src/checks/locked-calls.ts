/**
 * irq-unsafe, for what a platform warns of while a lock is held: calls that wait or
 * run softirqs, and copies from and to a guest.
 *
 * In: such calls with the lock that was taken last. Out: one finding a call. It
 * happens by itself, whatever else runs.
 */
import type { NotedFinding } from "../findings/index.ts";
import { type FunctionUnit, type LockedCall, lockText } from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { labelAt, stepAt, textAt } from "./place.ts";

export function checkLockedCalls(input: CheckInput): NotedFinding[] {
  return input.program.units
    .filter((unit) => !input.graph.isBootOnly(unit))
    .flatMap((unit) => unit.facts.lockedCalls.map((call) => lockedCallFinding(input, unit, call)));
}

function lockedCallFinding(input: CheckInput, unit: FunctionUnit, call: LockedCall): NotedFinding {
  const { callee, kind, at, since, certain } = call;
  const lock = lockText(input.program.table, call.lock);
  const taken = labelAt(unit, since.at, `${lock} acquired`, "acquired");
  const waits = kind === "waits";
  return findingOf(
    {
      check: "irq-unsafe",
      rule: null,
      severity: waits ? "error" : "note",
      certain,
      unit,
      at,
      object: null,
      struct: null,
      lock,
      held: heldTexts(input, call.held),
      message: waits
        ? `${callee}() waits or runs softirqs, and is called with ${lock} held: what it runs may want the lock`
        : `${callee}() copies guest memory, and is called with ${lock} held for as long as that takes`,
      access: textAt(unit, at),
    },
    {
      status: "live",
      conflict: [],
      trace: [stepAt(unit, since.at, `${lock} acquired`), stepAt(unit, at, `${callee}() called`)],
      fix: waits
        ? `Release ${lock} before the call.`
        : `Copy to or from a local before ${lock} is taken or after it is released.`,
      notes: { labels: taken.line === labelAt(unit, at, "", "use").line ? [] : [taken], also: [] },
    },
  );
}
