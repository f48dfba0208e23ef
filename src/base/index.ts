/** Places in files, lines, and the kinds of failure. Imports nothing of ours. */
export {
  Failure,
  InputError,
  InvariantError,
  PatchError,
  ServiceError,
} from "./errors.ts";
export { type LineTable, lineTableOf, positionAt } from "./lines.ts";
export { nearestWord, suggestWord } from "./nearest-word.ts";
export { comparePlaces, compareText, type Gap, type Place } from "./place.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { RecentMap } from "./recent-map.ts";
export { NO_CACHE, type ResultCache } from "./result-cache.ts";
