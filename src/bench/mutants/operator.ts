/** What makes one program out of another: a defect of locking, or a rewrite that changes nothing. */
import type { Platform } from "../../drivers/index.ts";
import type { Random } from "./random.ts";
import type { Site } from "./site.ts";

export interface Operator {
  readonly name: string;
  /** One sentence: what it does to the program. */
  readonly says: string;
  /** `defect`: must be reported; `harmless`: must not. */
  readonly kind: "defect" | "harmless";
  /** The whole file afterwards; null where it has nothing to work on. */
  readonly apply: (site: Site, random: Random, platform: Platform) => string | null;
}

/** Of several possible places one, or null when there is none. */
export function pick<T>(things: readonly T[], random: Random): T | null {
  return things[random.below(things.length)] ?? null;
}

/** A condition that nobody can foresee. */
export const CONDITION = "mutant_condition()";
