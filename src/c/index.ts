/** C text to trees, types and control-flow graphs. May not know locks or Xen's names. */
export { type AskedTypes, askedTypes } from "./asked-types.ts";
export { bareCode } from "./bare-code.ts";
export { type CType, UNKNOWN_TYPE } from "./c-type.ts";
export { commentsOf } from "./comments.ts";

export type { Dialect } from "./dialect.ts";

export { successorsOf } from "./graph-builder.ts";
export {
  type Highlight,
  type Highlighter,
  type HighlightKind,
  highlighterOf,
  type LineHighlights,
} from "./highlight.ts";
export type {
  BasicBlock,
  BlockEnd,
  ChoiceTarget,
  FunctionIr,
  Instruction,
  SourceRange,
  VariableId,
} from "./instruction.ts";
export { lowerFunction } from "./lower.ts";
export { cleanupsOf } from "./lower-cleanup.ts";
export type { Macro } from "./macro-table.ts";
export { ageParses, createParseCache, type ParseCache } from "./parse-cache.ts";
export { readSourceFile } from "./source-file.ts";
export type { SourceFile, SyntaxNode, TopLevelItem, Variant } from "./syntax.ts";
export { type SharedMemory, type TypeTable, type TypeTableOptions, typeTableOf } from "./type-table.ts";
export { variantDifferences } from "./variant-difference.ts";
export { variantsOf } from "./variants.ts";
