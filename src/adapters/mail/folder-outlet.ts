/** Replies as files in a folder that a person reads, and the file that says stop. */
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../../base/index.ts";
import type { Outlet } from "../../review/index.ts";
import { codeOf } from "../files/file-error.ts";
import { after, lostClaim } from "./put-off.ts";

/** One file a mail, named by its message id: written twice it is the same file. */
export function folderOutlet(folder: string): Outlet {
  return {
    deliver: async ({ messageId, raw, now, attempts }, offer) => {
      if (!(await offer())) return lostClaim(now);
      const name = `${messageId.replace(/[^\w.@-]/g, "")}.eml`;
      const file = join(folder, name);
      try {
        await mkdir(folder, { recursive: true });
        const half = await open(`${file}.part`, "w");
        await half.writeFile(raw);
        await half.sync();
        await half.close();
        await rename(`${file}.part`, file);
        return { kind: "written", note: file };
      } catch (cause) {
        return {
          kind: "later",
          until: after(now, attempts),
          note: `${folder} cannot be written (${codeOf(cause)})`,
        };
      }
    },
  };
}

/** Whether the stop file is there; one that cannot be looked for counts as there. */
export async function isStopped(file: string): Promise<boolean> {
  try {
    await (await open(file)).close();
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return false;
    if (codeOf(cause) === "EISDIR" || codeOf(cause) === "EACCES") return true;
    throw new ServiceError(`stop file ${file}: cannot be looked for (${codeOf(cause)})`, { cause });
  }
}
