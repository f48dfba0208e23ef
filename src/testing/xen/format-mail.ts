/**
 * A mail of the shape that `git format-patch` makes, from a file before and after.
 *
 * git computes the diff in a temporary folder, so that hunks and blob names are
 * those of a real patch.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface FileChange {
  /** The file's name in the tree. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The diff as git prints it, with full blob names. @throws {Error} if nothing changed or git fails */
export function diffOf({ file, before, after }: FileChange): string {
  const folder = mkdtempSync(path.join(tmpdir(), "lockspan-diff-"));
  try {
    for (const [side, text] of Object.entries({ a: before, b: after })) {
      mkdirSync(path.join(folder, side, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, side, file), text);
    }
    const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "--no-prefix", "--full-index"];
    const answer = spawnSync("git", [...args, `a/${file}`, `b/${file}`], { cwd: folder, encoding: "utf8" });
    // git exits with 1 when the files differ.
    if (answer.status !== 1) throw new Error(`git diff of ${file} exited ${answer.status}: ${answer.stderr}`);
    return answer.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One patch mail with a subject such as `[PATCH] folder: what it does`. */
export function patchMailOf(subject: string, change: FileChange): string {
  return [
    "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001",
    "From: A Contributor <contributor@example.org>",
    "Date: Tue, 26 Oct 2021 14:29:03 +0200",
    `Subject: ${subject}`,
    "Message-Id: <20211026122903.1-1-contributor@example.org>",
    "",
    "Take the lock that protects the list of masters.",
    "",
    "Signed-off-by: A Contributor <contributor@example.org>",
    "---",
    ` ${change.file} | changed`,
    "",
    `${diffOf(change)}-- `,
    "2.29.0",
    "",
    "",
  ].join("\n");
}
