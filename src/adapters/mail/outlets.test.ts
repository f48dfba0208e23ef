/** What becomes of a mail, by what the server answers and when: postfix's own test server misbehaves as asked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort, HOW_TO_RUN_SERVERS } from "../../testing/servers/server.ts";
import { SMTP_SINK, startSink } from "../../testing/servers/smtp-sink.ts";
import { folderOutlet, isStopped } from "./folder-outlet.ts";
import { smtpOutlet } from "./smtp.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const parcel = {
  messageId: "<re@example.org>",
  from: "bot@example.org",
  recipients: ["ada@example.org", "list@example.org"],
  raw: Buffer.from("Subject: x\n\nä\n.\n.. a line of dots\n"),
  now: NOW,
  attempts: 0,
};

function outletTo(port: number) {
  return smtpOutlet({
    host: "127.0.0.1",
    port,
    secure: false,
    user: null,
    password: null,
    allowSelfSigned: true,
  });
}

/** Delivers once. @returns the conclusion and how often the text was offered */
async function deliver(port: number, mayGo = true) {
  let offers = 0;
  const conclusion = await outletTo(port).deliver(parcel, async () => {
    offers += 1;
    return mayGo;
  });
  return { conclusion, offers };
}

const title = SMTP_SINK === null ? `a mail server (${HOW_TO_RUN_SERVERS})` : "a mail server";
describe.skipIf(SMTP_SINK === null)(title, () => {
  test.each([
    ["takes the mail", [], "sent", 1],
    ["puts the sender off (4xx)", ["-r", "mail"], "later", 0],
    ["puts the recipient off (4xx)", ["-r", "rcpt"], "later", 0],
    ["refuses the recipient (5xx)", ["-f", "rcpt"], "refused", 0],
    ["refuses before the text (5xx)", ["-f", "data"], "refused", 0],
    ["refuses the text (5xx)", ["-f", "."], "refused", 1],
    ["puts the text off (4xx)", ["-r", "."], "later", 1],
    ["hangs up at the recipient", ["-q", "rcpt"], "later", 0],
    ["hangs up before the text", ["-q", "data"], "later", 0],
    ["hangs up instead of an answer to the text", ["-q", "."], "uncertain", 1],
  ] as const)("that %s: %j is %s", async (_, manners, kind, offered) => {
    const sink = await startSink(SMTP_SINK ?? "", manners);
    try {
      const { conclusion, offers } = await deliver(sink.port);
      expect({ kind: conclusion.kind, offers }).toEqual({ kind, offers: offered });
      if (conclusion.kind === "later") expect(conclusion.until).toEqual(new Date("2026-11-20T12:05:00Z"));
    } finally {
      await sink.stop();
    }
  });

  test("gets the mail as it is", async () => {
    const sink = await startSink(SMTP_SINK ?? "");
    try {
      await deliver(sink.port);
      const [mail = ""] = sink.taken();
      expect(mail.replace(/\r/g, "")).toContain("Subject: x\n\nä\n.\n.. a line of dots\n");
    } finally {
      await sink.stop();
    }
  });

  test("gets nothing when the claim was lost in the last moment", async () => {
    const sink = await startSink(SMTP_SINK ?? "");
    try {
      const { conclusion } = await deliver(sink.port, false);
      expect(conclusion).toEqual({ kind: "later", until: NOW, note: "another worker has it" });
      expect(sink.taken().filter((mail) => mail.includes("Subject: x"))).toEqual([]);
    } finally {
      await sink.stop();
    }
  });
});

test("a mail server that is not there is tried again", async () => {
  const { conclusion, offers } = await deliver(await freePort());
  expect({ kind: conclusion.kind, offers }).toEqual({ kind: "later", offers: 0 });
});

describe("a folder", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lockspan-outlet-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("has one file for a mail, however often it is written", async () => {
    const outlet = folderOutlet(join(folder, "out"));
    await outlet.deliver(parcel, async () => true);
    expect((await outlet.deliver(parcel, async () => true)).kind).toBe("written");
    expect(readdirSync(join(folder, "out"))).toEqual(["re@example.org.eml"]);
    expect(readFileSync(join(folder, "out/re@example.org.eml"), "utf8")).toBe(parcel.raw.toString());
  });

  test("that cannot be written is tried again", async () => {
    writeFileSync(join(folder, "out"), "a file, not a folder");
    const conclusion = await folderOutlet(join(folder, "out")).deliver(parcel, async () => true);
    expect(conclusion).toMatchObject({ kind: "later", until: new Date("2026-11-20T12:05:00Z") });
  });

  test("a stop file stops as soon as it is there", async () => {
    expect(await isStopped(join(folder, "stop"))).toBe(false);
    writeFileSync(join(folder, "stop"), "");
    expect(await isStopped(join(folder, "stop"))).toBe(true);
  });
});
