/** The page for those who watch the bot: health, status, and metrics as Prometheus reads them. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ServiceError } from "../base/index.ts";
import { serveHealth } from "./health.ts";
import type { StatusFacts } from "./status.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const FACTS: StatusFacts = {
  where: "the folder /var/lib/lockspan",
  mode: "moderate",
  isStopped: true,
  counts: {
    mails: { left: 300, waiting: 2, reviewed: 40 },
    kinds: { patch: 42, reply: 300 },
    outbox: { sent: 7, moderated: 1, uncertain: 1 },
    reviews: { findings: 8, silent: 30, "not-applied": 2 },
    findings: { open: 5, answered: 3 },
    sources: [{ name: 'a "list"\\x', position: "p", at: NOW }],
    optedOut: 1,
  },
  sections: new Map([["ARM SMMU", "send"]]),
  asking: [],
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** @returns what a page answers */
async function serve(lastRound: Date | null, facts = async () => FACTS) {
  const server = await serveHealth(0, {
    lastRound: () => lastRound,
    now: () => NOW,
    patienceSeconds: 60,
    facts,
  });
  servers.push(server);
  const address = server.address() as AddressInfo;
  return {
    address,
    get: async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${address.port}${path}`);
      return { status: response.status, text: await response.text() };
    },
  };
}

const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

test.each([
  ["no round has ended", null, 503, "no round has ended yet\n"],
  ["a round ended a moment ago", before(20), 200, "the last round ended 20 s ago\n"],
  ["the last round is long over", before(61), 503, "the last round ended 61 s ago\n"],
])("health when %s", async (_, lastRound, status, text) => {
  const { get } = await serve(lastRound);
  expect(await get("/health")).toEqual({ status, text });
});

test("it listens on loopback only, and says what pages there are", async () => {
  const { address, get } = await serve(null);
  expect(address.address).toBe("127.0.0.1");
  expect(await get("/")).toEqual({ status: 404, text: "/health, /status or /metrics\n" });
});

test("the status is the table of lockspan bot status", async () => {
  const { get } = await serve(NOW);
  expect((await get("/status?x")).text.split("\n")).toEqual([
    "state       the folder /var/lib/lockspan",
    "mode        moderate, stopped: nothing leaves while the stop file is there",
    'sources     a "list"\\x, read at 2026-11-20T12:00:00.000Z',
    "mails       300 left, 2 waiting, 40 reviewed",
    "reviews     8 findings, 30 silent, 2 not-applied",
    "findings    5 open, 3 answered",
    "outbox      7 sent, 1 moderated, 1 uncertain",
    "opted out   1",
    "sections    ARM SMMU: send, by mail",
    "",
  ]);
});

test("a database that is gone is said, and is no health", async () => {
  const gone = () => Promise.reject(new ServiceError("the database does not answer"));
  const { get } = await serve(NOW, gone);
  expect(await get("/status")).toEqual({ status: 503, text: "the database does not answer\n" });
});

test("a port that is taken is told in one line", async () => {
  const { address } = await serve(NOW);
  const again = serveHealth(address.port, {
    lastRound: () => NOW,
    now: () => NOW,
    patienceSeconds: 60,
    facts: async () => FACTS,
  });
  await expect(again).rejects.toThrow(/^healthPort \d+: cannot be listened on \([^\n]*EADDRINUSE[^\n]*\)$/);
});

describe("the metrics", () => {
  const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  const SAMPLE = new RegExp(
    `^(${NAME})(?:\\{[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"\\})? -?\\d+(?:\\.\\d+)?$`,
  );

  test("are Prometheus's text: each is described once, before its samples, which stand together", async () => {
    const { get } = await serve(NOW);
    const { text } = await get("/metrics");
    expect(text.endsWith("\n")).toBe(true);
    let current = "";
    const seen = new Set<string>();
    for (const line of text.trimEnd().split("\n")) {
      const [, help] = new RegExp(`^# HELP (${NAME}) \\S.*$`).exec(line) ?? [];
      if (help !== undefined) {
        expect(seen.has(help)).toBe(false);
        seen.add(help);
        current = help;
      } else if (line.startsWith("#")) expect(line).toBe(`# TYPE ${current} gauge`);
      else expect([line, SAMPLE.exec(line)?.[1]]).toEqual([line, current]);
    }
  });

  test.each([
    'lockspan_mails{state="waiting"} 2',
    'lockspan_outbox{state="uncertain"} 1',
    'lockspan_reviews{outcome="not-applied"} 2',
    "lockspan_stopped 1",
    `lockspan_source_read_timestamp_seconds{source="a \\"list\\"\\\\x"} ${NOW.getTime() / 1000}`,
  ])("have %s", async (line) => {
    const { get } = await serve(NOW);
    expect((await get("/metrics")).text.split("\n")).toContain(line);
  });
});
