/**
 * Guards for a file that no pack speaks of, so that what becomes of guarded memory can
 * be tried on it as well: those that all its functions keep to.
 */
import { inferGuards } from "../../review/index.ts";
import { compilePacks, type LoadedPacks, loadCompiledPacks, proposedPack } from "../../rules/index.ts";

const ALWAYS = { support: 1, accesses: 3 };

/** The same packs, and one with the guards that the file seems to keep. */
export async function withInferredGuards(
  file: { readonly path: string; readonly text: string },
  packs: LoadedPacks,
): Promise<LoadedPacks> {
  const inference = inferGuards([file], packs, ALWAYS);
  const proposed = proposedPack({ ...inference, files: [file.path], headers: [] });
  if (proposed.length === 0) return packs;
  const texts = proposed.map(({ name, text }) => ({ path: `rules/inferred/${name}`, text }));
  const { drivers } = loadCompiledPacks(await compilePacks(texts));
  return { ...packs, drivers: [...packs.drivers, ...drivers] };
}
