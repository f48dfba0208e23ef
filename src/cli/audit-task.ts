/** What the threads of a long audit are told and asked. */
import type { AuditPlan, InputFile } from "../review/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";

/** Told to each thread once. */
export interface AuditWorkerSetting {
  readonly packs: LoadedPacks;
  readonly profile: Profile;
  /** Files in which the drivers' callers stand. */
  readonly callers: readonly InputFile[];
  /** The files that are audited. */
  readonly paths: readonly string[];
}

/** One program. */
export type AuditTask = AuditPlan["programs"][number];
