/**
 * Tells when files are written, whichever way an editor does it: in place, or by a new file under the
 * old name.
 */
import type { FSWatcher } from "chokidar";

export interface Watching {
  readonly close: () => Promise<void>;
}

/**
 * @param paths files, and folders with all that is in them
 * @param isWanted by the end of a file's name
 * @param onChange called with the path for each change; a file that is gone is a change as well
 * @returns when it watches
 */
export async function watchFiles(
  paths: readonly string[],
  isWanted: (path: string) => boolean,
  onChange: (path: string) => void,
): Promise<Watching> {
  const { watch } = await import("chokidar");
  const watcher: FSWatcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isWanted(path),
  });
  watcher.on("all", (_event, path) => onChange(path));
  // What cannot be watched any more is told when it is read.
  watcher.on("error", () => {});
  await new Promise<void>((done) => watcher.once("ready", done));
  return { close: () => watcher.close() };
}
