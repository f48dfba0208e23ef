/** What macros are to the text stage, by what they stand for: heads of loops, attributes. */
import type { Macro, MacroTable } from "./macro-table.ts";

/** Definitions lead to others this often at most; each is looked up once. */
const MOST_STEPS = 8;

/** Whether it begins as a loop does: `for (…)`, `while (…)`, another such macro. */
export function isLoopMacro(macros: MacroTable, name: string, offset: number): boolean {
  let current = name;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const macro = macros.lookup(current, offset);
    if (macro === null || macro.params === null) return false;
    const inner = /^([A-Za-z_]\w*)\s*\(/.exec(macro.body)?.[1];
    if (inner === undefined) return false;
    if (/^(?:for|while)$/.test(inner) || isLoopName(inner)) return true;
    current = inner;
  }
  return false;
}

/** By the convention of C: `for_each_thing`, `list_for_each_entry`, `forEach`. */
export function isLoopName(name: string): boolean {
  return /(?:^|_)for_|for_?each/i.test(name);
}

/** Whether it is a name that heads a loop: `#define FOREVER for (;;)`. */
export function isLoopHead({ params, body }: Macro): boolean {
  return params === null && /^(?:for|while)\s*\([^{}]*\)$/.test(body);
}

/** Whether it is a name that stands for nothing, or for an attribute. */
export function isAttributeMacro({ params, body }: Macro): boolean {
  return params === null && (body === "" || /^__attribute__\s*\(\(.*\)\)$/.test(body));
}
