/** Rules as data. May not read files. */
export { type BoundPack, bindPack, type Pack } from "./bind-pack.ts";
export { compilePacks } from "./compile-packs.ts";
export {
  type CompiledPacks,
  type LoadedPacks,
  loadCompiledPacks,
  modelForFile,
  packForFile,
  rulesFor,
} from "./compiled-packs.ts";
export { guardTableOf } from "./guard-table.ts";
export { callersFor, headersFor, type WantedHeader } from "./headers.ts";
export { packsText } from "./packs-text.ts";
export { type GuardException, type ProposedGuard, proposedPack } from "./proposed-pack.ts";
export { type GlobalGuard, type Guard, PROFILES, type Profile, type Rule } from "./rule.ts";
export { rulePage } from "./rule-page.ts";
export { treeNamesOf } from "./tree-names.ts";
