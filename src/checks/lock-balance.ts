/** lock-leak, double-lock and unlock-not-held: locks that are taken and released out of balance. */
import type { CheckId, NotedFinding } from "../findings/index.ts";
import { type FunctionUnit, type LockFault, lockText } from "../locks/index.ts";
import { type CheckInput, findingOf, heldTexts } from "./check-input.ts";
import { halvesOf } from "./lock-halves.ts";
import { labelAt, stepAt, textAt } from "./place.ts";
import { pathSteps } from "./trace.ts";

export function checkLockBalance(input: CheckInput): NotedFinding[] {
  const { units, platform } = input.program;
  // A primitive of the platform that is defined here: its effect is its purpose.
  const judged = units.filter((unit) => (platform.functions.get(unit.name)?.lock ?? null) === null);
  return judged.flatMap((unit) => {
    const told = [
      ...toldFaults(input, unit, unit.facts.faults),
      ...heldByNobody(input, unit),
      ...releasesWithoutCaller(input, unit),
    ];
    const guessed = toldFaults(input, unit, unit.facts.guesses);
    return [
      ...withoutMixedUp(input, told).map((fault) => faultFinding(input, unit, fault)),
      ...withoutMixedUp(input, guessed).map(
        (fault): NotedFinding => ({ ...faultFinding(input, unit, fault), confidence: "may", isGuess: true }),
      ),
    ];
  });
}

function toldFaults(input: CheckInput, unit: FunctionUnit, faults: readonly LockFault[]): LockFault[] {
  // Its callers are judged by what they pass.
  const isCalled = input.graph.callersOf(unit).length > 0;
  return faults.filter(
    (fault) =>
      !isHalfOfPair(input, unit, fault) &&
      !isOtherHalf(input, fault) &&
      !isReleasedByCallers(input, unit, fault) &&
      !(fault.isByArgument && isCalled),
  );
}

/** Of a release and a leak that are one mistake the release is told, with where the other was acquired. */
function withoutMixedUp(input: CheckInput, faults: readonly LockFault[]): LockFault[] {
  return faults
    .filter((fault) => !faults.some((release) => areMixedUp(input, release, fault)))
    .map((fault) => {
      const kept = faults.find((leak) => areMixedUp(input, fault, leak));
      return kept === undefined ? fault : { ...fault, since: kept.since };
    });
}

/**
 * The lock of one object is released instead of that of another, which stays held: one mistake. Where
 * both were reached from one pointer, as a next one, the code went on without its lock: two.
 */
function areMixedUp({ program: { table } }: CheckInput, release: LockFault, leak: LockFault): boolean {
  return (
    release.kind === "unlock-not-held" &&
    leak.kind === "lock-leak" &&
    release.held.includes(leak.lock) &&
    lockText(table, release.lock) === lockText(table, leak.lock) &&
    table.startOf(release.lock) !== table.startOf(leak.lock)
  );
}

/** A release of the caller's lock in a function that nobody of the program calls with the lock held. */
function releasesWithoutCaller(input: CheckInput, unit: FunctionUnit): readonly LockFault[] {
  const ways = input.graph.waysOf(unit);
  const isHelper = input.graph.callersOf(unit).length > 0;
  return unit.facts.callersReleases.filter((fault) => {
    const lock = lockText(input.program.table, fault.lock);
    if (isHelper || ways.some((way) => way.holds.includes(lock))) return false;
    if (keepsFor(input, unit, lock)) return false;
    const halves = halvesOf(input);
    if (halves.takenFor(lock).some((other) => standTogether(unit, other))) return false;
    // One that is handed out and takes the lock again is meant for callers that hold it.
    const takesAgain = unit.facts.acquires.some((one) => lockText(input.program.table, one.lock) === lock);
    if (takesAgain && input.program.addressPassed.has(unit.name)) return false;
    if (input.program.addressTaken.has(unit.name)) return true;
    // The other half of a pair takes it under the same condition, or for every caller.
    return !halves.keptBy(lock).some((other) => other !== unit);
  });
}

/** It keeps the lock itself, rightly, on other ways than those on which it lets it go: one call for the next. */
function keepsFor(
  { program: { table } }: CheckInput,
  { facts, summary }: FunctionUnit,
  lock: string,
): boolean {
  const isOfKind = (one: number) => lockText(table, one) === lock;
  if (facts.faults.some((fault) => fault.kind === "lock-leak" && isOfKind(fault.lock))) return false;
  const keeping = (summary?.outcomes ?? []).filter(({ acquired }) =>
    acquired.some((one) => isOfKind(one.lock)),
  );
  return keeping.length > 0 && keeping.every(({ released }) => !released.some(isOfKind));
}

/**
 * A lock that a function takes under a condition, while another function of the
 * program releases it for its caller: two halves of a pair, under one condition. Not
 * so where the function releases the lock itself and a third one is the other half.
 */
function isHalfOfPair(input: CheckInput, unit: FunctionUnit, fault: LockFault): boolean {
  const { table } = input.program;
  if (fault.kind !== "lock-leak" || fault.minor !== null || !isShared(table.get(fault.lock).kind))
    return false;
  if (!fault.canBeTold || missesRelease(input, unit, fault.lock)) return false;
  const lock = lockText(table, fault.lock);
  const releasesIt = unit.facts.spans.some((span) => span.lock === fault.lock && span.ends.length > 0);
  const halves = halvesOf(input);
  if (releasesIt && halves.takenFor(lock).some((other) => other !== unit)) return false;
  const releasing = halves.releasedFor(lock);
  if (releasing.length === 0) return false;
  const above = callersAbove(input.graph, unit);
  return releasing.some((other) => !above.has(other));
}

/**
 * The result, or what an argument is, tells that the lock was kept, and every caller releases such a lock
 * that it has not taken itself: the function was written for that.
 */
function isReleasedByCallers(input: CheckInput, unit: FunctionUnit, fault: LockFault): boolean {
  const { table, addressTaken } = input.program;
  if (fault.kind !== "lock-leak" || !fault.canBeTold || addressTaken.has(unit.name)) return false;
  const callers = input.graph.callersOf(unit);
  const lock = lockText(table, fault.lock);
  return (
    unit.ir.isStatic &&
    callers.length > 0 &&
    callers.every((caller) =>
      caller.unit.facts.unsureReleases.some((released) => lockText(table, released) === lock),
    )
  );
}

/** A function and all that lead to it: what they release for their callers may be what it does. */
function callersAbove(graph: CheckInput["graph"], unit: FunctionUnit): ReadonlySet<FunctionUnit> {
  const above = new Set([unit]);
  for (const one of above) for (const { unit: caller } of graph.callersOf(one)) above.add(caller);
  return above;
}

/** A lock that another function can mean too: a global one, a member of an object, one that comes by its address. */
function isShared(kind: string): boolean {
  return kind === "global" || kind === "field" || kind === "parameter";
}

/** A second release of the caller's lock, where a function of the program may have taken it in between. */
function isOtherHalf(input: CheckInput, fault: LockFault): boolean {
  return fault.isAgain && halvesOf(input).isKeptSometimes(lockText(input.program.table, fault.lock));
}

/** Two functions of one operation table: who calls the one may have called the other before. */
function standTogether(unit: FunctionUnit, other: FunctionUnit): boolean {
  return unit !== other && unit.tables.some((table) => other.tables.includes(table));
}

/**
 * A lock with which every return leaves, where no caller of the program is there
 * to release it: the function is entered through a table or a pointer, or tries
 * to release the same kind of lock itself.
 */
function heldByNobody(input: CheckInput, unit: FunctionUnit): readonly LockFault[] {
  const { addressTaken } = input.program;
  const entered = addressTaken.has(unit.name) && input.graph.callersOf(unit).length === 0;
  const alone = input.graph.callersOf(unit).length === 0;
  const isLetGoBeside = ({ lock }: LockFault) =>
    halvesOf(input)
      .lettingGo(lockText(input.program.table, lock))
      .some((other) => standTogether(unit, other));
  return [
    ...unit.facts.heldOnReturn.filter(
      (fault) =>
        !isLetGoBeside(fault) &&
        (entered ||
          missesRelease(input, unit, fault.lock) ||
          (alone && (isHandedOver(input, fault.lock) || isLost(input, unit, fault.lock)))),
    ),
    ...unit.facts.heldByNumber.filter(() => alone),
  ];
}

/**
 * The lock is the file's own, and no function that others can call lets it go without having taken
 * it. What does nothing but take it may be half of a pair whose other half is elsewhere.
 */
function isLost(input: CheckInput, { file, facts }: FunctionUnit, lock: number): boolean {
  const { table, units, addressTaken } = input.program;
  const value = table.get(lock);
  if (facts.accesses.length === 0 || value.kind !== "global" || !isOfFile(file, value.name)) return false;
  const halves = halvesOf(input);
  const name = lockText(table, lock);
  const letting = [...halves.releasedFor(name), ...halves.lettingGo(name)];
  if (letting.some((other) => !other.ir.isStatic || addressTaken.has(other.name))) return false;
  // What could not be read may be the other half.
  return units.every((unit) => unit.file !== file || unit.facts.gaps.length === 0);
}

/** Whether other files have no name for a variable: a static one. */
function isOfFile(file: FunctionUnit["file"], name: string): boolean {
  const named = new RegExp(`^[^=]*\\b${name}\\b`);
  return file.items.some(
    ({ kind, source }) => kind !== "function" && /^\s*static\b/.test(source) && named.test(source),
  );
}

/** It releases another lock of the kind, which it does not hold: this one is meant. */
function missesRelease({ program: { table } }: CheckInput, { facts }: FunctionUnit, lock: number): boolean {
  return [...facts.faults, ...facts.callersReleases].some(
    (release) =>
      release.kind === "unlock-not-held" &&
      release.lock !== lock &&
      lockText(table, release.lock) === lockText(table, lock),
  );
}

/**
 * The lock is let go by a function that only others call, through a pointer to it: it
 * goes over to whoever that is, and nothing says that it gets there.
 */
function isHandedOver(input: CheckInput, lock: number): boolean {
  const { table, addressTaken } = input.program;
  return halvesOf(input)
    .lettingGo(lockText(table, lock))
    .some((other) => addressTaken.has(other.name) && input.graph.callersOf(other).length === 0);
}

function faultFinding(input: CheckInput, unit: FunctionUnit, fault: LockFault): NotedFinding {
  const lock = lockText(input.program.table, fault.lock);
  const check: CheckId = fault.kind;
  const labels = [
    ...fault.since.map((span) => labelAt(unit, span.at, `${lock} acquired`, "acquired")),
    ...(fault.releasedAt === null
      ? []
      : [labelAt(unit, fault.releasedAt.at, `${lock} released`, "released")]),
  ].filter((label) => label.line !== labelAt(unit, fault.at, "", "use").line);
  const steps = pathSteps(unit, fault.path, { subjects: new Set([fault.lock]), decisions: true });
  const what = fault.minor === "initialised" ? `${lock} initialised` : WHAT[fault.kind](lock, fault.through);
  return findingOf(
    {
      check,
      rule: null,
      severity: fault.minor === null ? "error" : "note",
      certain: fault.certain,
      unit,
      at: fault.at,
      object: null,
      struct: null,
      lock,
      held: heldTexts(input, fault.held),
      message: messageOf(unit, fault, lock),
      access: textAt(unit, fault.at),
    },
    {
      // It happens by itself, whatever else runs.
      status: "live",
      conflict: [],
      trace: [...steps, stepAt(unit, fault.at, what)],
      fix: null,
      notes: { labels, also: [] },
    },
  );
}

const WHAT: Readonly<Record<LockFault["kind"], (lock: string, through: string | null) => string>> = {
  "double-lock": (lock, through) =>
    through === null ? `${lock} acquired again` : `${lock} acquired again in ${through}()`,
  "unlock-not-held": (lock, through) =>
    through === null ? `${lock} released` : `${lock} released in ${through}()`,
  "lock-leak": (lock) => `returns with ${lock} held`,
};

function messageOf(unit: FunctionUnit, fault: LockFault, lock: string): string {
  switch (fault.kind) {
    case "double-lock":
      if (fault.minor === "tried") return `${lock} is tried while it is held: the attempt always fails`;
      if (fault.minor === "shared-twice") return readTwice(fault, lock);
      return fault.through === null
        ? `${lock} is taken again while it is held`
        : `${fault.through}() takes ${lock}, which is held at the call`;
    case "unlock-not-held": {
      if (fault.minor === "initialised")
        return `${lock} is initialised while it is held, and so is free for everyone who waits for it`;
      const by = fault.through === null ? "is released here" : `is released by ${fault.through}()`;
      const why = fault.releasedAt === null ? "where it is not held" : "a second time";
      const other = fault.since.length > 0 && fault.releasedAt === null;
      return `${lock} ${by} ${why}${fault.certain ? "" : " on some paths"}${other ? ": that of another object is, and stays so" : ""}`;
    }
    case "lock-leak":
      return `${unit.name}() returns here with ${lock} held${fault.minor === null ? "" : " in builds without assertions"}`;
  }
}

/** Readers let each other in, unless a writer waits: most reader/writer locks let it go first. */
function readTwice({ through }: LockFault, lock: string): string {
  const how = through === null ? `${lock} is taken` : `${through}() takes ${lock}`;
  return `${how} for reading once more while it is held so: a writer that waits in between blocks both`;
}
