/** Changed C, and what must hold of the front end and of an audit whatever they read. */
import type fc from "fast-check";
import { readSourceFile, type SyntaxNode, variantsOf } from "../../c/index.ts";
import { decodeText } from "../../patch/index.ts";
import { auditFiles } from "../../review/index.ts";
import { fixturePacks, fixturesIn, readFixture } from "../fixture-files.ts";
import { changedBytes } from "./changed-bytes.ts";

/** What a reader of C trips over. */
const TOKENS = [
  "{",
  "}",
  "(",
  ")",
  ";",
  "\\\n",
  "/*",
  "*/",
  "//",
  '"',
  "'",
  "\n#if X\n",
  "\n#else\n",
  "\n#endif\n",
  "\n#define X(a) a##a X(a)\n",
  "\n#define each(i) for ( (i) = 0; ; )\n",
  "spin_lock(&L);",
  "spin_unlock(&L);",
  "goto out; out:",
  "switch (a) { case 1: default: }",
  "do { } while (0);",
  "({ 1; })",
  "struct { int x : 3; } ",
  "__attribute__((x))",
  'asm volatile ("" ::: "memory");',
  "typeof(*a) *",
  "for (;;) {",
  "if (a) else",
  "return",
  "\ufeff",
  "\0",
  "\r",
];

const FOLDERS = fixturesIn("checks").filter((name) => !name.includes("."));
const packs = await fixturePacks(null);

export function changedSources(): fc.Arbitrary<Buffer> {
  const files = [...FOLDERS, "c"].flatMap((folder) => fixturesIn(folder, ".c"));
  return changedBytes(
    files.map((file) => Buffer.from(readFixture(file))),
    TOKENS,
  );
}

/** Longer ones are cut: a test is to be over some time. */
const MOST_TEXT = 20_000;
/** Of CPU time, so that a busy machine is no finding. */
const LONGEST_MS = 10_000;

/**
 * @param seen kinds of the parser's nodes that were met, which are added to
 * @throws {Error} for whatever must not be
 */
export function checkSource(bytes: Buffer, seen?: Set<string>): void {
  const before = process.cpuUsage();
  const text = decodeText(bytes).slice(0, MOST_TEXT);
  for (const variant of variantsOf(text).slice(0, 3)) {
    const file = readSourceFile("checks/fuzz/a.c", text, variant);
    let end = 0;
    for (const item of file.items) {
      // Functions that a macro writes stand where it is used, several of them in one place.
      if (item.expansion !== null) {
        visit(item.root, item.expansion.masked.length, seen);
        continue;
      }
      const stop = item.offset + item.masked.length;
      if (item.offset < end || stop > text.length) throw new Error("items overlap, or leave the file");
      if (item.masked.length !== item.source.length)
        throw new Error("an item was rewritten to another length");
      if (linesIn(item.masked) !== linesIn(item.source)) throw new Error("a line end is gone");
      end = stop;
      visit(item.root, item.masked.length, seen);
    }
    const lines = linesIn(text) + 1;
    for (const { line, endLine } of file.gaps)
      if (line < 1 || endLine < line || endLine > lines) throw new Error("a gap is outside the file");
  }
  const path = "checks/fuzz/a.c";
  const audit = auditFiles([{ path, text }], packs, "approach-b");
  const lines = linesIn(text) + 1;
  for (const { line, endLine } of audit.findings)
    if (line < 1 || endLine < line || endLine > lines) throw new Error("a finding is outside the file");
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > LONGEST_MS)
    throw new Error(`it took ${Math.round((user + system) / 1000)} ms`);
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

function visit(root: SyntaxNode, length: number, seen: Set<string> | undefined): void {
  const left = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.start > node.end || node.end > length) throw new Error("a node is outside its item");
    seen?.add(node.type);
    left.push(...node.children);
  }
}
