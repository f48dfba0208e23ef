/**
 * Patches of Xen's SMMU driver, made by a program: each changes one statement of the file
 * as it is. Written below `.cache` only, because Xen's text is never part of the project.
 */
import { diffOf } from "../../testing/xen/format-mail.ts";
import { randomFrom, shuffled } from "../mutants/random.ts";

export interface PatchText {
  readonly subject: string;
  readonly diff: string;
}

type Edit = (line: string, indent: string) => readonly string[];

/** What people do to a statement: most of it has to do with a lock. */
const EDITS: readonly (readonly [string, Edit])[] = [
  [
    "take the lock around one call",
    (line, indent) => [
      `${indent}spin_lock(&arm_smmu_devices_lock);`,
      line,
      `${indent}spin_unlock(&arm_smmu_devices_lock);`,
    ],
  ],
  ["drop one call", () => []],
  ["say what happens", (line, indent) => [`${indent}printk(XENLOG_DEBUG "smmu: here\\n");`, line]],
  ["leave early", (line, indent) => [line, `${indent}if (bench_condition())`, `${indent}\tgoto out_bench;`]],
  ["take the lock and keep it", (line, indent) => [`${indent}spin_lock(&arm_smmu_devices_lock);`, line]],
  ["let go first", (line, indent) => [`${indent}spin_unlock(&arm_smmu_devices_lock);`, line]],
  ["do it on demand", (line, indent) => [`${indent}if (bench_condition())`, `\t${line}`]],
  ["count it", (line, indent) => [line, `${indent}bench_count++;`]],
  ["say what happened", (line, indent) => [line, `${indent}printk(XENLOG_DEBUG "smmu: there\\n");`]],
];

/** A call that stands alone on its line, inside a function. */
const CALL = /^(\t+| {4,})\w[\w>.-]*\([^{}]*\);$/;

/**
 * @param text the file that they change
 * @returns at most `count`, each on another place or of another kind, mixed: a stretch of them is as much work as the next
 */
export function patchesOf(file: string, text: string, count: number): PatchText[] {
  const lines = text.split("\n");
  const places = lines.flatMap((line, at) => (CALL.test(line) ? [at] : []));
  const all = EDITS.flatMap(([title, edit]) => places.map((at) => ({ title, edit, at })));
  // Evenly over the kinds and the file.
  const step = Math.max(1, Math.floor(all.length / count));
  const chosen = all.filter((_, number) => number % step === 0).slice(0, count);
  return shuffled(chosen, randomFrom(1)).map(({ title, edit, at }) => {
    const line = lines[at] ?? "";
    const [, indent = ""] = CALL.exec(line) ?? [];
    const after = [...lines.slice(0, at), ...edit(line, indent), ...lines.slice(at + 1)].join("\n");
    return { subject: `arm/smmu: ${title} (line ${at + 1})`, diff: diffOf({ file, before: text, after }) };
  });
}
