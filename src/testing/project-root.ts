/** The project's folder, also for programs that were built from these sources and lie elsewhere in it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT_ROOT = folderWith("package-lock.json", path.dirname(fileURLToPath(import.meta.url)));

function folderWith(name: string, folder: string): string {
  const above = path.dirname(folder);
  if (existsSync(path.join(folder, name)) || above === folder) return folder;
  return folderWith(name, above);
}
