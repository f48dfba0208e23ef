/** A mail server that falls silent, at each step: the look ends, and says at what. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openSource } from "./sources.ts";

const PATIENCE_SECONDS = 1;
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** What a server says to each command, until it falls silent at one of them. */
const ANSWERS: Readonly<Record<string, string>> = {
  CAPABILITY: "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
  LOGIN: "",
  AUTHENTICATE: "",
  LIST: '* LIST () "/" "INBOX"\r\n',
  LSUB: "",
  EXAMINE: "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 6] x\r\n",
  SELECT: "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 6] x\r\n",
  UID_SEARCH: "* SEARCH 5\r\n",
};

async function serverThatFailsAt(silent: string): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    if (silent === "the greeting") return;
    socket.write("* OK ready\r\n");
    let input = "";
    socket.on("data", (data) => {
      input += String(data);
      for (let end = input.indexOf("\r\n"); end !== -1; end = input.indexOf("\r\n")) {
        const [tag = "", ...words] = input.slice(0, end).split(" ");
        input = input.slice(end + 2);
        const verb = words[0] === "UID" ? `UID_${words[1]}` : (words[0] ?? "");
        if (verb === silent) return;
        socket.write(`${ANSWERS[verb] ?? ""}${tag} OK done\r\n`);
      }
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("a server that falls silent", () => {
  test.each(["the greeting", "CAPABILITY", "EXAMINE", "UID_SEARCH", "UID_FETCH"])(
    "at %s costs the patience that was set, and fails in one line",
    async (step) => {
      const source = openSource(
        {
          kind: "imap",
          name: "box",
          host: "127.0.0.1",
          port: await serverThatFailsAt(step),
          secure: false,
          user: "u",
          password: "p",
          mailbox: "INBOX",
          isList: true,
          allowSelfSigned: true,
          patienceSeconds: PATIENCE_SECONDS,
        },
        "unused",
      );
      const started = performance.now();
      const look = async () => {
        const asked = { since: new Date(0), until: null, now: new Date(), unseen: async () => [] };
        for await (const _ of source.read(null, asked)) throw new Error("there was a mail");
      };
      await expect(look()).rejects.toThrow(/^imap 127\.0\.0\.1:\d+: the mailbox cannot be read \([^\n]+\)$/);
      expect(performance.now() - started).toBeLessThan(PATIENCE_SECONDS * 1000 * 6);
    },
    30_000,
  );
});
