import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { InputError, ServiceError } from "../../base/index.ts";
import { fetchPullRequestPatch, isPullRequestName } from "./pull-request.ts";

const PATCH = `From ${"ab".repeat(20)} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] one\n\n---\n`;

interface Seen {
  method: string | undefined;
  url: string | undefined;
  accept: string | undefined;
  authorization: string | undefined;
}

let server: Server | null = null;

/** A real server on the loopback; what it was asked is in `seen`. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const started = createServer((request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, accept: headers.accept, authorization: headers.authorization });
    answer(request, response);
  });
  server = started;
  await new Promise<void>((done) => started.listen(0, "127.0.0.1", done));
  return { baseUrl: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, seen };
}

afterEach(async () => {
  const running = server;
  server = null;
  running?.closeAllConnections();
  if (running !== null) await new Promise((done) => running.close(done));
});

function respond(status: number, type: string, body: string) {
  return (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };
}

describe("fetchPullRequestPatch", () => {
  test.each([
    "owner/repo.x#12",
    "https://github.com/owner/repo.x/pull/12",
    "https://github.com/owner/repo.x/pull/12/files",
  ])("asks for the patch of %s", async (name) => {
    const { baseUrl, seen } = await serve(respond(200, "application/vnd.github.patch; charset=utf-8", PATCH));
    expect(await fetchPullRequestPatch(name, { baseUrl: `${baseUrl}/`, token: "s3cret" })).toBe(PATCH);
    expect(seen).toEqual([
      {
        method: "GET",
        url: "/repos/owner/repo.x/pulls/12",
        accept: "application/vnd.github.v3.patch",
        authorization: "token s3cret",
      },
    ]);
  });

  test("sends no authorization without a token, and keeps a prefix of the address", async () => {
    const { baseUrl, seen } = await serve(respond(200, "text/plain", PATCH));
    await fetchPullRequestPatch("o/r#1", { baseUrl: `${baseUrl}/api/v3`, token: null });
    expect(seen).toMatchObject([{ url: "/api/v3/repos/o/r/pulls/1", authorization: undefined }]);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    [404, "application/json", '{"message":"Not Found"}',               "GitHub knows no such pull request"],
    [401, "application/json", '{"message":"Bad credentials"}',         "GitHub refuses the token"],
    [403, "application/json", '{"message":"API rate limit exceeded"}', "rate limit is reached"],
    [403, "application/json", '{"message":"Forbidden"}',               "GitHub forbids the access"],
    [406, "application/json", '{"message":"diff too large"}',          "too large"],
    [502, "text/html",        "<html>bad gateway</html>",              "answered with status 502"],
    [200, "text/html",        "<!DOCTYPE html><p>hello",               "answered with a web page instead of a patch"],
    [200, "application/json", '{"number":1}',                          "answered with something else instead of a patch"],
    [200, "text/plain",       "",                                      "answered with nothing instead of a patch"],
  ])("status %i of %s %s: %s", async (status, type, body, message) => {
    const { baseUrl, seen } = await serve(respond(status, type, body));
    const error = await fetchPullRequestPatch("o/r#1", { baseUrl, token: null }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).message).toContain(message);
    expect((error as ServiceError).message).not.toContain("\n");
    expect((error as ServiceError).hint).not.toBeNull();
    expect(seen).toHaveLength(1);
  });

  test("says that a dead server cannot be reached", async () => {
    const { baseUrl } = await serve(respond(200, "text/plain", ""));
    const port = new URL(baseUrl).port;
    await new Promise((done) => server?.close(done));
    server = null;
    const error = await fetchPullRequestPatch("o/r#1", { baseUrl, token: null }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).message).toContain(`http://127.0.0.1:${port} cannot be reached`);
  });

  test.each(["o/r", "o/r#x", "o/../r#1", "https://github.com/o/r/issues/1", "o/..#1"])(
    "refuses the name %s",
    async (name) => {
      await expect(
        fetchPullRequestPatch(name, { baseUrl: "http://127.0.0.1:1", token: null }),
      ).rejects.toThrow(InputError);
    },
  );
});

describe("isPullRequestName", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["o/r#1",                           true],
    ["https://github.com/o/r/pull/7",   true],
    ["patches/0001-x.patch",            false],
    ["https://github.com/o/r",          false],
  ] as const)("%s: %s", (text, expected) => {
    expect(isPullRequestName(text)).toBe(expected);
  });
});
