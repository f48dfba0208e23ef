/**
 * caller-must-hold, as a note: a comment promises a lock that nothing takes.
 *
 * Only a lock that its file keeps to itself is asked about: of any other, somebody
 * elsewhere may take it. Its name then stands in the code once, where it is defined.
 */
import type { SourceFile } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import type { NotedFinding } from "../findings/index.ts";
import type { FunctionUnit } from "../locks/index.ts";
import { type CheckInput, findingOf } from "./check-input.ts";
import { stepAt } from "./place.ts";
import { promisesLock } from "./promise.ts";
import { functionName } from "./steps.ts";

export function checkIdlePromises(input: CheckInput): NotedFinding[] {
  const { units, platform } = input.program;
  const idle = new Map<SourceFile, readonly string[]>();
  return units.flatMap((unit) => {
    const locks = idle.get(unit.file) ?? idleLocks(unit.file, platform);
    idle.set(unit.file, locks);
    return locks.filter((lock) => promisesLock(unit, lock)).map((lock) => idlePromise(unit, lock));
  });
}

/** Locks that a file defines for itself and never uses. */
function idleLocks({ items, macros }: SourceFile, { lockTypes, lockDefinitions }: Platform): string[] {
  const makers = [...lockDefinitions.keys()].join("|") || "(?!)";
  const types = [...lockTypes].join("|") || "(?!)";
  const definition = new RegExp(
    `^\\s*static\\b[^;{(]*\\b(?:(?:${makers})\\s*\\((?:[^;()]*,)?\\s*(\\w+)\\s*\\)|(?:${types})\\s+(\\w+)\\s*[;=])`,
  );
  return items.flatMap((item) => {
    const match = item.kind === "declaration" ? definition.exec(item.source) : null;
    const name = match?.[1] ?? match?.[2];
    if (name === undefined) return [];
    const word = new RegExp(`\\b${name}\\b`);
    const isUsed =
      items.some((other) => other !== item && word.test(other.masked)) ||
      macros.all.some(({ body }) => word.test(body));
    return isUsed ? [] : [name];
  });
}

function idlePromise(unit: FunctionUnit, lock: string): NotedFinding {
  const at = functionName(unit);
  return findingOf(
    {
      check: "caller-must-hold",
      rule: null,
      severity: "note",
      certain: true,
      unit,
      at,
      object: null,
      struct: null,
      lock,
      held: [],
      message: `the comment above ${unit.name}() promises that ${lock} is held, and nothing takes that lock`,
      access: unit.name,
    },
    {
      status: "unknown",
      conflict: [],
      trace: [stepAt(unit, at, `its comment promises that ${lock} is held`)],
      fix: `Name the lock that the callers do hold, or take ${lock} in them.`,
      notes: { labels: [], also: [], statusReason: "no rule says what the lock guards" },
    },
  );
}
