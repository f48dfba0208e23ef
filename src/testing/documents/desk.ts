/** Where the commands of one document run, one after the other, as a reader would run them. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BuiltProgram } from "../built-program.ts";
import { PROJECT_ROOT } from "../project-root.ts";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Desk {
  /** The folder that commands run in; the program's `dist` lies in it. */
  readonly folder: string;
  readonly run: (script: string) => Ran;
  /** @param source relative to the project */
  readonly put: (name: string, source: string) => void;
  readonly write: (name: string, text: string) => void;
  readonly clear: () => void;
}

export function openDesk({ home, script }: BuiltProgram): Desk {
  const room = mkdtempSync(path.join(tmpdir(), "lockspan-document-"));
  const folder = path.join(room, "desk");
  const bin = path.join(room, "bin");
  mkdirSync(folder);
  mkdirSync(bin);
  symlinkSync(path.join(home, "dist"), path.join(folder, "dist"));
  writeFileSync(path.join(bin, "lockspan"), `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(path.join(bin, "lockspan"), 0o755);
  const env = {
    PATH: [bin, path.dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
    HOME: room,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
  };
  return {
    folder,
    run: (words) => {
      const { status, stdout, stderr } = spawnSync("sh", ["-ec", words], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      return { status, stdout, stderr };
    },
    put: (name, source) => {
      const place = path.join(folder, name);
      mkdirSync(path.dirname(place), { recursive: true });
      cpSync(path.join(PROJECT_ROOT, source), place, { recursive: true });
    },
    write: (name, text) => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    },
    clear: () => rmSync(room, { recursive: true }),
  };
}
