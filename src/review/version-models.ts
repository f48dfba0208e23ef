/** Driver models of the files that a review compared, each made when it is asked for. */
import type { Side } from "../findings/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import type { FilesBeside } from "./audit-files.ts";
import type { DriverReport } from "./driver-report.ts";
import { modelOfFiles } from "./model-of-files.ts";
import type { Review, SourceLookup } from "./review.ts";

/** @returns the model of the files before (`old`) or after (`new`) one patch; patch is null in an audit */
export function versionModels(
  { profile, analysed }: Pick<Review, "profile" | "analysed">,
  sources: SourceLookup,
  { packs, beside }: { readonly packs: LoadedPacks; readonly beside: FilesBeside },
): (side: Side, patch: number | null) => DriverReport {
  const known = new Map<string, DriverReport>();
  return (side, patch) => {
    const key = `${side} ${patch}`;
    const made = known.get(key);
    if (made !== undefined) return made;
    const files = analysed.files.flatMap((path) => {
      const text = sources(path, side, patch);
      return text === null ? [] : [{ path, text }];
    });
    const model = modelOfFiles(files, packs, profile, beside);
    known.set(key, model);
    return model;
  };
}
