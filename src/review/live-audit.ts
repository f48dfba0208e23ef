/**
 * An audit that is made again and again while the files change, as an editor needs it: what
 * did not change since the last time is not read and not analysed again.
 */
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { analyseFiles, analysisSetting } from "./analyse-files.ts";
import { auditOf, type FilesBeside } from "./audit-files.ts";
import type { InputFile } from "./input-file.ts";
import { type LockView, lockViewOf } from "./lock-view.ts";
import type { Review } from "./review.ts";
import { createSharedWork, forgetOldScans } from "./shared-work.ts";

export interface LiveAudit {
  readonly audit: (files: readonly InputFile[], beside?: FilesBeside) => AuditedNow;
  /** Whether so many versions are kept that it is time to renew. */
  readonly isWornOut: () => boolean;
  /** Forgets all versions; the next audit takes as long as the first. */
  readonly renew: () => void;
}

export interface AuditedNow {
  readonly review: Review;
  readonly locks: LockView;
}

/** Each leaves behind what was read and analysed anew: some hundred kilobytes. */
const MOST_AUDITS = 400;

export function createLiveAudit(packs: LoadedPacks, profile: Profile): LiveAudit {
  let shared = createSharedWork(packs.platform);
  let audits = 0;
  return {
    audit: (files, { headers = [], callers } = {}) => {
      const setting = {
        ...analysisSetting(packs, profile, "everything", callers, shared),
        recordsPlaces: true,
      };
      audits++;
      const program = [...files, ...headers];
      const analysis = analyseFiles(program, setting);
      forgetOldScans(shared, program);
      return { review: auditOf(analysis, files, profile), locks: lockViewOf(analysis.main.program) };
    },
    isWornOut: () => audits > MOST_AUDITS,
    renew: () => {
      shared = createSharedWork(packs.platform);
      audits = 0;
    },
  };
}
