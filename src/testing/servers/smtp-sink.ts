/** Postfix's own test server: takes mails into files, or refuses them at a step that the test names. */
import { readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import {
  ended,
  freePort,
  installed,
  type Running,
  removeFolder,
  scratchFolder,
  started,
  until,
} from "./server.ts";

export interface Sink extends Running {
  readonly port: number;
  /** The mails that it took, as they came. */
  readonly taken: () => readonly string[];
}

export const SMTP_SINK = installed("/usr/sbin/smtp-sink");

/** @param manners such as `-r rcpt` (4xx to RCPT), `-f data` (5xx), `-q .` (hang up instead of the answer to the text) */
export async function startSink(program: string, manners: readonly string[] = []): Promise<Sink> {
  const folder = scratchFolder("sink");
  const port = await freePort();
  const args = [...manners, "-d", join(folder, "mail."), `127.0.0.1:${port}`, "100"];
  const server = started(program, args, { cwd: folder });
  await until("smtp-sink listens", () => listens(port));
  return {
    port,
    taken: () =>
      readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name), "utf8")),
    stop: async () => {
      await ended(server);
      removeFolder(folder);
    },
  };
}

export async function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
