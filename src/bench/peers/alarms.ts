/**
 * What a tool says about a file, and what of it a change of the file brought up.
 *
 * A rewrite moves lines and gives things other names. So alarms are compared by what they say
 * without names and numbers, and counted: what a file had before is taken off.
 */

export interface Alarm {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * @returns of the alarms about the changed file those of kinds that it has more of than before, where the
 * changed functions are: in the others they were there before
 */
export function broughtUp(before: Report, after: Report): Alarm[] {
  const whole = countsOf(before.alarms, () => "");
  const own = countsOf(before.alarms, before.functionAt);
  const now = countsOf(after.alarms, () => "");
  const ownNow = countsOf(after.alarms, after.functionAt);
  return after.alarms.filter((alarm) => {
    const [all, here] = [keyOf(alarm, () => ""), keyOf(alarm, after.functionAt)];
    const count = (counts: ReadonlyMap<string, number>, key: string) => counts.get(key) ?? 0;
    return count(now, all) > count(whole, all) && count(ownNow, here) > count(own, here);
  });
}

/** The alarms about a file, and the function around each of its lines. */
export interface Report {
  readonly alarms: readonly Alarm[];
  readonly functionAt: (line: number) => string;
}

function keyOf({ text, line }: Alarm, where: (line: number) => string): string {
  return `${where(line)}: ${kindOf(text)}`;
}

function kindOf(text: string): string {
  return text
    .replace(/['"‘’][^'"‘’]*['"‘’]/g, "'…'")
    .replace(/\b\w*\d\w*\b/g, "N")
    .trim();
}

function countsOf(alarms: readonly Alarm[], where: (line: number) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const alarm of alarms) {
    const key = keyOf(alarm, where);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The function around each line, by name, in the style of Xen: braces of bodies in the first column. */
export function functionsByLine(text: string): (line: number) => string {
  const names: string[] = [""];
  let candidate = "";
  let current = "";
  for (const line of text.split("\n")) {
    if (current === "") {
      const [, name] = /^(?:[A-Za-z_][^=;{}(]*?\b)?(\w+)\s*\(/.exec(line) ?? [];
      if (name !== undefined && !/;\s*$/.test(line)) candidate = name;
      if (/;\s*$/.test(line)) candidate = "";
      if (candidate !== "" && (/^\{/.test(line) || /^\w.*\)\s*\{$/.test(line))) current = candidate;
    }
    names.push(current === "" ? candidate : current);
    if (/^\}/.test(line)) {
      current = "";
      candidate = "";
    }
  }
  return (line) => names[line] ?? "";
}

/** `file:line:column: warning: text`, of that file and of a kind. */
export function linesOf(output: string, file: string, isMeant: (text: string) => boolean): Alarm[] {
  return output.split("\n").flatMap((each) => {
    const [, path, line, text = ""] = /^([^:\s]+):(\d+)(?::\d+)?:? (.*)$/.exec(each) ?? [];
    return path === file && isMeant(text) ? [{ line: Number(line), text }] : [];
  });
}

/** Lines that a rule stars come as lines that a diff takes away. */
export function starredLines(output: string): Alarm[] {
  const alarms: Alarm[] = [];
  let line = 0;
  for (const each of output.split("\n")) {
    const [, start] = /^@@ -(\d+)/.exec(each) ?? [];
    if (start !== undefined) line = Number(start);
    else if (each.startsWith("-") && !each.startsWith("---"))
      alarms.push({ line: line++, text: "a rule matches" });
    else if (each.startsWith(" ")) line += 1;
  }
  return alarms;
}
