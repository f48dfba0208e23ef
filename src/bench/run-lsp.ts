/**
 * How long an editor waits for the findings of an edit: from the moment that the edit is sent to the
 * language server to the moment that what it says of that version has arrived. Beside it, in the same
 * run and in turn with it, what cannot be avoided: the bare parse of the file.
 *
 * The server is the built program, a process of its own; the client is the protocol's library.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { EditorClient } from "../testing/editor/client.ts";
import { findXenTree, HOW_TO_GET_XEN, readXenFile, SMMU } from "../testing/xen/xen-tree.ts";
import { summarise } from "./statistics.ts";

/** The first edits are answered by code that V8 has not optimised yet. */
const UNCOUNTED = 5;
const rounds = Number(process.env["ROUNDS"] ?? 25);

interface Edit {
  readonly name: string;
  /** The line (from 0) that is edited, and what is put before it in a round. */
  readonly line: number;
  readonly text: (round: number) => string;
}

export async function runLspBench(root: string): Promise<void> {
  const tree = findXenTree(root);
  if (tree === null) {
    console.log(HOW_TO_GET_XEN);
    return;
  }
  const text = readXenFile(tree, SMMU);
  const uri = pathToFileURL(path.resolve(tree, SMMU)).href;
  const client = new EditorClient(path.join(root, "dist/lockspan.js"), ["--tree", path.resolve(tree)]);
  await client.initialize();
  const started = performance.now();
  await client.open(uri, text);
  await client.diagnosticsOf(uri);
  const opened = performance.now() - started;
  const bareParse = bareParser(root, path.resolve(tree, SMMU));

  console.log(`\n${SMMU}, ${rounds} rounds after ${UNCOUNTED}, milliseconds from the edit to its findings`);
  console.log(row(["", "min", "median", "max", "x parse"]));
  const parses: number[] = [];
  const rows: string[] = [];
  for (const edit of editsOf(text)) {
    const times: number[] = [];
    for (let round = 0; round < UNCOUNTED + rounds; round++) {
      const [bare, edited] = [await bareParse.parse(), await timeEdit(client, uri, edit, round)];
      await timeEdit(client, uri, edit, null);
      if (round < UNCOUNTED) continue;
      parses.push(bare);
      times.push(edited);
    }
    const { min, median, max } = summarise(times);
    rows.push(
      row([edit.name, ...[min, median, max].map(ms), (median / summarise(parses).median).toFixed(1)]),
    );
  }
  const bare = summarise(parses);
  for (const each of rows) console.log(each);
  console.log(row(["bare parse of the file", ms(bare.min), ms(bare.median), ms(bare.max), "1.0"]));
  console.log(row(["the file is opened", "", ms(opened)]));
  bareParse.end();
  await client.end();
}

/** A function's body, a guarded walk, a lock span, and the head of the file, on which every function hangs. */
function editsOf(text: string): Edit[] {
  const lines = text.split("\n");
  const lineWith = (words: string) => lines.findIndex((line) => line.includes(words));
  const afterBrace = (words: string) =>
    lines.findIndex((line, at) => at > lineWith(words) && line.startsWith("{")) + 1;
  return [
    {
      name: "a declaration in a function",
      line: afterBrace("static int arm_smmu_attach_dev("),
      text: (round) => `\tint round_${round} = ${round};\n`,
    },
    {
      name: "a lock call in a function",
      line: lineWith("spin_lock(&arm_smmu_devices_lock)"),
      text: () => "\tspin_unlock(&arm_smmu_devices_lock);\n",
    },
    {
      name: "a comment",
      line: afterBrace("static int arm_smmu_attach_dev("),
      text: (round) => `\t/* round ${round} */\n`,
    },
    {
      name: "a macro at the head of the file",
      line: lines.findIndex((line) => line.startsWith("#include")),
      text: (round) => `#define ROUND_${round} ${round}\n`,
    },
    {
      name: "half a statement",
      line: afterBrace("static int arm_smmu_attach_dev("),
      text: (round) => `\tif (round_${round} &&\n`,
    },
  ];
}

/** @param round null takes the edit back. @returns milliseconds */
async function timeEdit(
  client: EditorClient,
  uri: string,
  edit: Edit,
  round: number | null,
): Promise<number> {
  const start = { line: edit.line, character: 0 };
  const end = round === null ? { line: edit.line + 1, character: 0 } : start;
  const sent = performance.now();
  const version = await client.edit(uri, [
    { range: { start, end }, text: round === null ? "" : edit.text(round) },
  ]);
  await client.diagnosticsOf(uri, version);
  return performance.now() - sent;
}

/** Parses the file once for each line that it is sent, and answers with the milliseconds. A program of its own: the product's only door to the parser is c/. */
const BARE_PARSER = `
  const Parser = require("tree-sitter");
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-c"));
  const text = require("node:fs").readFileSync(process.argv[1], "utf8");
  require("node:readline").createInterface({ input: process.stdin }).on("line", () => {
    const started = performance.now();
    parser.parse(text, undefined, { bufferSize: 1 << 20 });
    console.log(performance.now() - started);
  });
`;

/** @param file read once */
function bareParser(root: string, file: string): { parse: () => Promise<number>; end: () => void } {
  const child = spawn(process.execPath, ["-e", BARE_PARSER, file], { cwd: root });
  const lines = createInterface({ input: child.stdout });
  return {
    parse: async () => {
      const answer = once(lines, "line");
      child.stdin.write("\n");
      return Number((await answer)[0]);
    },
    end: () => child.stdin.end(),
  };
}

function ms(value: number): string {
  return value.toFixed(0);
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(9)).join("");
}
