/**
 * What a function's callers must know about its locks, in words that can be
 * compared before and after a patch.
 */
import { type AnalysedProgram, type FunctionUnit, lockKind, lockText } from "../locks/index.ts";

/** One lock in a function's contract. */
export interface LockTerms {
  /** How it returns with the lock that it was entered without; null: it does not. */
  readonly returnsHeld: string | null;
  /** How it returns without the lock that it was entered with; null: it does not. */
  readonly releases: string | null;
  readonly needs: boolean;
  /** Takes it at some point, and has it no more on return. */
  readonly takes: boolean;
}

const NOTHING: LockTerms = { returnsHeld: null, releases: null, needs: false, takes: false };

export type LockContract = ReadonlyMap<string, LockTerms>;

export function termsOf(contract: LockContract, lock: string): LockTerms {
  return contract.get(lock) ?? NOTHING;
}

/** @returns null for a function of which nothing is known */
export function contractOf(
  { table }: AnalysedProgram,
  { summary, facts }: FunctionUnit,
): LockContract | null {
  if (summary === null) return null;
  const contract = new Map<string, LockTerms>();
  const change = (lock: number, terms: Partial<LockTerms>): void => {
    const kind = lockKind(table, lock);
    if (kind !== null) contract.set(kind, { ...termsOf(contract, kind), ...terms });
  };
  const { outcomes } = summary;
  const changeOnReturn = (lock: number, terms: Partial<LockTerms>): void => {
    const name = lockName(table, lock);
    if (name !== null) contract.set(name, { ...termsOf(contract, name), ...terms });
  };
  for (const { acquired, released } of outcomes) {
    for (const { lock } of acquired) {
      const with_ = outcomes.filter((one) => one.acquired.some((entry) => entry.lock === lock));
      changeOnReturn(lock, { returnsHeld: returnsText(outcomes, with_) });
    }
    for (const lock of released) {
      const without = outcomes.filter((one) => one.released.includes(lock));
      changeOnReturn(lock, { releases: returnsText(outcomes, without) });
    }
  }
  for (const lock of unnamedHeld({ table }, { summary, facts }))
    changeOnReturn(lock, { returnsHeld: "always" });
  for (const { lock } of facts.needs) change(lock, { needs: true });
  for (const { lock } of summary.asserted) change(lock, { needs: true });
  for (const { lock, known } of summary.acquires) if (known) change(lock, { takes: true });
  return contract;
}

/** Locks with which every return leaves, and for which the callers have no name: they were found inside. */
export function unnamedHeld(
  { table }: Pick<AnalysedProgram, "table">,
  { summary, facts }: Pick<FunctionUnit, "summary" | "facts">,
): number[] {
  const named = (summary?.outcomes ?? []).flatMap(({ acquired }) => acquired.map(({ lock }) => lock));
  const names = new Set(named.map((lock) => lockName(table, lock)));
  return facts.heldOnReturn.map(({ lock }) => lock).filter((lock) => !names.has(lockName(table, lock)));
}

/** As `lockKind`, and a member of a struct that is not known by its own name: what one function does to it is clear. */
export function lockName(table: AnalysedProgram["table"], lock: number): string | null {
  return lockKind(table, lock) ?? (table.get(lock).kind === "field" ? lockText(table, lock) : null);
}

interface SignedOutcome {
  readonly result: { readonly signs: number };
}

/** On which returns: by the sign of the result, where that tells them apart. */
function returnsText(all: readonly SignedOutcome[], some: readonly SignedOutcome[]): string {
  if (some.length === all.length) return "always";
  const signs = (outcomes: readonly SignedOutcome[]) =>
    outcomes.reduce((sum, one) => sum | one.result.signs, 0);
  const others = signs(all.filter((one) => !some.includes(one)));
  return (signs(some) & others) === 0 ? `by its result ${signs(some)}` : "on some returns";
}

/** What differs in one lock. */
export interface TermChange {
  /** The end of a sentence that begins with the function's name. */
  readonly text: string;
  /** On return the caller has another lockset than before. */
  readonly onReturn: boolean;
}

export function changesOf(before: LockTerms, after: LockTerms, lock: string): TermChange[] {
  const held = heldChange(before.returnsHeld, after.returnsHeld, {
    begins: `now returns with ${lock} held`,
    ends: `no longer returns with ${lock} held`,
  });
  const released = heldChange(before.releases, after.releases, {
    begins: `now releases the caller's ${lock}`,
    ends: `no longer releases ${lock} for its caller`,
  });
  const onReturn = [held, released].flatMap((text) => (text === null ? [] : [{ text, onReturn: true }]));
  return [...onReturn, ...insideChanges(before, after, lock).map((text) => ({ text, onReturn: false }))];
}

function heldChange(
  before: string | null,
  after: string | null,
  { begins, ends }: { readonly begins: string; readonly ends: string },
): string | null {
  if (before === after) return null;
  if (after === null) return ends;
  return before === null ? `${begins}${whenText(after)}` : `${begins} on other returns than before`;
}

function insideChanges(before: LockTerms, after: LockTerms, lock: string): string[] {
  const changes: string[] = [];
  if (after.needs && !before.needs) changes.push(`now needs ${lock}`);
  if (after.returnsHeld !== null || before.returnsHeld !== null) return changes;
  const itself = before.needs && !after.needs ? " itself" : "";
  if (after.takes && !before.takes) changes.push(`now takes ${lock}${itself}`);
  if (before.takes && !after.takes && !after.needs) changes.push(`no longer takes ${lock}`);
  return changes;
}

function whenText(when: string): string {
  if (when === "always") return "";
  return when === "on some returns" ? " on some returns" : ", depending on its result";
}
