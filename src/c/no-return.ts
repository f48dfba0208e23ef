/** Functions that their declaration says never return: `_Noreturn`, `noreturn`, `__attribute__((noreturn))`. */
import type { TopLevelItem } from "./syntax.ts";

const WORD = /\b(?:_Noreturn|noreturn|__noreturn(?:__)?)\b/;
const known = new WeakMap<TopLevelItem, boolean>();

/** The text stage blanks attributes, so they are looked for in the text as it was written, before a body. */
export function isNoReturn(item: TopLevelItem): boolean {
  let says = known.get(item);
  if (says === undefined) {
    const { source } = item;
    const body = source.indexOf("{");
    const head = body === -1 ? source : source.slice(0, body);
    says = head.includes("(") && WORD.test(head);
    known.set(item, says);
  }
  return says;
}
