/** A review as SARIF, with the pages that ship with the program. */
import { renderSarif } from "../reports/index.ts";
import type { Review } from "../review/index.ts";
import type { Surroundings } from "./command.ts";

export async function sarifText(review: Review, around: Surroundings): Promise<string> {
  // Loaded here: few reviews are packed.
  const { gzipSync } = await import("node:zlib");
  const packedSize = (document: string) => gzipSync(document).length;
  return renderSarif(review, {
    version: around.version,
    home: null,
    pages: await around.pages(),
    packedSize,
  }).text;
}
