/**
 * Collects what the last pass over a function shows, when its states are final.
 *
 * An instruction is passed once for each state; what is recorded for it is
 * merged by place, so that "on every path" and "on some path" can be told apart.
 */
import type { FunctionIr, SourceRange, VariableId } from "../c/index.ts";
import type { LockMode } from "../drivers/index.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import { ConditionRecords } from "./condition-records.ts";
import { conditionsOf, joinConditions } from "./conditions.ts";
import type {
  AccessFact,
  AcquireFact,
  CallFact,
  GlobalUse,
  LateUse,
  LockedCall,
  LockFault,
  LockInMode,
  LockNeed,
  MinorFault,
  RemovalFact,
  StaleDecision,
} from "./facts.ts";
import type { Callback, Touch } from "./function-summary.ts";
import type { Guard } from "./guards.ts";
import { InterruptRecords } from "./interrupt-records.ts";
import { isLockOfAnyName } from "./lock-pointers.ts";
import type { HeldLock, LockState, Root, When } from "./lock-state.ts";
import { isOneKind, lockText } from "./locking.ts";
import { cellOf } from "./memory.ts";
import { isNameable, nestingsOf } from "./nestings.ts";
import type {
  CoveredPlace,
  LockOperation,
  NamedCall,
  NewLateUse,
  NewNeed,
  Observer,
  SeenAccess,
  SeenBranch,
  SeenCallback,
  SeenRemoval,
  SeenStore,
} from "./observer.ts";
import { PlaceRecords } from "./place-records.ts";
import { joinRoots, rootOf } from "./roots.ts";
import type { ValueId, ValueTable } from "./value.ts";

interface Seen<T> {
  readonly fact: T;
  /** Whether every state that passed here shows it. */
  certain: boolean;
}

export interface Exit {
  readonly at: SourceRange;
  readonly value: VariableId | null;
  readonly state: LockState;
}

interface SpanRecord {
  readonly held: HeldLock;
  readonly ends: Map<number, SourceRange>;
  readonly exits: Map<number, SourceRange>;
}

export class Recorder implements Observer {
  readonly needs = new Map<string, Seen<LockNeed>>();
  readonly coveredUses = new Map<string, LockNeed>();
  readonly lateUses = new Map<string, Seen<LateUse>>();
  readonly doubleLocks = new Map<string, Seen<LockFault>>();
  readonly badReleases = new Map<
    string,
    { readonly fault: LockFault; readonly callers: boolean; good: boolean }
  >();
  readonly spans = new Map<string, SpanRecord>();
  readonly accesses = new Map<string, AccessFact>();
  readonly globalUses = new Map<string, GlobalUse>();
  readonly acquires = new Map<
    string,
    AcquireFact & { readonly when: When; readonly ofCaller: boolean; readonly without: readonly ValueId[] }
  >();
  readonly calls = new Map<
    number,
    { fact: Omit<CallFact, "open" | "late">; open: Set<LockNeed>; late: Set<LockNeed> }
  >();
  readonly interrupts = new InterruptRecords();
  readonly conditions = new ConditionRecords();
  readonly #decisions = new Map<string, StaleDecision>();
  readonly #soundWrites = new Set<string>();
  readonly #lockedCalls = new Map<number, LockedCall>();
  readonly #freeCalls = new Set<number>();
  readonly removals = new Map<number, RemovalFact>();
  readonly assertions = new Map<ValueId, LockMode>();
  readonly callbacks = new Map<string, Omit<Callback, "unless">>();
  /** Places of calls through pointers: the sites of all functions that are called there. */
  readonly #pointedAt = new Map<number, Set<number>>();
  readonly #pointerSites = new Map<number, number>();
  readonly unsureReleases = new Set<ValueId>();
  readonly touches = new Map<string, Touch>();
  readonly writes = new Set<string>();
  readonly stored = new Map<ValueId, { readonly text: string; readonly pointee: string | null }>();
  readonly exits: Exit[] = [];
  readonly #covered = new Set<string>();
  /** Places at which the object is the function's own on some way. */
  readonly #owned = new Set<string>();
  /** Keys of the needs of one place. */
  readonly #needsAt = new Map<string, string[]>();
  readonly #goodReleases = new Set<string>();
  readonly #singleLocks = new Set<string>();
  readonly #needKeys = new Map<LockNeed, number>();
  readonly #table: ValueTable;
  readonly #ir: FunctionIr;
  readonly places: PlaceRecords | null;

  constructor({ table, ir, recordsPlaces }: Pick<AnalysisContext, "table" | "ir" | "recordsPlaces">) {
    this.#table = table;
    this.#ir = ir;
    this.places = recordsPlaces ? new PlaceRecords() : null;
  }

  need(state: LockState, need: NewNeed): void {
    if (state.isUnexpected) return;
    const { place, root, through, site } = need;
    const { guard, lock, object } = place;
    const placeKey = this.#needKey(site, lock, guard, through?.need ?? null);
    // One call may touch what two parameters point to: the callers may own the one and not the other.
    const under = this.#under(state, need).map(({ lock, mode }) => `${lock}${mode}`);
    const key = `${placeKey}:${root.kind === "parameter" ? root.index : root.kind}:${under.join()}`;
    const known = this.needs.get(key);
    if (through?.need != null) this.calls.get(site)?.open.add(through.need);
    if (known !== undefined) {
      this.needs.set(key, { ...known, fact: this.#withWay(known.fact, state, need) });
      return;
    }
    const fact = this.#needFact(state, need);
    const pointer = this.#table.pointerOf(object);
    const isMaybe = state.maybePublished.has(pointer) || state.doubtful.includes(pointer);
    const isMaybeHeld =
      state.perhapsReleased.includes(place.lock) ||
      state.held.some((held) => isLockOfAnyName(this.#table, held.lock));
    const isOwned = this.#owned.has(this.#ownKey(site, lock, object));
    const certain = !isMaybe && !isMaybeHeld && !isOwned && !this.#covered.has(placeKey);
    this.needs.set(key, { fact, certain });
    this.#needsAt.set(placeKey, [...(this.#needsAt.get(placeKey) ?? []), key]);
  }

  allNeeds(): LockNeed[] {
    return [...this.needs].map(([key, { fact, certain }]) => ({
      ...fact,
      certain: certain && !this.#isOneOfSeveral(key),
    }));
  }

  covered(_state: LockState, { site, lock, guard, need }: CoveredPlace): void {
    const key = this.#needKey(site, lock, guard, need ?? null);
    this.#covered.add(key);
    for (const at of this.#needsAt.get(key) ?? []) {
      const known = this.needs.get(at);
      if (known !== undefined) known.certain = false;
    }
  }

  ownUse({
    site,
    lock,
    object,
  }: {
    readonly site: number;
    readonly lock: ValueId;
    readonly object: ValueId;
  }): void {
    const key = this.#ownKey(site, lock, object);
    if (this.#owned.has(key)) return;
    this.#owned.add(key);
    for (const [at, late] of this.lateUses)
      if (at.startsWith(`${site}:`) && this.#ownKey(site, late.fact.stale.lock, late.fact.object) === key)
        this.lateUses.set(at, { ...late, certain: false });
    for (const [at, need] of this.needs)
      if (at.startsWith(`${site}:`) && this.#ownKey(site, need.fact.lock, need.fact.object) === key)
        this.needs.set(at, { ...need, certain: false });
  }

  #ownKey(site: number, lock: ValueId, object: ValueId): string {
    return `${site}:${lock}:${this.#table.pointerOf(object)}`;
  }

  /** A need that is filled here; filled by a lock that the function takes itself, it still says what is used. */
  coveredUse(state: LockState, use: NewNeed): void {
    const { place, root, through, site } = use;
    const { guard, lock, object } = place;
    this.covered(state, { site, lock, guard, ...(through?.need == null ? {} : { need: through.need }) });
    const own = state.heldLock(lock);
    if (guard === null || root.kind !== "parameter" || own?.evidence !== "acquired") return;
    const key = `${lock}:${object}`;
    const known = this.coveredUses.get(key);
    this.coveredUses.set(
      key,
      known === undefined ? this.#needFact(state, use) : this.#withWay(known, state, use),
    );
  }

  lateUse(state: LockState, { site, ...use }: NewLateUse): void {
    if (state.isUnexpected) return;
    const key = `${site}:${use.kind}:${use.object}:${use.stale.released.site}:${use.text}`;
    if (this.lateUses.has(key)) return;
    const name = state.names.get(use.object) ?? state.names.get(this.#table.pointerOf(use.object)) ?? null;
    const fact = {
      ...use,
      name,
      function: this.#ir.name,
      held: heldOf(state),
      certain: true,
      path: state.path,
    };
    const isMaybe = state.doubtful.includes(this.#table.pointerOf(use.object));
    const isOwned = this.#owned.has(this.#ownKey(site, use.stale.lock, use.object));
    this.lateUses.set(key, { fact, certain: use.stale.certain && !isMaybe && !isOwned });
  }

  call(
    state: LockState,
    { instruction, site, pointerSite }: NamedCall,
    callee: string,
    args: readonly ValueId[],
  ): void {
    if (pointerSite !== undefined) this.#notePointed(pointerSite, site);
    const known = this.calls.get(site);
    const held = heldOf(state);
    const both = known === undefined ? held : known.fact.held.filter((lock) => held.includes(lock));
    const interrupts = [...new Set([...(known?.fact.interrupts ?? []), state.interrupts])];
    const roots = args.map((arg) => rootOf(this.#table, state, arg));
    const argumentRoots =
      known === undefined
        ? roots
        : roots.map((root, index) => joinRoots(known.fact.argumentRoots[index] ?? root, root));
    this.calls.set(site, {
      fact: {
        callee,
        at: instruction.at,
        held: both,
        interrupts,
        argumentRoots,
        isThroughTable:
          (instruction.target !== null || instruction.callees !== undefined) && instruction.callee !== null,
      },
      open: known?.open ?? new Set(),
      late: known?.late ?? new Set(),
    });
  }

  #notePointed(at: number, site: number): void {
    this.#pointerSites.set(site, at);
    const known = this.#pointedAt.get(at);
    if (known === undefined) this.#pointedAt.set(at, new Set([site]));
    else known.add(site);
  }

  /** Whether what happens at a site is done by one of several functions that a pointer may lead to. */
  #isOneOfSeveral(key: string): boolean {
    const at = this.#pointerSites.get(Number.parseInt(key, 10));
    return at !== undefined && (this.#pointedAt.get(at)?.size ?? 0) > 1;
  }

  callback(state: LockState, { site, target, args, when }: SeenCallback): void {
    const key = `${site}:${target}`;
    const known = this.callbacks.get(key);
    const own = state.held.filter(({ evidence }) => evidence === "acquired");
    const conditions = conditionsOf(this.#table, state, when);
    this.callbacks.set(key, {
      target,
      args: known?.args ?? args,
      held: (known?.held ?? own).filter(({ lock, mode }) => state.heldLock(lock)?.mode === mode),
      without: [...new Set([...(known?.without ?? []), ...state.released])],
      when: known === undefined ? conditions : joinConditions(known.when, conditions),
    });
  }

  late(_state: LockState, { site, need }: { readonly site: number; readonly need: LockNeed }): void {
    this.calls.get(site)?.late.add(need);
  }

  acquire(state: LockState, operation: LockOperation): void {
    const key = `${operation.site}:${operation.lock}`;
    const isHeld = operation.isHeldInside === true || state.heldLock(operation.lock) !== null;
    if (!isHeld) this.#singleLocks.add(key);
    const known = this.acquires.get(key);
    const after = state.cycled.map(({ last }) => last.site);
    const when = conditionsOf(this.#table, state, operation.when);
    const without = [...state.released, ...(operation.without ?? [])];
    this.acquires.set(key, {
      lock: operation.lock,
      at: operation.at,
      through: operation.through,
      by: operation.through === null ? this.#ir.name : (operation.by ?? null),
      recursive: operation.recursive,
      mode: operation.mode,
      tried: operation.tried ?? false,
      nesting: nestingsOf(known?.nesting ?? null, state, operation),
      interrupts: [...new Set([...(known?.interrupts ?? []), state.interrupts])],
      path: known === undefined ? state.path : known.path,
      without: known === undefined ? without : known.without.filter((lock) => without.includes(lock)),
      held: known === undefined ? heldOf(state) : [...new Set([...known.held, ...heldOf(state)])],
      after: known === undefined ? after : [...new Set([...known.after, ...after])],
      when: known === undefined ? when : joinConditions(known.when, when),
      // What the function releases first was the caller's: taking it again is no second time.
      ofCaller: (known?.ofCaller ?? false) || !state.released.includes(operation.lock),
    });
  }

  doubleLock(state: LockState, operation: LockOperation, held: HeldLock): void {
    const key = `${operation.site}:${operation.lock}`;
    if (this.doubleLocks.has(key)) return;
    const fault = this.#fault(state, "double-lock", operation, held);
    // Deeper than one: the second acquisition was reported already.
    if (held.depth > 1) return;
    this.doubleLocks.set(key, { fact: fault, certain: operation.sometimes !== true });
  }

  /** Whether every state that takes the lock here holds it already. */
  isAlwaysDouble(key: string): boolean {
    return !this.#singleLocks.has(key) && !this.#isOneOfSeveral(key);
  }

  badRelease(state: LockState, operation: LockOperation): void {
    // The call that should have taken it failed, and nobody looked.
    if (state.isUnexpected && state.notHeld.includes(operation.lock)) return;
    const key = `${operation.site}:${operation.lock}`;
    const known = this.badReleases.get(key);
    const cycled = state.cycled.find(({ lock }) => lock === operation.lock);
    // What was the caller's is released once, and once more only if it may be held twice.
    const again = state.released.includes(operation.lock) && !operation.recursive;
    const never =
      cycled === undefined &&
      !again &&
      !state.notHeld.includes(operation.lock) &&
      state.heldLock(operation.lock) === null;
    const isWorse = known !== undefined && (cycled !== undefined || (known.callers && !never));
    if (known !== undefined && (known.fault.releasedAt !== null || !isWorse)) return;
    const fault = {
      ...this.#fault(state, "unlock-not-held", operation, null),
      certain: !state.perhapsReleased.includes(operation.lock),
      releasedAt: cycled?.last ?? null,
      isAgain: again && cycled === undefined,
    };
    this.badReleases.set(key, { fault, callers: never, good: this.#goodReleases.has(key) });
  }

  unsureRelease(lock: ValueId): void {
    this.unsureReleases.add(lock);
  }

  goodRelease(state: LockState, operation: LockOperation, held: HeldLock): void {
    const key = `${operation.site}:${operation.lock}`;
    // What was released for the caller before and taken again is still the caller's.
    if (!state.released.includes(operation.lock)) {
      this.#goodReleases.add(key);
      const bad = this.badReleases.get(key);
      if (bad !== undefined) bad.good = true;
    }
    if (held.depth === 1) this.#span(held).ends.set(operation.site, operation.at);
  }

  leave(state: LockState, end: { readonly at: SourceRange; readonly value: VariableId | null }): void {
    for (const held of state.held) this.#span(held).exits.set(end.at.start, end.at);
    this.interrupts.leave(state, end.at);
    this.exits.push({ at: end.at, value: end.value, state });
  }

  staleDecision(
    state: LockState,
    key: string,
    decision: Omit<StaleDecision, "held" | "certain" | "path">,
  ): void {
    if (this.#decisions.has(key)) return;
    this.#decisions.set(key, { ...decision, held: heldOf(state), certain: true, path: state.path });
  }

  /** A write that rests on nothing old. */
  soundWrite(key: string): void {
    this.#soundWrites.add(key);
  }

  staleDecisions(): StaleDecision[] {
    return [...this.#decisions].map(([key, fact]) => ({ ...fact, certain: !this.#soundWrites.has(key) }));
  }

  branch(state: LockState, branch: SeenBranch): void {
    this.conditions.branch(state, branch);
  }

  lockedCall(
    state: LockState,
    { instruction, site }: NamedCall,
    { callee, kind }: { readonly callee: string; readonly kind: LockedCall["kind"] },
  ): void {
    const held = state.held.filter(
      ({ evidence, mode, recursive }) => evidence === "acquired" && !(recursive && mode === "shared"),
    );
    const last = held.reduce<HeldLock | null>(
      (late, one) => (late === null || beganAt(one) > beganAt(late) ? one : late),
      null,
    );
    const span = last?.spans.at(-1);
    const known = this.#lockedCalls.get(site);
    if (last === null || span === undefined) this.#freeCalls.add(site);
    else if (known === undefined) {
      const { lock } = last;
      const at = instruction.at;
      this.#lockedCalls.set(site, {
        callee,
        kind,
        at,
        lock,
        held: heldOf(state),
        since: span,
        certain: true,
        path: state.path,
      });
    }
  }

  lockedCalls(): LockedCall[] {
    return [...this.#lockedCalls].map(([site, call]) => ({ ...call, certain: !this.#freeCalls.has(site) }));
  }

  removal(state: LockState, { site, root, ...removal }: SeenRemoval): void {
    const known = this.removals.get(site);
    this.removals.set(site, { ...removal, ...this.#reach(state, root, known) });
  }

  /** What is known of an object and of the locks when it is met: on all paths together. */
  #reach(
    state: LockState,
    root: Root,
    known: Pick<AccessFact, "held" | "private" | "parameter"> | undefined,
  ): Pick<AccessFact, "held" | "private" | "parameter"> {
    const held = heldOf(state);
    const parameter = root.kind === "parameter" ? root.index : null;
    const isPrivate = root.kind === "private";
    if (known === undefined) return { held, private: isPrivate, parameter };
    return {
      held: known.held.filter((lock) => held.includes(lock)),
      private: known.private && isPrivate,
      parameter:
        isPrivate || known.parameter === parameter ? known.parameter : known.private ? parameter : null,
    };
  }

  touch(touch: Touch): void {
    this.touches.set(`${touch.parameter}:${touch.kind}`, touch);
  }

  asserted(state: LockState, lock: ValueId, mode: LockMode): void {
    if (state.heldLock(lock) === null) this.assertions.set(lock, mode);
  }

  access(state: LockState, access: SeenAccess): void {
    const key = `${access.site}:${access.kind}:${access.struct}:${access.field}`;
    const known = this.accesses.get(key);
    const { at, text, struct, field, kind, root, guard } = access;
    this.accesses.set(key, { at, text, struct, field, kind, guard, ...this.#reach(state, root, known) });
  }

  globalUse(state: LockState, { guard, kind }: Pick<GlobalUse, "guard" | "kind">): void {
    const key = `${guard.rule}:${guard.global}:${kind}`;
    const held = heldOf(state);
    const known = this.globalUses.get(key);
    const always = known === undefined ? held : known.held.filter((lock) => held.includes(lock));
    this.globalUses.set(key, { guard, kind, held: always });
  }

  store({ address, pointee, text }: SeenStore): void {
    const cell = cellOf(this.#table, address);
    if (cell !== null) this.writes.add(cell);
    this.stored.set(address, { text, pointee });
  }

  /** The same need on one way more. */
  #withWay(fact: LockNeed, state: LockState, { when }: NewNeed): LockNeed {
    return { ...fact, when: joinConditions(fact.when, conditionsOf(this.#table, state, when)) };
  }

  #under(state: LockState, { under }: NewNeed): LockInMode[] {
    const own = state.held.filter(({ evidence }) => evidence === "acquired");
    return [...own.map(({ lock, mode }) => ({ lock, mode })), ...(under ?? [])].filter(({ lock }) =>
      isReachedByArgument(this.#table, lock),
    );
  }

  #needFact(state: LockState, need: NewNeed): LockNeed {
    const { place, root, through, at, kind, text, when } = need;
    const { guard, lock, object, struct, field, onWalk } = place;
    return {
      onWalk,
      function: this.#ir.name,
      at,
      through,
      guard,
      lock,
      mode: guard === null ? (need.mode ?? "shared") : kind === "read" ? guard.read : guard.write,
      object,
      text,
      struct,
      field,
      kind,
      root,
      held: heldOf(state),
      under: this.#under(state, need),
      heldShared: state.heldLock(lock)?.mode === "shared",
      stretch: lastRelease(state, lock),
      certain: true,
      when: conditionsOf(this.#table, state, when),
      path: state.path,
    };
  }

  #needKey(site: number, lock: ValueId, guard: Guard | null, need: LockNeed | null): string {
    let index = 0;
    if (need !== null) {
      index = this.#needKeys.get(need) ?? this.#needKeys.size + 1;
      this.#needKeys.set(need, index);
    }
    return `${site}:${lock}:${guard?.rule ?? ""}:${index}`;
  }

  #span(held: HeldLock): SpanRecord {
    const [first] = held.spans;
    const key = `${held.lock}:${first?.site ?? 0}`;
    const known = this.spans.get(key);
    if (known !== undefined) return known;
    const record = { held, ends: new Map<number, SourceRange>(), exits: new Map<number, SourceRange>() };
    this.spans.set(key, record);
    return record;
  }

  #fault(
    state: LockState,
    kind: LockFault["kind"],
    operation: LockOperation,
    held: HeldLock | null,
  ): LockFault {
    return {
      kind,
      function: this.#ir.name,
      at: operation.at,
      lock: operation.lock,
      certain: true,
      through: operation.through,
      since: held?.spans ?? [],
      releasedAt: null,
      isAgain: false,
      mode: operation.mode,
      held: heldOf(state),
      path: state.path,
      canBeTold: false,
      isByArgument: false,
      isUnsure: state.unsure.some((lock) =>
        isOneKind(lockText(this.#table, lock), lockText(this.#table, operation.lock)),
      ),
      test: state.openTest,
      minor: minorOf(state, operation, held),
    };
  }
}

/** The lock is the argument itself, or a pointer to it is read on the way: its caller knows where that leads. */
function isReachedByArgument(table: ValueTable, lock: ValueId): boolean {
  const pointer = table.get(table.pointerOf(lock));
  if (pointer.kind === "load") return isNameable(table, lock);
  return pointer.kind === "parameter";
}

function beganAt({ spans }: HeldLock): number {
  return spans.at(-1)?.at.start ?? 0;
}

function minorOf(state: LockState, operation: LockOperation, held: HeldLock | null): MinorFault | null {
  if (operation.tried === true) return "tried";
  if (operation.initialises === true) return "initialised";
  if (state.isUnexpected) return "unexpected";
  return operation.mode === "shared" && held?.mode === "shared" ? "shared-twice" : null;
}

export function heldOf(state: LockState): ValueId[] {
  return state.held.map((held) => held.lock);
}

function lastRelease(state: LockState, lock: ValueId): number {
  return state.cycled.find((entry) => entry.lock === lock)?.last.site ?? 0;
}
