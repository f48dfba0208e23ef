/** Where in the sources a stack of the bundled program leads, by the map that the build leaves beside it. */
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";

/** @param map the URL of the bundle's source map; without one the stack stays as it is */
export function stackInSources(stack: string, map: URL): string {
  const sources = readMap(map);
  if (sources === null) return stack;
  return stack.replace(
    /\(?file:[^\s()]*\/program\.cjs:(\d+):(\d+)\)?/g,
    (place, line: string, column: string) => {
      const entry = sources.findEntry(Number(line) - 1, Number(column) - 1);
      if (!("originalSource" in entry)) return place;
      return `(${entry.originalSource.replace(/^(?:\.\.\/)+/, "")}:${entry.originalLine + 1})`;
    },
  );
}

function readMap(map: URL): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(map, "utf8")) as SourceMapPayload);
  } catch {
    // A copy of the program without it says less and does the same.
    return null;
  }
}
