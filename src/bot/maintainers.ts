/**
 * The sections of a tree's MAINTAINERS file: whose files are whose. Only sections
 * that were switched on get mail, where the operator asks for switches.
 */
import type { Mode } from "../review/index.ts";

export interface Section {
  readonly name: string;
  /** Lower-case addresses of its M: lines. */
  readonly maintainers: readonly string[];
  readonly files: readonly RegExp[];
  readonly excluded: readonly RegExp[];
}

/** @param text the file; what stands above its first section is prose */
export function parseMaintainers(text: string): readonly Section[] {
  const sections: Section[] = [];
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const lines = paragraph.split("\n").filter((line) => line.trim() !== "");
    const fields = lines.filter((line) => /^[A-Z]:\s/.test(line));
    const name = lines[lines.findIndex((line) => /^[A-Z]:\s/.test(line)) - 1]?.trim();
    if (fields.length === 0 || name === undefined) continue;
    const valuesOf = (key: string) =>
      fields.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(2).trim());
    sections.push({
      name,
      maintainers: valuesOf("M").flatMap((value) => /[^\s<>]+@[^\s<>]+/.exec(value)?.[0].toLowerCase() ?? []),
      files: valuesOf("F").map(patternOf),
      excluded: valuesOf("X").map(patternOf),
    });
  }
  return sections;
}

/** `*` does not cross a slash; a pattern that ends in one means all that lies below. */
function patternOf(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  return new RegExp(glob.endsWith("/") ? `^${body}` : `^${body}(/|$)`);
}

export function sectionsOf(file: string, sections: readonly Section[]): readonly Section[] {
  return sections.filter(
    ({ files, excluded }) =>
      files.some((pattern) => pattern.test(file)) && !excluded.some((pattern) => pattern.test(file)),
  );
}

const ORDER: readonly (Mode | "off")[] = ["off", "dry-run", "moderate", "send"];

/**
 * The most careful of what the sections of a patch's files allow, and never more than the bot's own
 * mode. Sections that nobody switched do not speak; where none speaks, it is `otherwise`.
 */
export function modeOfPatch(
  files: readonly string[],
  {
    sections,
    switches,
    mode,
    otherwise,
  }: {
    readonly sections: readonly Section[];
    readonly switches: ReadonlyMap<string, Mode | "off">;
    readonly mode: Mode;
    readonly otherwise: Mode | "off";
  },
): Mode | "off" {
  const spoken = files.flatMap((file) =>
    sectionsOf(file, sections).flatMap(({ name }) => switches.get(name) ?? []),
  );
  if (spoken.length === 0) return otherwise;
  const rank = Math.min(...spoken.map((each) => ORDER.indexOf(each)), ORDER.indexOf(mode));
  return ORDER[rank] ?? "off";
}
