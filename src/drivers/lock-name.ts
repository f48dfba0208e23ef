/** How packs and reports write a lock: `name` for a global, `struct.field` for a member. */
import type { LockName } from "./driver-model.ts";

export function parseLockName(text: string): LockName {
  const dot = text.indexOf(".");
  if (dot === -1) return { kind: "global", name: text };
  return { kind: "member", struct: text.slice(0, dot), field: text.slice(dot + 1) };
}

export function formatLockName(lock: LockName): string {
  return lock.kind === "global" ? lock.name : `${lock.struct}.${lock.field}`;
}
