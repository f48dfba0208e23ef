/**
 * Which functions of a program take or release which locks for others: the halves of pairs.
 * Locks are named as reports name them.
 */
import { type FunctionFacts, type FunctionUnit, isNameable, lockText } from "../locks/index.ts";
import type { CheckInput } from "./check-input.ts";

/** What one function does; the same for all programs that share its facts. */
interface Half {
  /** It may return with the lock held by some return, or does always. */
  readonly takes: ReadonlySet<string>;
  /** Some return has released the caller's lock and has not taken it again. */
  readonly releases: ReadonlySet<string>;
  /** It leaves with the lock held: a leak, or every return. */
  readonly keeps: ReadonlySet<string>;
  /** A leak, or some of its returns and not others. */
  readonly keepsSometimes: ReadonlySet<string>;
  /** It releases what it did not take. */
  readonly letsGo: ReadonlySet<string>;
}

type ByLock = ReadonlyMap<string, readonly FunctionUnit[]>;
const NOBODY: readonly FunctionUnit[] = [];

interface Halves {
  takenFor(lock: string): readonly FunctionUnit[];
  releasedFor(lock: string): readonly FunctionUnit[];
  keptBy(lock: string): readonly FunctionUnit[];
  lettingGo(lock: string): readonly FunctionUnit[];
  isKeptSometimes(lock: string): boolean;
}

const byProgram = new WeakMap<CheckInput["program"], Halves>();

export function halvesOf({ program }: CheckInput): Halves {
  const known = byProgram.get(program);
  if (known !== undefined) return known;
  const halves = program.units.map((unit) => [unit, halfOf(program, unit)] as const);
  const grouped = (part: keyof Half): ByLock => {
    const map = new Map<string, FunctionUnit[]>();
    for (const [unit, half] of halves) {
      for (const lock of half[part]) {
        const list = map.get(lock);
        if (list === undefined) map.set(lock, [unit]);
        else list.push(unit);
      }
    }
    return map;
  };
  const [takes, releases, keeps] = [grouped("takes"), grouped("releases"), grouped("keeps")];
  const [sometimes, letsGo] = [grouped("keepsSometimes"), grouped("letsGo")];
  const made: Halves = {
    takenFor: (lock) => takes.get(lock) ?? NOBODY,
    releasedFor: (lock) => releases.get(lock) ?? NOBODY,
    keptBy: (lock) => keeps.get(lock) ?? NOBODY,
    lettingGo: (lock) => letsGo.get(lock) ?? NOBODY,
    isKeptSometimes: (lock) => sometimes.has(lock),
  };
  byProgram.set(program, made);
  return made;
}

const byFacts = new WeakMap<FunctionFacts, Half>();

function halfOf({ table }: CheckInput["program"], { facts, summary }: FunctionUnit): Half {
  const known = byFacts.get(facts);
  if (known !== undefined) return known;
  const text = (lock: number) => lockText(table, lock);
  const outcomes = (summary?.outcomes ?? []).map(({ acquired, released }) => ({
    acquired: new Set(acquired.map(({ lock }) => text(lock))),
    released: new Set(released.map(text)),
  }));
  const acquired = new Set(outcomes.flatMap((outcome) => [...outcome.acquired]));
  const unnamed = (summary?.outcomes ?? []).flatMap(({ unsure }) =>
    unsure.filter((lock) => !isNameable(table, lock)).map(text),
  );
  const onReturn = facts.heldOnReturn.map(({ lock }) => text(lock));
  const seen = [...facts.faults, ...facts.guesses];
  const leaked = seen.filter(({ kind }) => kind === "lock-leak").map(({ lock }) => text(lock));
  const sometimes = [...acquired].filter((lock) => !outcomes.every((outcome) => outcome.acquired.has(lock)));
  const half: Half = {
    takes: new Set([...onReturn, ...acquired]),
    releases: new Set(
      outcomes.flatMap((outcome) => [...outcome.released].filter((lock) => !outcome.acquired.has(lock))),
    ),
    keeps: new Set([...onReturn, ...leaked, ...unnamed]),
    keepsSometimes: new Set([...leaked, ...sometimes]),
    letsGo: new Set(facts.callersReleases.map(({ lock }) => text(lock))),
  };
  byFacts.set(facts, half);
  return half;
}
