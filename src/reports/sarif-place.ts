/** Places in SARIF's words. */
import type { TraceStep } from "../findings/index.ts";
import { safeText } from "./cells.ts";

/** Stands for the top of the tree; where that is, only the reader knows. */
export const SOURCE_ROOT = "%SRCROOT%";

/** A file's name as the reference that SARIF wants: relative to the top, escaped part by part. */
export function artifactOf(file: string) {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: SOURCE_ROOT };
}

export interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export function physicalOf(file: string, region: Region) {
  return { physicalLocation: { artifactLocation: artifactOf(file), region } };
}

/** @param text what is said of the place; line ends and hidden characters are taken out */
export function locationOf(step: TraceStep, text: string) {
  return {
    ...physicalOf(step.file, { startLine: step.line }),
    logicalLocations: [{ name: step.function, kind: "function" }],
    message: { text: plainMessage(text) },
  };
}

/** In a message `[text](target)` would be a link: code that looks like one is made plain. */
export function plainMessage(text: string): string {
  return safeText(text, true).replace(/\[(?=[^\]]*\]\()/g, "\\[");
}
