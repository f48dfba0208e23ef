/** Rules and lock facts to findings. May not name a driver. */

export type { IsPatchLine } from "./new-nesting.ts";
export { type CheckSetting, runChecks, runPatchChecks } from "./run-checks.ts";
