/** The code that a page quotes: lines, colours, functions and their lanes, each made once. */
import type { Highlight, LineHighlights } from "../../c/index.ts";
import type { ReportedFunction } from "../../review/index.ts";
import { type Lane, lanesOf } from "../lanes.ts";
import { type LineLookup, linesOf } from "../source-lines.ts";
import type { PageMatter, Version } from "./matter.ts";

export interface Place {
  readonly version: Version;
  readonly file: string;
  readonly line: number;
}

interface ColouredText {
  readonly find: LineHighlights;
  /** Offset of each line. */
  readonly starts: readonly number[];
}

export class CodeBook {
  readonly #matter: Pick<PageMatter, "sources" | "models" | "highlighter">;
  readonly #lines: LineLookup;
  readonly #texts = new Map<string, ColouredText>();
  readonly #lanes = new Map<ReportedFunction, readonly Lane[]>();

  constructor(matter: Pick<PageMatter, "sources" | "models" | "highlighter">) {
    this.#matter = matter;
    this.#lines = linesOf(matter.sources);
  }

  /** Empty where there is no such file. */
  lines({ side, patch }: Version, file: string): readonly string[] {
    return this.#lines(file, side, patch) ?? [];
  }

  functionAt({ version, file, line }: Place): ReportedFunction | null {
    const { functions } = this.#matter.models(version.side, version.patch);
    return functions.find((fn) => fn.file === file && fn.line <= line && line <= fn.endLine) ?? null;
  }

  lanes(fn: ReportedFunction): readonly Lane[] {
    const known = this.#lanes.get(fn) ?? lanesOf(fn);
    this.#lanes.set(fn, known);
    return known;
  }

  /** By line, with offsets into the line. */
  highlights(
    version: Version,
    file: string,
    { from, to }: { readonly from: number; readonly to: number },
  ): ReadonlyMap<number, readonly Highlight[]> {
    const { find, starts } = this.#text(version, file);
    const lines = this.lines(version, file);
    const found = new Map<number, Highlight[]>();
    let line = from;
    for (const { start, end, kind } of find(from, to)) {
      while (line < to && (starts[line] ?? Infinity) <= start) line += 1;
      // A comment may begin on one line and end on another.
      for (let at = line; at <= to && (starts[at - 1] ?? Infinity) < end; at += 1) {
        const offset = starts[at - 1] ?? 0;
        const length = lines[at - 1]?.length ?? 0;
        const piece = { start: Math.max(start - offset, 0), end: Math.min(end - offset, length), kind };
        if (piece.start >= piece.end) continue;
        const known = found.get(at);
        if (known === undefined) found.set(at, [piece]);
        else known.push(piece);
      }
    }
    return found;
  }

  #text(version: Version, file: string): ColouredText {
    const lines = this.lines(version, file);
    const text = lines.join("\n");
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const starts: number[] = [];
    let offset = 0;
    for (const line of lines) {
      starts.push(offset);
      offset += line.length + 1;
    }
    const made = { find: this.#matter.highlighter(text), starts };
    this.#texts.set(text, made);
    return made;
  }
}
