/** Throws away the oldest results of a folder that has grown too large, and what a process left half written. */
import { type Dirent, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Pruned to this part of the bound, so that the next run need not. */
const LEFT = 0.75;

/** A file beside its place that is older belongs to no process any more. */
const ABANDONED_MS = 3600 * 1000;

interface Kept {
  readonly path: string;
  readonly size: number;
  readonly usedMs: number;
}

/** @param most bytes */
export function pruneFolder(folder: string, most: number): void {
  const files = filesIn(folder);
  const now = Date.now();
  const abandoned = files.filter(({ path, usedMs }) => path.endsWith(".new") && now - usedMs > ABANDONED_MS);
  for (const { path } of abandoned) remove(path);
  const kept = files.filter(({ path }) => !path.endsWith(".new"));
  let total = kept.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return;
  kept.sort((left, right) => left.usedMs - right.usedMs);
  for (const { path, size } of kept) {
    if (total <= most * LEFT) return;
    remove(path);
    total -= size;
  }
}

function filesIn(folder: string): Kept[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
    .flatMap(({ name }) =>
      entriesOf(join(folder, name)).flatMap((file): Kept[] => {
        const path = join(folder, name, file.name);
        try {
          const { size, mtimeMs } = statSync(path);
          // Whatever else somebody has put there is left alone.
          return /^[0-9a-f]{62}(\.\d+\.\d+\.new)?$/.test(file.name) ? [{ path, size, usedMs: mtimeMs }] : [];
        } catch {
          return [];
        }
      }),
    );
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another process was first, or may and we may not.
  }
}
