/** The colours that ship with the program, from the grammar's own package. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { highlighterOf } from "../c/index.ts";
import { PROJECT_ROOT } from "./project-root.ts";

export const HIGHLIGHTS = readFileSync(
  path.join(PROJECT_ROOT, "node_modules/tree-sitter-c/queries/highlights.scm"),
  "utf8",
);

export const shippedHighlighter = highlighterOf(HIGHLIGHTS);
