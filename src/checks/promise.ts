/**
 * The comment directly above a function, where it says which lock the callers hold.
 *
 * It is no proof (callers and assertions are), but it tells the reader of a finding
 * that the author knew, or that the comment speaks of a lock that is gone.
 */
import type { FunctionUnit } from "../locks/index.ts";
import { functionName } from "./steps.ts";

/** Far enough up for the head of a function and a long comment. */
const REACH = 3000;

/** Whether the comment says that the lock is held; of a member lock its last name is enough. */
export function promisesLock(unit: FunctionUnit, lock: string): boolean {
  const name = lock.slice(lock.lastIndexOf(".") + 1);
  if (!/^\w+$/.test(name)) return false;
  const comment = commentAbove(unit);
  return new RegExp(`\\b${name}\\b`).test(comment) && /\b(?:held|holds?|holding)\b/i.test(comment);
}

function commentAbove(unit: FunctionUnit): string {
  const at = unit.item.offset + functionName(unit).start;
  const before = unit.file.text.slice(Math.max(0, at - REACH), at);
  return /\/\*(?:(?!\/\*)[\s\S])*\*\/(?=[^;{}/]*$)/.exec(before)?.[0] ?? "";
}
