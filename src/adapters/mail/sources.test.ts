/** Each kind of source: starts at now or at a date, gives each mail once and byte for byte, and goes on where it was. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MailSource, SourceBatch } from "../../review/index.ts";
import { givenSource } from "./files.ts";
import { openSource } from "./sources.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const SINCE = new Date("2026-11-01T00:00:00Z");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-sources-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mail = (id: string, more = "") =>
  `Message-ID: <${id}>\nDate: Thu, 19 Nov 2026 10:00:00 +0000\n\nä ${more}\n`;

interface Reading {
  readonly mails: readonly string[];
  readonly batches: readonly SourceBatch[];
  readonly position: string | null;
  readonly items: readonly string[];
}

/** All that a source has now; what is remembered is what a store would remember. */
async function readAll(
  source: MailSource,
  before: Reading | null,
  since: Date | null = null,
  until: Date | null = null,
): Promise<Reading> {
  const seen = new Set(before?.items ?? []);
  const batches: SourceBatch[] = [];
  const unseen = async (_: string, items: readonly string[]) => items.filter((item) => !seen.has(item));
  for await (const batch of source.read(before?.position ?? null, { since, until, now: NOW, unseen }))
    batches.push(batch);
  return {
    mails: batches.flatMap(({ mails }) => mails.map(({ bytes }) => Buffer.from(bytes).toString())),
    batches,
    position: batches.at(-1)?.position ?? before?.position ?? null,
    items: [...seen, ...batches.flatMap(({ items }) => items ?? [])],
  };
}

describe("an mbox", () => {
  const from = "From x Thu Nov 19 10:00:00 2026\n";
  const source = () =>
    openSource({ kind: "mbox", name: "m", place: join(folder, "mbox"), isList: true }, folder);
  const append = (text: string) => appendFileSync(join(folder, "mbox"), `${from}${text}\n`);

  test("starts at now, and goes on with what is appended", async () => {
    append(mail("old@x"));
    const first = await readAll(source(), null);
    expect(first.mails).toEqual([]);
    append(mail("a@x"));
    append(mail("b@x"));
    const second = await readAll(source(), first);
    expect(second.mails.map((text) => text.slice(0, 18))).toEqual([
      "Message-ID: <a@x>\n",
      "Message-ID: <b@x>\n",
    ]);
    expect((await readAll(source(), second)).mails).toEqual([]);
  });

  test.each([
    ["2026-11-01", 1],
    ["2026-11-20", 0],
  ])("since %s: %i", async (since, count) => {
    append(mail("old@x"));
    const reading = await readAll(source(), null, new Date(since));
    expect(reading.mails.length).toBe(count);
    expect(
      reading.batches.flatMap(({ mails }) => mails.map(({ receivedAt }) => receivedAt.toISOString())),
    ).toEqual(Array.from({ length: count }, () => "2026-11-19T10:00:00.000Z"));
  });

  test("interrupted in its first reading goes on with the date that it was asked for", async () => {
    append(mail("old@x").replace("19 Nov", "19 Oct"));
    for (let number = 0; number < 201; number += 1) append(mail(`${number}@x`));
    const reading = await readAll(source(), null, SINCE);
    expect(reading.mails.length).toBe(201);
    const [first] = reading.batches;
    const half = { ...reading, position: first?.position ?? null };
    append(mail("older@x").replace("19 Nov", "18 Oct"));
    expect((await readAll(source(), half)).mails).toEqual(reading.mails.slice(first?.mails.length));
    expect((await readAll(source(), reading)).mails.length).toBe(1);
  });

  test("of more than can be held is read piece by piece, and of a huge mail the start", async () => {
    append(mail("a@x"));
    append(mail("huge@x", "text\n".repeat(6 << 20)));
    append(mail("b@x"));
    const before = process.memoryUsage().rss;
    const { mails, batches } = await readAll(source(), null, SINCE);
    expect(mails.map((text) => /<(.*)>/.exec(text)?.[1])).toEqual(["a@x", "huge@x", "b@x"]);
    expect(mails.map(({ length }) => length > 15 << 20)).toEqual([false, true, false]);
    expect(batches.length).toBe(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
  });

  test.each([
    ["2026-11-19T10:00:01Z", 1],
    ["2026-11-19T10:00:00Z", 0],
  ])("until %s: %i", async (until, count) => {
    append(mail("a@x"));
    expect((await readAll(source(), null, SINCE, new Date(until))).mails.length).toBe(count);
  });

  test("that is cut is read from its start", async () => {
    append(mail("old@x", "a longer text"));
    const first = await readAll(source(), null);
    writeFileSync(join(folder, "mbox"), `${from}${mail("n@x")}`);
    expect((await readAll(source(), first)).mails.length).toBe(1);
  });

  test("that is not there is the world's failure", async () => {
    await expect(readAll(source(), null)).rejects.toThrow(/mbox: the mails cannot be read \(ENOENT\)/);
  });
});

describe("a maildir", () => {
  const source = () => openSource({ kind: "maildir", name: "m", place: folder, isList: false }, folder);
  const put = (name: string, id: string, at = NOW) => {
    writeFileSync(join(folder, "new", name), mail(id));
    utimesSync(join(folder, "new", name), at, at);
  };
  beforeEach(() => {
    for (const part of ["new", "cur", "tmp"]) mkdirSync(join(folder, part));
  });

  test("starts at now, and knows a mail that another reader moved", async () => {
    put("1.host", "old@x");
    const first = await readAll(source(), null);
    expect(first.mails).toEqual([]);
    put("2.host", "a@x");
    const second = await readAll(source(), first);
    expect(second.mails).toEqual([mail("a@x")]);
    renameSync(join(folder, "new", "2.host"), join(folder, "cur", "2.host:2,S"));
    unlinkSync(join(folder, "new", "1.host"));
    expect((await readAll(source(), second)).mails).toEqual([]);
  });

  test("with a date takes what came since then", async () => {
    put("1.host", "old@x", new Date("2026-10-01T00:00:00Z"));
    put("2.host", "a@x", new Date("2026-11-02T00:00:00Z"));
    put("3.host", "late@x", new Date("2026-11-10T00:00:00Z"));
    const until = new Date("2026-11-09T00:00:00Z");
    expect((await readAll(source(), null, SINCE, until)).mails).toEqual([mail("a@x")]);
  });
});

describe("huge mails", () => {
  const MOST = 16 << 20;
  const huge = (id: string) => mail(id, "text\n".repeat(4 << 20));

  test("in a maildir come one by one, and the start of each", async () => {
    for (const part of ["new", "cur", "tmp"]) mkdirSync(join(folder, part));
    for (const id of ["a", "b", "c"])
      writeFileSync(join(folder, "new", id), id === "b" ? mail(id) : huge(id));
    const source = openSource({ kind: "maildir", name: "m", place: folder, isList: false }, folder);
    const { batches } = await readAll(source, null, SINCE);
    expect(batches.map(({ mails, left }) => [mails.map(({ bytes }) => bytes.length), left])).toEqual([
      [[MOST], 2],
      [[mail("b").length + 1, MOST], 0],
    ]);
  });
});

describe("mails that are named", () => {
  test("are all read, whatever their date; one from the future came now", async () => {
    const text = mail("a@x").replace("2026 10", "2036 10");
    const { mails, batches } = await readAll(givenSource("given", Buffer.from(text)), null);
    expect(mails).toEqual([text]);
    expect(batches[0]?.mails[0]?.receivedAt).toEqual(NOW);
  });
});

describe("a public-inbox archive", () => {
  const archive = () => join(folder, "archive");
  const source = (place = archive()) => openSource({ kind: "public-inbox", name: "list", place }, folder);
  const epochFolder = (epoch: number) => join(archive(), "git", `${epoch}.git`);

  function git(epoch: number, args: readonly string[], input = "", at = "2026-11-19T10:00:00Z"): string {
    const env = { PATH: process.env["PATH"] ?? "", GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    const who = ["-c", "user.name=x", "-c", "user.email=x@x"];
    return execFileSync("git", ["-C", epochFolder(epoch), ...who, ...args], {
      input,
      env,
      encoding: "utf8",
    }).trim();
  }

  function newEpoch(epoch: number): void {
    mkdirSync(epochFolder(epoch), { recursive: true });
    git(epoch, ["init", "-q", "--bare", "-b", "master"]);
  }

  /** As public-inbox does: one commit, one blob `m`; `d` for a removal. */
  function deliver(
    epoch: number,
    text: string,
    options: { at?: string; name?: string; parent?: string | null } = {},
  ): string {
    const blob = git(epoch, ["hash-object", "-w", "--stdin"], text);
    const tree = git(epoch, ["mktree"], `100644 blob ${blob}\t${options.name ?? "m"}\n`);
    let parent = options.parent;
    if (parent === undefined) {
      try {
        parent = git(epoch, ["rev-parse", "--verify", "-q", "refs/heads/master"]);
      } catch {
        parent = null;
      }
    }
    const commit = git(
      epoch,
      ["commit-tree", tree, ...(parent === null ? [] : ["-p", parent])],
      "x",
      options.at,
    );
    git(epoch, ["update-ref", "refs/heads/master", commit]);
    return commit;
  }

  test("starts at now, and gives the bytes of each new commit, epoch after epoch", async () => {
    newEpoch(0);
    expect((await readAll(source(), null, SINCE)).mails).toEqual([]);
    deliver(0, mail("old@x"));
    const first = await readAll(source(), null);
    expect(first.mails).toEqual([]);
    const odd = "Message-ID: <b@x>\n\nno newline at the end, and a NUL: \0";
    deliver(0, mail("a@x"), { at: "2026-11-20T11:00:00Z" });
    deliver(0, odd, { at: "2026-11-20T11:00:00Z" });
    deliver(0, mail("a@x"), { name: "d", at: "2026-11-20T11:00:00Z" });
    newEpoch(1);
    deliver(1, mail("c@x"), { at: "2026-11-20T12:30:00Z" });
    const second = await readAll(source(), first);
    expect(second.mails).toEqual([mail("a@x"), odd, mail("c@x")]);
    expect(second.batches.map(({ left }) => left)).toEqual([1, 0]);
    expect(second.batches[1]?.mails[0]?.receivedAt).toEqual(NOW);
    expect((await readAll(source(), second)).mails).toEqual([]);
  });

  test("with a date takes what came since then", async () => {
    newEpoch(0);
    deliver(0, mail("old@x"), { at: "2026-10-01T00:00:00Z" });
    deliver(0, mail("a@x"), { at: "2026-11-02T00:00:00Z" });
    expect((await readAll(source(), null, SINCE)).mails).toEqual([mail("a@x")]);
  });

  test("that was rewritten says so, and goes on from where the lines parted", async () => {
    newEpoch(0);
    const kept = deliver(0, mail("old@x"));
    const first = await readAll(source(), null, SINCE);
    deliver(0, mail("a@x"));
    const second = await readAll(source(), first);
    deliver(0, mail("b@x"), { parent: kept });
    deliver(0, mail("c@x"));
    const third = await readAll(source(), second);
    expect(third.batches[0]?.notice).toMatch(
      /^epoch 0 was rewritten: [0-9a-f]{10} is no longer in it; it is read again from [0-9a-f]{10}$/,
    );
    expect(third.mails).toEqual([mail("b@x"), mail("c@x")]);
    deliver(0, mail("d@x"), { parent: null });
    const fourth = await readAll(source(), third);
    expect(fourth.batches[0]?.notice).toMatch(/read again from its start$/);
    expect(fourth.mails).toEqual([mail("d@x")]);
  });

  test("gives a huge mail by itself, and its start", async () => {
    newEpoch(0);
    for (const id of ["a", "b", "c", "d"])
      deliver(0, id === "c" ? mail(id, "text\n".repeat(4 << 20)) : mail(id), { at: "2026-11-20T11:00:00Z" });
    const { batches } = await readAll(source(), null, SINCE);
    expect(batches.map(({ mails, left }) => [mails.map(({ bytes }) => bytes.length), left])).toEqual([
      [[mail("a"), mail("b")].map((text) => Buffer.byteLength(text)), 2],
      [[16 << 20], 1],
      [[Buffer.byteLength(mail("d"))], 0],
    ]);
    const before = { position: batches[1]?.position ?? null, mails: [], batches: [], items: [] };
    expect((await readAll(source(), before)).mails).toEqual([mail("d")]);
  });

  test("comes in batches that can be kept one by one", async () => {
    newEpoch(0);
    const lines = Array.from({ length: 450 }, (_, at) => {
      const text = mail(`m${at}@x`);
      const mark = `mark :${at + 1}`;
      const data = (each: string) => `data ${Buffer.byteLength(each)}\n${each}\n`;
      return `commit refs/heads/master\n${mark}\ncommitter x <x@x> ${1_795_000_000 + at} +0000\n${data("x")}${at > 0 ? `from :${at}\n` : ""}M 100644 inline m\n${data(text)}`;
    });
    git(0, ["fast-import", "--quiet"], lines.join("\n"));
    const all = await readAll(source(), null, new Date("2026-01-01T00:00:00Z"));
    expect(all.batches.map(({ mails, left }) => [mails.length, left])).toEqual([
      [200, 250],
      [200, 50],
      [50, 0],
    ]);
    const rest = await readAll(source(), { ...all, position: all.batches[0]?.position ?? null });
    expect(rest.mails).toEqual(all.mails.slice(200));
  });

  test("behind an address is mirrored, and a remote that is gone is the world's failure", async () => {
    newEpoch(0);
    deliver(0, mail("a@x"));
    // An address names epochs as public-inbox serves them: ADDRESS/0, ADDRESS/1.
    mkdirSync(join(folder, "served"));
    renameSync(epochFolder(0), join(folder, "served", "0"));
    const address = `file://${join(folder, "served")}`;
    const first = await readAll(source(address), null, SINCE);
    expect(first.mails).toEqual([mail("a@x")]);
    renameSync(join(folder, "served"), join(folder, "gone"));
    await expect(readAll(source(address), first)).rejects.toThrow(/the archive cannot be fetched/);
    renameSync(join(folder, "gone"), join(folder, "served"));
    expect((await readAll(source(address), first)).mails).toEqual([]);
  });

  test("behind an address may be mirrored by several at once", async () => {
    newEpoch(0);
    deliver(0, mail("a@x"));
    mkdirSync(join(folder, "served"));
    renameSync(epochFolder(0), join(folder, "served", "0"));
    const address = `file://${join(folder, "served")}`;
    const [first, second] = await Promise.all([1, 2].map(() => readAll(source(address), null, SINCE)));
    expect([first?.mails, second?.mails]).toEqual([[mail("a@x")], [mail("a@x")]]);
    const mirror = join(folder, "mirrors/list/git");
    expect(readdirSync(mirror)).toEqual(["0.git"]);
    // A lock that is let go, as by a process that is done.
    const lock = join(mirror, "0.git/refs/heads/master.lock");
    renameSync(join(folder, "served", "0"), epochFolder(0));
    deliver(0, mail("b@x"));
    renameSync(epochFolder(0), join(folder, "served", "0"));
    writeFileSync(lock, "");
    setTimeout(() => unlinkSync(lock), 700);
    expect((await readAll(source(address), first ?? null)).mails).toEqual([mail("b@x")]);
  });

  test("that is no archive is said so", async () => {
    await expect(readAll(source(folder), null)).rejects.toThrow(/is no public-inbox archive/);
  });
});
