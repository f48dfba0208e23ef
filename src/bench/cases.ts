/**
 * What is measured: Node's empty start and tree-sitter's bare parse as the ground to
 * stand on, and the review of a one-file patch, on the driver of the demonstration
 * and, where the tree is there, on the real one.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { patchMailOf } from "../testing/xen/format-mail.ts";
import { applyThreadChange } from "../testing/xen/thread-patch.ts";
import { readXenFile, SMMU } from "../testing/xen/xen-tree.ts";
import type { Command } from "./measure.ts";

export interface Case {
  readonly name: string;
  readonly command: Command;
}

export interface Group {
  readonly title: string;
  /** Node's empty start. */
  readonly empty: Case;
  /** The bare parse of the patched file. */
  readonly parse: Case;
  readonly review: Case;
}

const FINDINGS_OR_NONE = [0, 1];

// A program of its own: the product's only door to the parser is c/.
const BARE_PARSE = `
  const Parser = require("tree-sitter");
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-c"));
  parser.parse(require("node:fs").readFileSync(process.argv[1], "utf8"), undefined, { bufferSize: 1 << 20 });
`;

export function demoGroup(root: string): Group {
  const tree = path.join(root, "fixtures/demo/tree");
  const patch = path.join(root, "fixtures/demo/protect-masters.patch");
  return group("the driver of the demonstration", root, { tree, patch });
}

/** Writes the patch to `scratch`, because Xen's text is never part of the project. */
export function xenGroup(root: string, xenTree: string, scratch: string): Group {
  const before = readXenFile(xenTree, SMMU);
  const patch = path.join(scratch, "thread.patch");
  mkdirSync(scratch, { recursive: true });
  const change = { file: SMMU, before, after: applyThreadChange(before) };
  writeFileSync(patch, patchMailOf("[PATCH] arm/smmuv1,v2: Protect smmu master list with a lock", change));
  return group("Xen's smmu.c", root, { tree: path.resolve(xenTree), patch });
}

function group(
  title: string,
  root: string,
  { tree, patch }: { readonly tree: string; readonly patch: string },
): Group {
  const plain = (name: string, args: readonly string[], statuses: readonly number[] = [0]): Case => ({
    name,
    command: { args, cwd: root, statuses },
  });
  return {
    title,
    empty: plain("node -e 0", ["-e", "0"]),
    parse: plain("tree-sitter parse of the file", ["-e", BARE_PARSE, path.join(tree, SMMU)]),
    review: plain(
      "lockspan review",
      [path.join(root, "dist/lockspan.js"), "review", patch, "--tree", tree],
      FINDINGS_OR_NONE,
    ),
  };
}
