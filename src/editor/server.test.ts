/** The language server as an editor meets it: the built program, over its standard input and output. */
import { appendFileSync, cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Hover, InlayHint, Range } from "vscode-languageserver-protocol/node";
import { type BuiltProgram, buildProgram } from "../testing/built-program.ts";
import { EditorClient } from "../testing/editor/client.ts";
import { PROJECT_ROOT } from "../testing/project-root.ts";

const TREE = path.join(PROJECT_ROOT, "fixtures/demo/tree");
const DRIVER = path.join(TREE, "xen/drivers/passthrough/arm/smmu.c");
const URI = pathToFileURL(DRIVER).href;
const TEXT = readFileSync(DRIVER, "utf8");
const LOOKUP = "    master = find_smmu_master(smmu, dev);\n    if ( !master )\n        return -ENODEV;\n";

let program: BuiltProgram;
const clients: EditorClient[] = [];

beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());
afterEach(() => {
  for (const client of clients.splice(0)) client.process.kill();
});

function start(...args: string[]): EditorClient {
  const client = new EditorClient(program.script, args);
  clients.push(client);
  return client;
}

async function startOn(text: string, uri = URI): Promise<EditorClient> {
  const client = start("--stdio", "--tree", TREE);
  await client.initialize();
  await client.open(uri, text);
  return client;
}

/** The place of the `nth` (from 0) `words` in a text. */
function placeOf(text: string, words: string, nth = 0): Range["start"] {
  let at = -1;
  for (let count = 0; count <= nth; count++) at = text.indexOf(words, at + 1);
  const before = text.slice(0, at).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function insertion(at: Range["start"], text: string) {
  return { range: { start: at, end: at }, text };
}

function hover(client: EditorClient, position: Range["start"], uri = URI): Promise<Hover | null> {
  return client.request("textDocument/hover", { textDocument: { uri }, position });
}

const EVERYWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };

function hints(client: EditorClient, range = EVERYWHERE, uri = URI): Promise<InlayHint[]> {
  return client.request("textDocument/inlayHint", { textDocument: { uri }, range });
}

const checksOf = (diagnostics: readonly { code?: string | number }[]) => diagnostics.map(({ code }) => code);

describe("findings", () => {
  test("have the steps that lead to them, and the other side of the race, as places", async () => {
    const client = await startOn(TEXT);
    const diagnostics = await client.diagnosticsOf(URI);
    const found = diagnostics.find(({ code }) => code === "caller-must-hold");
    expect(found?.range.start).toEqual(placeOf(TEXT, "find_smmu_master(smmu, dev)", 2));
    expect(found?.severity).toBe(1);
    const related = found?.relatedInformation?.map(({ message }) => message) ?? [];
    expect(related).toContain("calls find_smmu_master()");
    expect(related.some((message) => message.startsWith("at the same time, in arm_smmu_"))).toBe(true);
    expect(await client.end()).toBe(0);
  });

  test("come and go with edits of an unsaved buffer, which the disk knows nothing of", async () => {
    const client = await startOn(TEXT);
    const before = checksOf(await client.diagnosticsOf(URI));
    expect(before).not.toContain("early-unlock");
    const at = placeOf(TEXT, LOOKUP);
    const version = await client.edit(URI, [
      // Each change speaks of the text that the one before it left.
      insertion({ line: at.line + 1, character: 0 }, "    spin_unlock(&arm_smmu_devices_lock);\n"),
      insertion({ line: at.line, character: 0 }, "    spin_lock(&arm_smmu_devices_lock);\n"),
    ]);
    const early = (await client.diagnosticsOf(URI, version)).find(({ code }) => code === "early-unlock");
    expect(early?.range.start.line).toBe(at.line + 2);
    const steps = early?.relatedInformation?.map(
      ({ location, message }) => `${location.range.start.line - at.line}: ${message}`,
    );
    expect(steps).toContain("0: arm_smmu_devices_lock acquired");
    expect(steps).toContain("2: arm_smmu_devices_lock released");
    const lines = { start: { line: at.line, character: 0 }, end: { line: at.line + 1, character: 0 } };
    const back = await client.edit(URI, [
      {
        range: { start: { ...lines.start, line: at.line + 2 }, end: { ...lines.end, line: at.line + 3 } },
        text: "",
      },
      { range: lines, text: "" },
    ]);
    expect(checksOf(await client.diagnosticsOf(URI, back))).toEqual(before);
  });

  test("go when the document is closed", async () => {
    const client = await startOn(TEXT);
    expect(await client.diagnosticsOf(URI)).not.toEqual([]);
    client.published.length = 0;
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: URI } });
    expect(await client.diagnosticsOf(URI, 0)).toEqual([]);
  });

  test("carry their steps in the message where the editor shows no places", async () => {
    const client = start("--tree", TREE);
    await client.initialize({ capabilities: {} });
    await client.open(URI, TEXT);
    const [first] = await client.diagnosticsOf(URI);
    expect(first?.relatedInformation).toBeUndefined();
    expect(first?.message).toContain("\nxen/drivers/passthrough/arm/smmu.c:81: smmu->masters.rb_node read");
  });

  test("stand beside what could not be read", async () => {
    const text = "int broken(void)\n{\n    int a = = 1;\n    return a;\n}\n";
    const client = await startOn(text, "untitled:scratch.c");
    const [gap] = await client.diagnosticsOf("untitled:scratch.c");
    expect([gap?.code, gap?.severity, gap?.range.start.line]).toEqual(["gap", 4, 2]);
    const told = await hover(client, { line: 2, character: 6 }, "untitled:scratch.c");
    expect(JSON.stringify(told?.contents)).toContain("Not analysed");
  });
});

describe("locks beside the code", () => {
  const SOME = [
    "struct box { spinlock_t lock; int n; };",
    "static DEFINE_SPINLOCK(all_lock);",
    "int sum(struct box *box, bool all)",
    "{",
    "    int n;",
    "    if ( all )",
    "        spin_lock(&all_lock);",
    "    spin_lock(&box->lock);",
    "    n = box->n;",
    "    spin_unlock(&box->lock);",
    "    if ( all )",
    "        spin_unlock(&all_lock);",
    "    return n;",
    "}",
    "void enter(struct box *box)",
    "{",
    "    spin_lock(&box->lock);",
    "}",
    "",
  ].join("\n");
  const BOX = "untitled:box.c";

  test("a hover says which are held on every path and which on some", async () => {
    const client = await startOn(SOME, BOX);
    const told = await hover(client, placeOf(SOME, "box->n"), BOX);
    expect(told?.contents).toEqual({
      kind: "markdown",
      value: [
        "**Locks held here**, in `sum()`",
        "- `all_lock`: on some paths only, taken in line 7",
        "- `box.lock`: on every path, taken in line 8",
      ].join("\n"),
    });
    const taking = await hover(client, placeOf(SOME, "spin_lock(&box->lock)", 1), BOX);
    expect(taking?.contents).toEqual({
      kind: "markdown",
      value: "**No lock is held here**, in `enter()`\n- `box.lock` is taken here",
    });
    expect(await hover(client, { line: 0, character: 3 }, BOX)).toBeNull();
  });

  test("hints stand where spans end, and where a function is left with a lock", async () => {
    const client = await startOn(SOME, BOX);
    const told = await hints(client, EVERYWHERE, BOX);
    expect(told.map(({ position, label }) => [position.line + 1, position.character, label])).toEqual([
      [10, 28, "box.lock held since line 8"],
      [12, 31, "all_lock held since line 7"],
      [18, 1, "left with box.lock, held since line 17"],
    ]);
    const range = { start: { line: 10, character: 0 }, end: { line: 12, character: 0 } };
    expect(await hints(client, range, BOX)).toHaveLength(1);
  });

  test("an answer is about the text as edited, though it was not audited yet", async () => {
    const client = await startOn(SOME, BOX);
    await client.edit(BOX, [insertion({ line: 0, character: 0 }, "\n\n")]);
    const told = await hints(client, EVERYWHERE, BOX);
    expect(told[0]).toMatchObject({ position: { line: 11 }, label: "box.lock held since line 10" });
  });

  test("a buffer with line ends of other systems is counted as its editor counts", async () => {
    const client = await startOn(SOME.replaceAll("\n", "\r\n"), BOX);
    expect((await hints(client, EVERYWHERE, BOX))[0]?.position).toEqual({ line: 9, character: 28 });
  });
});

describe("settings", () => {
  const OBJECT = path.join(PROJECT_ROOT, "fixtures/checks/guarded-access/unlinked-without-lock.c");
  const OWN = pathToFileURL(OBJECT).href;

  async function startWith(initializationOptions: unknown): Promise<EditorClient> {
    const client = start();
    const workspaceFolders = [{ uri: pathToFileURL(PROJECT_ROOT).href, name: "lockspan" }];
    await client.initialize({ initializationOptions, workspaceFolders });
    await client.open(OWN, readFileSync(OBJECT, "utf8"));
    return client;
  }

  test("rule packs and a profile come with the start, and may change later", async () => {
    const without = await startWith({});
    expect(checksOf(await without.diagnosticsOf(OWN))).toEqual([]);
    const client = await startWith({ rules: ["fixtures/checks/pack"], profile: "approach-b" });
    expect(checksOf(await client.diagnosticsOf(OWN))).toContain("guarded-access");
    client.published.length = 0;
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { lockspan: { rules: [], hints: false } },
    });
    expect(checksOf(await client.diagnosticsOf(OWN))).toEqual([]);
    expect(await hints(client, EVERYWHERE, OWN)).toEqual([]);
    expect(client.messages).toEqual([]);
  });

  test("what is wrong with them is said once, and the rest holds", async () => {
    const client = await startWith({ profile: "approach-c", rules: "nowhere", hint: true });
    await client.diagnosticsOf(OWN);
    expect(client.messages).toEqual([
      'lockspan: there is no setting "hint"; did you mean "hints"?',
      "lockspan: profile must be one of list, approach-a, approach-b",
      expect.stringMatching(/^lockspan: .*nowhere: the rule packs cannot be read \(ENOENT\)/),
    ]);
  });

  test("a pack is read again when it changes, and what is wrong with it is said", async () => {
    const folder = path.join(program.home, "packs");
    cpSync(path.join(PROJECT_ROOT, "fixtures/checks/pack"), folder, { recursive: true });
    const client = await startWith({ rules: folder });
    expect(checksOf(await client.diagnosticsOf(OWN))).toContain("guarded-access");
    client.published.length = 0;
    const pack = path.join(folder, "driver.yaml");
    appendFileSync(pack, "strange: 1\n");
    const changes = [{ uri: pathToFileURL(pack).href, type: 2 }];
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
    expect(checksOf(await client.diagnosticsOf(OWN))).toEqual([]);
    expect(client.messages).toEqual([expect.stringMatching(/driver\.yaml.*strange/)]);
  });
});

describe("what no well-behaved editor sends", () => {
  test("documents that are no C are left alone", async () => {
    const client = start();
    await client.initialize();
    const notes = "untitled:notes.txt";
    await client.open(notes, "spin_lock(&x);", "plaintext");
    expect(await hover(client, { line: 0, character: 3 }, notes)).toBeNull();
    expect(await hints(client, EVERYWHERE, notes)).toBeNull();
    expect(await hover(client, { line: 0, character: 0 }, "untitled:unknown.c")).toBeNull();
    expect(client.published).toEqual([]);
  });

  test("a request that is cancelled is answered as cancelled, and the next one is answered", async () => {
    const client = await startOn(TEXT);
    await client.diagnosticsOf(URI);
    await client.edit(URI, [insertion({ line: 0, character: 0 }, "\n")]);
    const id = 4711;
    const body = (message: object) => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...message });
      return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    };
    const answered = new Promise<string>((done) => {
      let seen = "";
      client.process.stdout.on("data", (data) => {
        seen += String(data);
        const found = /\{"jsonrpc":"2.0","id":4711.*?\}\}/.exec(seen);
        if (found !== null) done(found[0]);
      });
    });
    const params = { textDocument: { uri: URI }, position: { line: 240, character: 8 } };
    client.process.stdin.write(
      body({ id, method: "textDocument/hover", params }) +
        body({ method: "$/cancelRequest", params: { id } }),
    );
    expect(JSON.parse(await answered)).toMatchObject({ id, error: { code: -32800 } });
    expect(await hover(client, placeOf(`\n${TEXT}`, "rb_erase"))).not.toBeNull();
  });

  test("a request before the start", async () => {
    const client = start();
    await expect(hover(client, { line: 0, character: 0 })).rejects.toMatchObject({ code: -32002 });
  });

  test.each<[string, string, object]>([
    ["a method that does not exist", "textDocument/locks", {}],
    ["a hover without a place", "textDocument/hover", { textDocument: { uri: URI } }],
    ["a hover without a document", "textDocument/hover", {}],
    ["hints without a range", "textDocument/inlayHint", { textDocument: { uri: URI } }],
  ])("%s is an error, and the server goes on", async (_name, method, params) => {
    const client = await startOn(TEXT);
    await expect(client.request(method, params)).rejects.toThrow();
    expect(await hover(client, placeOf(TEXT, "rb_erase"))).not.toBeNull();
    expect(await client.end()).toBe(0);
  });

  test.each([
    ["a message that is no JSON", "Content-Length: 9\r\n\r\n{not json"],
    ["a message that is no request", "Content-Length: 4\r\n\r\nnull"],
  ])("%s is passed over", async (_name, bytes) => {
    const client = await startOn(TEXT);
    await client.diagnosticsOf(URI);
    client.process.stdin.write(bytes);
    expect(await hover(client, placeOf(TEXT, "rb_erase"))).not.toBeNull();
    expect(await client.end()).toBe(0);
  });

  test("a change of a document that is not open, or with a range outside of it", async () => {
    const client = await startOn(TEXT);
    await client.edit("untitled:never.c", [{ text: "int x;" }]);
    const far = { line: 1_000_000, character: 0 };
    const version = await client.edit(URI, [insertion(far, "\nint x;\n")]);
    expect(await client.diagnosticsOf(URI, version)).not.toEqual([]);
  });

  test("an end without a shutdown exits with 1, as does a closed input", async () => {
    const left = await startOn(TEXT);
    expect(await left.leave()).toBe(1);
    const cut = await startOn(TEXT);
    const ended = new Promise((done) => cut.process.once("exit", done));
    cut.process.stdin.end();
    expect(await ended).toBe(1);
  });
});
