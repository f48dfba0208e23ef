/**
 * irq-unsafe, for what a platform warns of while a lock is held: calls that wait or
 * run softirqs, and copies from and to a guest. double-lock, as a note, for a function
 * that the caller brings along: it may take the lock again.
 *
 * In: such calls with the lock that was taken last. Out: one finding a call. What a
 * platform warns of happens by itself, whatever else runs.
 */
import type { CheckId, NotedFinding, Severity } from "../findings/index.ts";
import { type FunctionUnit, type LockedCall, lockText } from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { labelAt, stepAt, textAt } from "./place.ts";

export function checkLockedCalls(input: CheckInput): NotedFinding[] {
  return input.program.units
    .filter((unit) => !input.graph.isBootOnly(unit))
    .flatMap((unit) =>
      unit.facts.lockedCalls
        .filter((call) => isAsked(input, unit, call))
        .map((call) => lockedCallFinding(input, unit, call)),
    );
}

/** Where the program calls the function, it says itself what it brings along. */
function isAsked({ graph }: CheckInput, unit: FunctionUnit, { kind }: LockedCall): boolean {
  return kind !== "callback" || (graph.waysOf(unit).length > 0 && graph.callersOf(unit).length === 0);
}

interface Words {
  readonly check: CheckId;
  readonly severity: Severity;
  readonly status: NotedFinding["status"];
  readonly message: string;
  readonly fix: string;
}

function wordsOf({ callee, kind }: LockedCall, lock: string): Words {
  switch (kind) {
    case "waits":
      return {
        check: "irq-unsafe",
        severity: "error",
        status: "live",
        message: `${callee}() waits or runs softirqs, and is called with ${lock} held: what it runs may want the lock`,
        fix: `Release ${lock} before the call.`,
      };
    case "guest-copy":
      return {
        check: "irq-unsafe",
        severity: "note",
        status: "live",
        message: `${callee}() copies guest memory, and is called with ${lock} held for as long as that takes`,
        fix: `Copy to or from a local before ${lock} is taken or after it is released.`,
      };
    case "callback":
      return {
        check: "double-lock",
        severity: "note",
        status: "unknown",
        message: `${callee}() comes from the caller and is called with ${lock} held: it must not take the lock itself`,
        fix: `Say beside ${callee} that it is called with ${lock} held, or call it after the release.`,
      };
  }
}

function lockedCallFinding(input: CheckInput, unit: FunctionUnit, call: LockedCall): NotedFinding {
  const { callee, kind, at, since, certain } = call;
  const lock = lockText(input.program.table, call.lock);
  const taken = labelAt(unit, since.at, `${lock} acquired`, "acquired");
  const { check, severity, status, message, fix } = wordsOf(call, lock);
  const statusReason = "which function comes along is known to the callers alone";
  return findingOf(
    {
      check,
      rule: null,
      severity,
      certain,
      unit,
      at,
      object: null,
      struct: null,
      lock,
      held: heldTexts(input, call.held),
      message,
      access: textAt(unit, at),
      region: kind === "callback" ? `${unit.file.path}:${unit.name}:callback:${callee}:${lock}` : null,
    },
    {
      status,
      conflict: [],
      trace: [stepAt(unit, since.at, `${lock} acquired`), stepAt(unit, at, `${callee}() called`)],
      fix,
      notes: {
        labels: taken.line === labelAt(unit, at, "", "use").line ? [] : [taken],
        also: [],
        ...(kind === "callback" && { statusReason }),
      },
    },
  );
}
