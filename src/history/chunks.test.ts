/** Commits of one file are reviewed in their order, several files side by side, and each commit once. */
import { expect, test } from "vitest";
import type { WalkedCommit } from "../adapters/index.ts";
import { chunksOf } from "./chunks.ts";

/** Commits of these files, one each, numbered in the order of the history. */
async function* history(...files: readonly string[]): AsyncGenerator<WalkedCommit> {
  for (const [at, path] of files.entries()) {
    const file = { oldPath: path, newPath: path } as WalkedCommit["files"][number];
    yield { id: `${at} ${path}`, parent: null, author: "", date: "", subject: "", files: [file] };
  }
}

async function chunkIds(commits: AsyncGenerator<WalkedCommit>, threads: number): Promise<string[][]> {
  const chunks: string[][] = [];
  for await (const chunk of chunksOf(commits, threads)) chunks.push(chunk.map(({ id }) => id));
  return chunks;
}

const often = (path: string, times: number) => Array.from({ length: times }, () => path);

test("every commit is in one piece, those of one file in their order", async () => {
  const files = [...often("a.c", 13), ...often("b.c", 9), "c.c", ...often("a.c", 4), "d.c", "e.c"];
  const ids = (await chunkIds(history(...files), 2)).flat();
  expect([...ids].sort()).toEqual(files.map((path, at) => `${at} ${path}`).sort());
  const ofA = ids.filter((id) => id.endsWith("a.c")).map((id) => Number.parseInt(id, 10));
  expect(ofA).toEqual([...ofA].sort((left, right) => left - right));
});

test("two threads are given the pieces of two files in turns", async () => {
  const chunks = await chunkIds(history(...often("a.c", 12), ...often("b.c", 12), ...often("c.c", 8)), 2);
  const names = chunks.map((ids) => [...new Set(ids.map((id) => id.split(" ")[1]))].join());
  expect(names).toEqual(["a.c", "b.c", "a.c", "b.c", "a.c", "b.c", "c.c", "c.c"]);
});
