/** The same analysis over whole files, without a patch. */
import {
  type Finding,
  type FindingNotes,
  mergeRegions,
  type NotedFinding,
  numberFingerprints,
} from "../findings/index.ts";
import type { LoadedPacks, Profile } from "../rules/index.ts";
import { analyseFiles, analysisSetting } from "./analyse-files.ts";
import { auditedDrivers } from "./audited-drivers.ts";
import type { InputFile } from "./input-file.ts";
import type { Review } from "./review.ts";

/** Other files of the tree that the analysis looks at; nothing is reported in them. */
export interface FilesBeside {
  /** Types that the files use. */
  readonly headers?: readonly InputFile[];
  /** Files in which the drivers' callers stand. */
  readonly callers?: readonly InputFile[];
}

export function auditFiles(
  files: readonly InputFile[],
  packs: LoadedPacks,
  profile: Profile,
  { headers = [], callers }: FilesBeside = {},
): Review {
  const setting = analysisSetting(packs, profile, "everything", callers);
  const analysis = analyseFiles([...files, ...headers], setting);
  const findings = numberFingerprints(mergeRegions(analysis.findings));
  return {
    kind: "audit",
    profile,
    patches: [],
    findings: findings.map(plainFinding),
    gaps: analysis.gaps,
    baseNotes: analysis.complaints,
    analysed: { files: files.map(({ path }) => path), functions: analysis.functions },
    notes: notesOf(findings),
    drivers: auditedDrivers(
      analysis.main,
      files.map(({ path }) => path),
    ),
    together: null,
  };
}

/** The finding alone, as the JSON document has it. */
export function plainFinding({ notes: _notes, region: _region, ...finding }: NotedFinding): Finding {
  return finding;
}

export function notesOf(findings: readonly NotedFinding[]): ReadonlyMap<string, FindingNotes> {
  return new Map(findings.map((finding) => [finding.fingerprint, finding.notes]));
}
