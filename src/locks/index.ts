/** Locksets, spans, ownership and summaries. May not decide what is wrong. */
export { type AnalysisCache, ageAnalyses, createAnalysisCache, wordsOf } from "./analysis-cache.ts";
export { CallContexts, type LoudWay } from "./call-contexts.ts";
export { CallGraph, type EntryWay, type EntryWaysOf } from "./call-graph.ts";
export { headerFolder, isHeader } from "./callee-names.ts";
export type {
  AccessFact,
  AcquireFact,
  FunctionFacts,
  HeldPlace,
  InterruptFault,
  LateUse,
  LockedCall,
  LockFault,
  LockNeed,
  QuietCall,
  RemovalFact,
  SpanFact,
  StaleDecision,
} from "./facts.ts";
export { type GuardedUse, GuardedUses } from "./guarded-uses.ts";
export {
  type Guard,
  type GuardTable,
  lockNameText,
  locksInstead,
  locksInsteadFor,
  type SubsystemLock,
} from "./guards.ts";
export { type OrderCycle, orderCycles } from "./lock-order-cycles.ts";
export { type LockOrderGraph, lockOrderGraph, type OrderEdge, type OrderPlace } from "./lock-order-graph.ts";
export { isLockOfAnyName } from "./lock-pointers.ts";
export type { PathStep, Span } from "./lock-state.ts";
export { lockText } from "./locking.ts";
export { type Meeting, meetingOf } from "./may-run-together.ts";
export { isNameable, lockKind } from "./nestings.ts";
export { type AnalysedProgram, analyseProgram, type FunctionUnit } from "./program.ts";
export { type HeldGlobals, type ReachingWay, ReachingWays, withLocks } from "./reaching-ways.ts";
export { relevantWords } from "./relevance.ts";
export { calleeName } from "./table-calls.ts";
export { type UnfilledNeed, unfilledNeeds } from "./unfilled-needs.ts";
