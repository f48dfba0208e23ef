/**
 * Functions that mutants are made from: they hold a lock over a span whose two ends
 * stand in them as calls of primitives, and nothing is found in them as they are.
 */
import type { LockMode, Platform } from "../../drivers/index.ts";
import { lockNameText, locksInstead } from "../../locks/index.ts";
import { auditFiles, modelOfFiles } from "../../review/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import { type FunctionText, functionTextAt, isWholeStatement } from "./function-text.ts";

/** A call of a primitive that takes or releases a lock, alone on its line. */
export interface LockCall {
  /** Index from 0. */
  readonly at: number;
  readonly primitive: string;
  readonly argument: string;
  readonly mode: LockMode;
}

/** An access of guarded memory that is right because of the span. */
export interface GuardedAccess {
  readonly at: number;
  readonly text: string;
  readonly kind: "read" | "write" | "call";
}

export interface Site {
  readonly file: string;
  readonly text: FunctionText;
  /** The lock of the span, as findings name it. */
  readonly lock: string;
  readonly acquire: LockCall;
  /** Every release of the span, in source order, at least one. */
  readonly releases: readonly [LockCall, ...LockCall[]];
  /** Inside the span. */
  readonly accesses: readonly GuardedAccess[];
}

/** Every span of the file that operators can work on; none in a small program that has findings. */
export function sitesOf(file: { readonly path: string; readonly text: string }, packs: LoadedPacks): Site[] {
  const { findings } = auditFiles([file], packs, "approach-b");
  const flawed = new Set(findings.map((finding) => finding.function));
  const lines = file.text.split("\n");
  if (flawed.size > 0 && lines.length < SMALL) return [];
  const free = freeFields(packs);
  const boot = [...packs.platform.bootAttributes];
  const model = modelOfFiles([file], packs, "approach-b");
  return model.functions
    .filter((unit) => !flawed.has(unit.name))
    .filter((unit) => !boot.some((word) => (lines[unit.line - 1] ?? "").includes(word)))
    .flatMap((unit) => {
      const text = functionTextAt(lines, unit.name, unit.line);
      if (text === null) return [];
      const starts = [...new Set(unit.spans.flatMap(({ from }) => (from === null ? [] : [from])))];
      return starts.flatMap((from) => {
        const span = unit.spans.filter((one) => one.from === from);
        const [{ lock = "" } = {}] = span;
        if (span.some((one) => one.kind !== "must" || one.to === null || one.lock !== lock)) return [];
        const acquire = lockCallAt(text, from - 1, "acquire", packs.platform);
        const ends = [...new Set(span.map(({ to }) => (to ?? 0) - 1))].sort((left, right) => left - right);
        const releases = ends.flatMap((at) => lockCallAt(text, at, "release", packs.platform) ?? []);
        const [first, ...others] = releases;
        if (acquire === null || first === undefined || releases.length !== ends.length) return [];
        const last = ends.at(-1) ?? 0;
        const accesses = unit.accesses
          .filter((access) => !access.private && access.held.includes(lock))
          .filter((access) => guarding(access, packs).has(lock))
          .filter((access) => !free.has(access.object.split(/->|\./).at(-1) ?? ""))
          .map((access) => ({ at: access.line - 1, text: access.object, kind: access.kind }))
          .filter(({ at }) => at > acquire.at && at < last);
        return [{ file: file.path, text, lock, acquire, releases: [first, ...others] as const, accesses }];
      });
    });
}

/** The locks that the rules name for the struct of an access: of those that are held, one may guard other structs only. */
function guarding({ type }: { readonly type: string }, { drivers }: LoadedPacks): ReadonlySet<string> {
  const guards = drivers.flatMap(({ rules }) => rules.flatMap((rule) => rule.guards));
  const own = guards.filter(({ struct }) => type === `struct ${struct}`);
  return new Set(own.flatMap((guard) => [lockNameText(guard.lock), ...locksInstead(guard)]));
}

/** In a program of so few lines, one defect may be the reason that another is none. */
const SMALL = 200;

/** Fields that some rule lets be read without a lock. */
function freeFields({ drivers }: LoadedPacks): ReadonlySet<string> {
  const guards = drivers.flatMap(({ rules }) => rules.flatMap((rule) => rule.guards));
  return new Set(guards.flatMap((guard) => [...guard.constant, ...guard.lockFree]));
}

function lockCallAt(
  text: FunctionText,
  at: number,
  kind: "acquire" | "release",
  platform: Platform,
): LockCall | null {
  const [, primitive = "", argument = ""] = /^\s*(\w+)\((.*)\);$/.exec(text.lines[at] ?? "") ?? [];
  const effect = platform.functions.get(primitive)?.lock ?? null;
  if (effect?.kind !== kind || effect.onlyIf !== undefined || !isWholeStatement(text, at)) return null;
  return { at, primitive, argument: argument.trim(), mode: effect.mode };
}
