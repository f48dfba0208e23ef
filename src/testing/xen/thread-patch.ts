/**
 * Makes the change that the thread of October 2021 was about, on any smmu.c.
 *
 * In:  the text of a real `smmu.c` (Xen's, never committed here).
 * Out: its text after the change: the adding function takes the lock for its
 *      whole length and leaves through one label; the other one takes it around
 *      the lookup only, which is the defect.
 *
 * The places are found by function names and the shapes of statements, so that
 * no line of the driver stands in this file.
 */

const LOOKUP = "find_smmu_master(";
const LOCK = "spin_lock(&arm_smmu_devices_lock);";
const UNLOCK = "spin_unlock(&arm_smmu_devices_lock);";
const ERROR_RETURN = /^(\s*)return (-E[A-Z]+);$/;

/** @throws {Error} if a function or a statement that the change hangs on is not there */
export function applyThreadChange(text: string): string {
  const lines = text.split("\n");
  const adding = functionLines(lines, "arm_smmu_dt_add_device_legacy");
  const using = functionLines(lines, "arm_smmu_add_device");
  const edits = [
    { ...adding, lines: lockWholeFunction(lines.slice(adding.from, adding.to)) },
    { ...using, lines: lockLookupOnly(lines.slice(using.from, using.to)) },
  ].sort((left, right) => right.from - left.from);

  for (const edit of edits) lines.splice(edit.from, edit.to - edit.from, ...edit.lines);
  return lines.join("\n");
}

interface Stretch {
  readonly from: number;
  /** The line after the closing brace. */
  readonly to: number;
}

/** The lines of a function's definition: its name at a line's head of file level, up to the brace in column 1. */
function functionLines(lines: readonly string[], name: string): Stretch {
  const from = lines.findIndex(
    (line, at) => /^\w/.test(line) && line.includes(`${name}(`) && isDefinition(lines, at),
  );
  if (from === -1) throw new Error(`no definition of ${name} in this file`);
  const end = lines.findIndex((line, at) => at > from && line === "}");
  if (end === -1) throw new Error(`${name} has no closing brace in column 1`);
  return { from, to: end + 1 };
}

function isDefinition(lines: readonly string[], at: number): boolean {
  const opens = lines.findIndex((line, later) => later >= at && line === "{");
  const ends = lines.findIndex((line, later) => later >= at && line.trimEnd().endsWith(";"));
  return opens !== -1 && opens < ends;
}

/** Lock before the lookup; each error return after it, and the last return, go through one unlock. */
function lockWholeFunction(body: readonly string[]): string[] {
  const brace = body.indexOf("{");
  const lookup = lookupLine(body);
  const last = body.findLastIndex((line) => line.trimStart().startsWith("return "));
  if (last !== body.length - 2) throw new Error("the function does not end in a return");

  const head = [...body.slice(0, brace + 1), ...declaringRet(body.slice(brace + 1, lookup))];
  const middle = body
    .slice(lookup, last)
    .flatMap((line, at) => throughLabel(line, body[lookup + at - 1] ?? ""));
  const result = (body[last] ?? "").trim().replace(/^return /, "ret = ");

  return joinBraces([
    ...head,
    `\t${LOCK}`,
    ...middle,
    `\t${result}`,
    "",
    "out_unlock:",
    `\t${UNLOCK}`,
    "",
    "\treturn ret;",
    "}",
  ]);
}

/** The lines before the lookup, with `ret` beside the first `int`, or on a line of its own. */
function declaringRet(lines: readonly string[]): string[] {
  const ints = lines.findIndex((line) => /^\tint \w+(?:, \w+)*;$/.test(line));
  if (ints === -1) return ["\tint ret;", ...lines];
  return lines.map((line, at) => (at === ints ? line.replace(/;$/, ", ret;") : line));
}

/** `return -E…;` as `ret = -E…; goto out_unlock;`, in braces where it is a branch without any. */
function throughLabel(line: string, before: string): string[] {
  const [, indent = "", code = ""] = ERROR_RETURN.exec(line) ?? [];
  if (code === "") return [line];
  const both = [`${indent}ret = ${code};`, `${indent}goto out_unlock;`];
  return isInBlock(before) ? both : [OPEN, ...both, `${indent.slice(1)}}`];
}

/** Whether what follows a line is a statement of a block: behind `if (…)` or `else` alone it is a branch. */
function isInBlock(before: string): boolean {
  return /(?:^|[;{}:]|\*\/)$/.test(before.trim());
}

/** Stands for a brace that belongs at the end of the line above. */
const OPEN = "\u0000{";

function joinBraces(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    if (line === OPEN) joined.push(`${joined.pop()} {`);
    else joined.push(line);
  }
  return joined;
}

function lockLookupOnly(body: readonly string[]): string[] {
  const at = lookupLine(body);
  const lookup = body[at] ?? "";
  const indent = /^\s*/.exec(lookup)?.[0] ?? "";
  return [...body.slice(0, at), indent + LOCK, lookup, indent + UNLOCK, ...body.slice(at + 1)];
}

function lookupLine(body: readonly string[]): number {
  const at = body.findIndex((line) => line.includes(LOOKUP) && line.trimEnd().endsWith(";"));
  if (at === -1) throw new Error(`no statement calls ${LOOKUP}…) in this function`);
  return at;
}
