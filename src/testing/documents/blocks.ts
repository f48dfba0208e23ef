/**
 * The fenced blocks of a document, each with what the comment above it asks of the test:
 *
 *     <!-- test: CLAUSE; CLAUSE -->
 *
 * | clause            | asks                                                                                   |
 * | ----------------- | -------------------------------------------------------------------------------------- |
 * | `run`             | the shell runs the block; it exits with 0, or as `exit N` says                          |
 * | `output`          | the block is what the commands above printed; `…` stands for what may differ            |
 * | `errors`          | the same, of standard error                                                            |
 * | `output of WORDS` | the block is what this command prints                                                  |
 * | `wrapped`         | lines may be broken elsewhere, as on a narrower screen                                  |
 * | `file NAME`       | the block is written to this file, for the commands below                              |
 * | `part of NAME`    | the block stands in this file                                                          |
 * | `with NAME = SRC` | before, a copy of SRC of the project lies there                                        |
 * | `finds WHAT`      | the block is audited: `nothing`, or `check line, check line`                           |
 * | `hides CHECK`     | a comment in the block hides a finding of this check                                   |
 * | `syntax`          | the block is only read, as its language                                                |
 * | `not run: WHY`    | the block cannot be run here; it is read as its language, where that is possible        |
 */
export interface DocumentBlock {
  readonly document: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** In order; empty where no comment stands above. */
  readonly clauses: readonly string[];
}

const DIRECTIVE = /^<!-- test: (.*) -->$/;

export function blocksOf(document: string, markdown: string): DocumentBlock[] {
  const lines = markdown.split("\n");
  const blocks: DocumentBlock[] = [];
  let clauses: readonly string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const asked = DIRECTIVE.exec(line)?.[1];
    if (asked !== undefined) clauses = asked.split(/;\s+/);
    const language = /^```(\S*)/.exec(line)?.[1];
    if (language === undefined) {
      if (asked === undefined && line.trim() !== "") clauses = [];
      continue;
    }
    const end = lines.indexOf("```", at + 1);
    const text = `${lines.slice(at + 1, end).join("\n")}\n`;
    blocks.push({ document, line: at + 1, language, text, clauses });
    clauses = [];
    at = end;
  }
  return blocks;
}

/** @returns what stands behind the clause's first words; null where there is no such clause */
export function clauseOf({ clauses }: DocumentBlock, words: string): string | null {
  const found = clauses.find((clause) => clause === words || clause.startsWith(`${words} `));
  return found === undefined ? null : found.slice(words.length).trim();
}

export function allClauses({ clauses }: DocumentBlock, words: string): string[] {
  return clauses.flatMap((clause) =>
    clause.startsWith(`${words} `) ? [clause.slice(words.length).trim()] : [],
  );
}

/** Whether a text is what a document shows, in which a line `…` stands for any lines and `…` for any characters. */
export function isShownAs(text: string, shown: string, isWrapped = false): boolean {
  if (isWrapped) {
    const one = (words: string) => words.trim().replace(/\s+/g, " ");
    return new RegExp(`^${one(shown).split("…").map(literal).join(".*?")}$`).test(one(text));
  }
  const pattern = shown
    .trimEnd()
    .split("\n")
    .map((line) => (line.trim() === "…" ? "(?:[^\\n]*\\n)*?" : `${lineOf(line)}\\n`))
    .join("");
  const plain = text.trimEnd().replace(/[ \t]+$/gm, "");
  return new RegExp(`^${pattern}$`).test(`${plain}\n`);
}

function lineOf(line: string): string {
  return line.trimEnd().split("…").map(literal).join("[^\\n]*");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
