/**
 * Of files that call into a driver, the functions on the way to its operations.
 *
 * The callers of a driver stand in long files about other things. By its words alone a
 * function is known to call an operation, to call one that does, or to take or release a
 * lock for one that does; all others are left out, and lines stay where they are.
 */
import type { Platform } from "../drivers/index.ts";
import type { InputFile } from "./input-file.ts";

interface Stretch {
  readonly file: InputFile;
  readonly name: string;
  /** Where the function begins, with its return type. */
  readonly head: number;
  /** Of the body, braces included. */
  readonly start: number;
  readonly end: number;
  readonly words: ReadonlySet<string>;
}

/** @param operations members of the driver's operation table */
export function callingFunctions(
  files: readonly InputFile[],
  operations: readonly string[],
  platform: Platform,
): InputFile[] {
  const boot = new RegExp(`\\b(?:${[...platform.bootAttributes].join("|") || "(?!)"})\\b`);
  const stretches = files.flatMap((file) => stretchesOf(file, boot));
  const kept = callersOf(stretches, callPattern(operations, platform));
  keepLockHelpers(stretches, kept, platform);
  return files
    .filter((file) => [...kept].some((one) => one.file === file))
    .map((file) => {
      const left = stretches.filter((one) => one.file === file && !kept.has(one));
      return { ...file, text: without(left, file) };
    });
}

/**
 * Functions as Xen lays them out: the braces of a body stand in the first column. What is
 * marked as running at boot only leads nowhere, since nothing runs beside it.
 */
function stretchesOf(file: InputFile, boot: RegExp): Stretch[] {
  return [...file.text.matchAll(/^([A-Za-z_][^;{}#]*?)\n?^\{[\s\S]*?^\}/gm)].flatMap((match) => {
    const header = match[1] ?? "";
    const name = /(\w+)\s*\(/.exec(header)?.[1];
    if (name === undefined) return [];
    const head = match.index;
    const start = head + match[0].indexOf("{", header.length);
    const end = head + match[0].length;
    const isBoot = boot.test(header);
    const words = new Set(isBoot ? [] : file.text.slice(start, end).match(/[A-Za-z_]\w*/g));
    return [{ file, name, head, start, end, words }];
  });
}

/** `table->operation(`, `table.operation(` and the macros that dispatch through a table. */
function callPattern(operations: readonly string[], { dispatchers }: Platform): RegExp {
  const any = operations.join("|");
  const macros = [...(dispatchers?.keys() ?? [])].join("|");
  const dispatched = macros === "" ? "" : `|\\b(?:${macros})\\s*\\([^;]*?,\\s*(?:${any})\\b`;
  return new RegExp(`(?:->|\\.)\\s*(?:${any})\\s*\\(${dispatched}`);
}

function callersOf(stretches: readonly Stretch[], calls: RegExp): Set<Stretch> {
  const kept = new Set(stretches.filter(({ file, start, end }) => calls.test(file.text.slice(start, end))));
  for (let grown = true; grown; ) {
    const names = new Set([...kept].map(({ name }) => name));
    const more = stretches.filter((one) => !kept.has(one) && meets(one.words, names));
    for (const one of more) kept.add(one);
    grown = more.length > 0;
  }
  return kept;
}

/**
 * Functions that a kept one calls and that only take locks, or only release them: what is
 * held changes there. One that does both is taken to leave things as they were.
 */
function keepLockHelpers(stretches: readonly Stretch[], kept: Set<Stretch>, { functions }: Platform): void {
  const named = (kinds: readonly string[]) =>
    new Set([...functions].flatMap(([name, { lock }]) => (kinds.includes(lock?.kind ?? "") ? [name] : [])));
  const taking = named(["acquire", "try-acquire"]);
  const releasing = named(["release"]);
  for (let grown = true; grown; ) {
    const called = new Set([...kept].flatMap(({ words }) => [...words]));
    const more = stretches.filter((one) => {
      if (kept.has(one) || !called.has(one.name)) return false;
      const takes = meets(one.words, taking);
      if (takes === meets(one.words, releasing)) return false;
      (takes ? taking : releasing).add(one.name);
      return true;
    });
    for (const one of more) kept.add(one);
    grown = more.length > 0;
  }
}

function without(left: readonly Stretch[], { text }: InputFile): string {
  const parts: string[] = [];
  let from = 0;
  for (const { head, end } of left) {
    parts.push(text.slice(from, head), text.slice(head, end).replace(/[^\n]+/g, ""));
    from = end;
  }
  return parts.join("") + text.slice(from);
}

function meets(words: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const word of wanted) if (words.has(word)) return true;
  return false;
}
