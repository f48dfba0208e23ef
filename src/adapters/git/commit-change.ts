/** What one commit of a history changes, as the review pipeline wants it. */
import { InvariantError } from "../../base/index.ts";
import { decodeText } from "../../patch/index.ts";
import type { ChangeSource } from "../../review/index.ts";
import { shortId } from "./commit-tree.ts";
import type { WalkedCommit } from "./commit-walk.ts";
import type { ObjectReader } from "./object-reader.ts";
import { changedFileOf } from "./raw-diff.ts";

export function commitChange({ parent, files }: WalkedCommit, objects: ObjectReader): ChangeSource {
  const blobs = new Map(files.map(({ oldPath, oldBlob }) => [oldPath, oldBlob]));
  const text = async (name: string) => {
    const bytes = await objects.read(name);
    return bytes === null ? null : decodeText(bytes);
  };
  const how = parent === null ? "nothing before it" : `commit ${shortId(parent)}`;
  return {
    base: parent ?? "",
    how,
    files: files.map(changedFileOf),
    isWhole: true,
    tree: {
      commit: parent,
      how,
      read: async (paths) =>
        new Map(
          await Promise.all(
            paths.map(async (path) => {
              const name = blobs.get(path) ?? (parent === null ? null : `${parent}:${path}`);
              return [path, name === null ? null : await text(name)] as const;
            }),
          ),
        ),
      list: () => Promise.reject(new InvariantError("no folder is listed while a history is reviewed")),
    },
    after: async (wanted) => {
      const texts = await Promise.all(
        wanted.map(async ({ newPath, blob }) => {
          const after = newPath === null || blob === null ? null : await text(blob);
          return newPath === null || after === null ? [] : [[newPath, after] as const];
        }),
      );
      return new Map(texts.flat());
    },
  };
}
