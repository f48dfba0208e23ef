/**
 * Real servers for tests: started on loopback by the test itself, as an unprivileged
 * user, in a scratch folder, and stopped by it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Running {
  readonly stop: () => Promise<void>;
}

/** Servers refuse to run as root; the tests of CI do run as root. */
export function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** A folder that the unprivileged user owns. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `lockspan-${name}-`));
  const { uid, gid } = unprivileged();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What the title of a test says that a real server is left out of. */
export const HOW_TO_RUN_SERVERS =
  "skipped: set LOCKSPAN_SERVERS=1 with postfix, dovecot-imapd, public-inbox and postgresql installed";

/**
 * The first of these programs that is installed; null without, and where nobody asked for real
 * servers: they take ports, users and seconds that `npm test` promises not to need.
 */
export function installed(...paths: readonly string[]): string | null {
  if (process.env["LOCKSPAN_SERVERS"] === undefined) return null;
  return paths.find((path) => existsSync(path)) ?? null;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

/** Asks until the answer is yes; the limit only ends a test whose server is broken. */
export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Ends a server that this test started, and waits for its end. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  await over;
}

/** What a server says goes to the test's output only when it dies. */
export function started(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly asRoot?: boolean },
): ChildProcess {
  return spawn(command, [...args], {
    cwd: options.cwd,
    stdio: ["ignore", "ignore", "ignore"],
    ...(options.asRoot === true ? {} : unprivileged()),
  });
}
