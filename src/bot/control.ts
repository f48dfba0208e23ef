/**
 * A running bot with an embedded store answers its operator: the store belongs to one process, so what is
 * asked at the command line goes through a socket in the state folder, which only its owner may open.
 */
import { chmod, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Failure, InputError, PatchError, ServiceError } from "../base/index.ts";
import type { Asked } from "./operate.ts";

type Answer =
  | { readonly text: string }
  | { readonly status: number; readonly message: string; readonly hint: string | null };

const MOST_ASKED = 64 * 1024;
const PATIENCE_MS = 30_000;

function socketIn(state: string): string {
  return join(state, "control");
}

/** @returns what ends it; a folder whose name is too long for a socket is served none */
export async function serveControl(
  state: string,
  answer: (asked: Asked) => Promise<string>,
): Promise<() => Promise<void>> {
  const path = socketIn(state);
  await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => {});
    readLine(socket).then(
      async (line) => socket.end(JSON.stringify(await answered(line, answer))),
      () => socket.destroy(),
    );
  });
  const isServed = await new Promise<boolean>((done) => {
    server.once("error", () => done(false));
    server.listen(path, () => done(true));
  });
  if (isServed) await chmod(path, 0o600);
  return async () => {
    server.close();
    await rm(path, { force: true });
  };
}

async function answered(line: string, answer: (asked: Asked) => Promise<string>): Promise<Answer> {
  try {
    return { text: await answer(JSON.parse(line) as Asked) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof Failure
      ? { status: error.status, message, hint: error.hint }
      : { status: 4, message: `the running bot could not answer (${message})`, hint: "See its log." };
  }
}

/** @returns null when no bot runs there @throws {Failure} what the running bot answers with */
export async function askRunning(state: string, asked: Asked): Promise<string | null> {
  const socket = createConnection(socketIn(state));
  const isThere = await new Promise<boolean>((done) => {
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
  if (!isThere) return null;
  socket.write(`${JSON.stringify(asked)}\n`);
  const answer = JSON.parse(await readAll(socket)) as Answer;
  if ("text" in answer) return answer.text;
  throw failureOf(answer);
}

function failureOf({ status, message, hint }: Extract<Answer, { status: number }>): Failure {
  const more = hint === null ? {} : { hint };
  if (status === 2) return new InputError(message, more);
  return status === 3 ? new PatchError(message, more) : new ServiceError(message, more);
}

async function readLine(socket: Socket): Promise<string> {
  let text = "";
  for await (const piece of socket.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += String(piece);
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
    if (text.length > MOST_ASKED) break;
  }
  throw new Error("no question");
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("the running bot does not answer")));
  try {
    for await (const piece of socket.setEncoding("utf8")) text += String(piece);
    return text;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError(`lockspan bot: ${message}`, {
      hint: "It may be in a long step: try again.",
      cause,
    });
  }
}
