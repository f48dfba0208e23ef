/** Whether a driver model speaks of a file. */
import type { DriverModel } from "./driver-model.ts";

/**
 * How well a path fits the model's files: `path` when all segments of a pattern end the path
 * (`/home/me/xen/xen/drivers/char/uart.c`), `name` when only a shorter end of it does
 * (`uart.c`, `char/uart.c`), null when the file names differ. A `name` match counts
 * only when what the model needs is in the file.
 */
export function matchesFile(model: DriverModel, path: string): "path" | "name" | null {
  const segments = path.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
  let best: "name" | null = null;
  for (const pattern of model.files) {
    const wanted = pattern.split("/");
    const common = Math.min(wanted.length, segments.length);
    if (!endsMatch(wanted, segments, 1)) continue;
    if (common === wanted.length && endsMatch(wanted, segments, common)) return "path";
    best = "name";
  }
  return best;
}

function endsMatch(wanted: readonly string[], segments: readonly string[], count: number): boolean {
  for (let back = 1; back <= count; back += 1) {
    const pattern = wanted.at(-back);
    const segment = segments.at(-back);
    if (pattern === undefined || segment === undefined || !fits(pattern, segment)) return false;
  }
  return true;
}

/** `*` stands for anything within a name. */
function fits(pattern: string, segment: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(segment);
}
