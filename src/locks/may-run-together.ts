/**
 * Whether two ways into a program can be under way at the same time: what both
 * hold decides it.
 */
import type { HeldGlobals } from "./reaching-ways.ts";

export type Meeting =
  | { readonly kind: "together" }
  /** A lock that some rule counts on keeps them apart. */
  | { readonly kind: "excluded"; readonly by: string }
  /** Only a lock that no rule counts on keeps them apart: not what it is there for. */
  | { readonly kind: "kept-apart"; readonly by: string };

/** @param counted the locks that rules name as guards, of whatever profile */
export function meetingOf(one: HeldGlobals, other: HeldGlobals, counted: ReadonlySet<string>): Meeting {
  const common = [...one].flatMap(([lock, mode]) => {
    const theirs = other.get(lock);
    // Readers of one lock do not exclude each other.
    return theirs === undefined || (mode === "shared" && theirs === "shared") ? [] : [lock];
  });
  const [first] = common;
  if (first === undefined) return { kind: "together" };
  const by = common.find((lock) => counted.has(lock));
  return by === undefined ? { kind: "kept-apart", by: first } : { kind: "excluded", by };
}
