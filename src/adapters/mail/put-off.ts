/** When a mail that did not leave is tried again. */
import type { Conclusion } from "../../review/index.ts";

export function lostClaim(now: Date): Conclusion {
  return { kind: "later", until: now, note: "another worker has it" };
}

/** Five minutes, then twice as long each time, up to four hours. */
export function after(now: Date, attempts: number): Date {
  const minutes = Math.min(5 * 2 ** Math.min(attempts, 10), 240);
  return new Date(now.getTime() + minutes * 60_000);
}
