/** Whether a change leaves the code as it was, so that no finding can come or go with it. */
import { bareCode, type ParseCache } from "../c/index.ts";
import type { Platform } from "../drivers/index.ts";
import type { InputFile } from "./input-file.ts";
import { isC, type Stage } from "./stages.ts";

interface CodeSetting {
  readonly platform: Platform;
  /** Files that are read by their lines, comments and all. */
  readonly callers: readonly InputFile[];
  readonly parses: ParseCache;
}

/** @returns false where it is not known */
export function isSameCode(before: Stage, after: Stage, { platform, callers, parses }: CodeSetting): boolean {
  if (before.size !== after.size || callers.some(({ path }) => before.has(path))) return false;
  const isRead = readsComments(platform);
  return [...before].every(([path, old]) => {
    const now = after.get(path);
    if (now === old || (now !== undefined && !isC(path))) return true;
    return (
      now !== undefined && !isRead(old) && !isRead(now) && bareCode(old, parses) === bareCode(now, parses)
    );
  });
}

/** Whether comments of a file may be read: those that hide findings, or promise a lock of the file that nothing takes. */
function readsComments({ lockTypes, lockDefinitions }: Platform): (text: string) => boolean {
  const names = [...lockTypes, ...lockDefinitions.keys()].join("|") || "(?!)";
  const lock = new RegExp(`\\bstatic\\b[^;{(]*\\b(?:${names})\\b`);
  return (text) =>
    text.includes("lockspan:") || (/\b(?:held|holds?|holding)\b/i.test(text) && lock.test(text));
}
