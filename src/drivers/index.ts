/** The model of a driver and of the platform under it. May not run an analysis. */
export type {
  DriverModel,
  EntryContext,
  EntryPoint,
  FunctionModel,
  HandleCell,
  InterruptEffect,
  LockEffect,
  LockFact,
  LockMode,
  LockName,
  Need,
  Platform,
  Subsystem,
} from "./driver-model.ts";
export { formatLockName, parseLockName } from "./lock-name.ts";
export { matchesFile } from "./matches-file.ts";
export { type TableEntry, tableEntriesOf } from "./operation-tables.ts";
export {
  complaint,
  type PackDocument,
  type PackFile,
  type PackPath,
  readPackDocument,
} from "./pack-document.ts";
export { declaredType, parseDriver, refuseUnknownField, refuseUnknownLock } from "./parse-driver.ts";
export { parsePlatform } from "./parse-platform.ts";
export { type PlatformDeclaration, platformOf } from "./platform.ts";
export { dialectOf, headerMacrosOf, typeOptionsOf } from "./reading.ts";
