/** The returns of a function, and what their values tell. */
import type { CType } from "../c/index.ts";
import { NEGATIVE, POSITIVE } from "./lock-state.ts";
import type { Exit } from "./recorder.ts";
import type { ValueId } from "./value.ts";

/** A return, and what it returns. */
export interface Leaving {
  readonly exit: Exit;
  readonly value: ValueId | null;
  readonly signs: number;
}

export function signsOf(leaving: readonly Leaving[]): number {
  return leaving.reduce((signs, one) => signs | one.signs, 0);
}

/** A pointer that was only tested for being there is taken for a good one. */
export function resultSigns(type: CType, signs: number): number {
  return type.kind === "pointer" && (signs & POSITIVE) !== 0 ? signs & ~NEGATIVE : signs;
}

export function isBool(type: CType): boolean {
  return type.kind === "scalar" && /^_?[bB]ool$/.test(type.name);
}
