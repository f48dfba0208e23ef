/** Rules and lock facts to findings. May not name a driver. */
export { type CheckSetting, runChecks, runPatchChecks } from "./run-checks.ts";
