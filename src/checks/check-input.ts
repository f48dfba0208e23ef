/** What the checks are given, and the steps that all of them take to make a finding. */
import type { SourceRange } from "../c/index.ts";
import { type CheckId, fingerprintOf, type NotedFinding, type Severity } from "../findings/index.ts";
import {
  type AnalysedProgram,
  type CallContexts,
  type CallGraph,
  type FunctionUnit,
  type LockOrderGraph,
  lockText,
  type UnfilledNeed,
} from "../locks/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Concurrency } from "./concurrency.ts";
import { placeOf } from "./place.ts";

export interface CheckInput {
  readonly program: AnalysedProgram;
  readonly graph: CallGraph;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly unfilled: readonly UnfilledNeed[];
  readonly concurrency: Concurrency;
  readonly contexts: CallContexts;
  readonly order: LockOrderGraph;
  /** Member locks of which several may be held together, as the report names them. */
  readonly nestable: ReadonlySet<string>;
}

export function heldTexts(input: CheckInput, held: readonly number[]): string[] {
  return [...new Set(held.map((lock) => lockText(input.program.table, lock)))].sort();
}

interface FindingParts {
  readonly check: CheckId;
  readonly rule: string | null;
  readonly severity: Severity;
  readonly certain: boolean;
  readonly unit: FunctionUnit;
  readonly at: SourceRange;
  readonly object: string | null;
  readonly struct: string | null;
  readonly lock: string;
  readonly held: readonly string[];
  readonly message: string;
  /** The access or call as written, for the identity. */
  readonly access: string;
  readonly region?: string | null;
  /** The function that lacks the lock, where the finding is about a call of it. */
  readonly helper?: string | null;
}

type FindingDetails = Pick<NotedFinding, "status" | "trace" | "conflict" | "fix" | "notes">;

export function findingOf(parts: FindingParts, details: FindingDetails): NotedFinding {
  const { check, rule, severity, unit, object, lock, held, message } = parts;
  const place = placeOf(unit, parts.at);
  const type = parts.struct === null ? null : `struct ${parts.struct}`;
  const doubt = doubtOf(unit);
  const identity = { check, rule, file: place.file, function: unit.name, type, lock, access: parts.access };
  return {
    check,
    rule,
    severity,
    confidence: parts.certain && doubt === null ? "must" : "may",
    status: details.status,
    patch: null,
    ...place,
    side: "new",
    function: unit.name,
    object,
    type,
    lock,
    held,
    message: doubt === null ? message : `${message}; ${doubt}`,
    trace: details.trace,
    conflict: details.conflict,
    fix: details.fix,
    change: null,
    fingerprint: fingerprintOf(identity),
    notes: details.notes,
    region: parts.region ?? null,
    ...(parts.helper == null ? {} : { helper: parts.helper }),
  };
}

/** Why a function is known less well than its states say; null where it is not. */
function doubtOf(unit: FunctionUnit): string | null {
  const [gap] = unit.facts.gaps;
  if (gap !== undefined)
    return `line ${placeOf(unit, gap.at).line} of ${unit.name}() could not be read (${gap.why}), so this is less sure`;
  if (!unit.facts.lostPrecision) return null;
  return `${unit.name}() has too many ways through it to follow each one: precision was given up`;
}
