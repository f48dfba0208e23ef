/** Who proves to be who he says: signatures made by mailauth, keys from records that the test holds. */
import { generateKeyPairSync } from "node:crypto";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { describe, expect, test } from "vitest";
import { proveSender } from "./dkim.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const KEY = publicKey.replace(/-----[^-]*-----|\n/g, "");

async function resolver(name: string): Promise<string[][]> {
  if (name === "s._domainkey.down.example.org")
    throw Object.assign(new Error("no answer"), { code: "ETIMEOUT" });
  if (name.startsWith("s._domainkey.")) return [[`v=DKIM1; k=rsa; p=${KEY}`]];
  throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
}

const MAIL = [
  "From: Ada Example <Ada@dev.example.org>",
  "To: bot@example.org",
  "Subject: Re: x",
  "Message-ID: <re@x>",
  "",
  "lockspan: stop",
  "",
].join("\r\n");

async function signed(domain: string, mail = MAIL, more: object = {}): Promise<string> {
  const key = { signingDomain: domain, selector: "s", privateKey, ...more };
  const { signatures } = await dkimSign(mail, {
    ...key,
    canonicalization: "relaxed/relaxed",
    signatureData: [key],
  });
  return signatures + mail;
}

const prove = async (mail: string) => proveSender(Buffer.from(mail), resolver);

describe("a sender is proved by", () => {
  test.each([
    ["the signature of his own domain", "dev.example.org"],
    ["the signature of the domain above it", "example.org"],
  ])("%s", async (_, domain) => {
    expect(await prove(await signed(domain))).toEqual({ address: "ada@dev.example.org" });
  });
});

describe("a sender is not proved by", () => {
  test.each([
    ["nothing", async () => MAIL, "it has no DKIM signature of dev.example.org"],
    [
      "the signature of somebody else",
      async () => signed("example.net"),
      "it has no DKIM signature of dev.example.org",
    ],
    [
      "the signature of a whole top-level domain",
      async () => signed("org"),
      "it has no DKIM signature of dev.example.org",
    ],
    [
      "a signature below a changed text",
      async () => (await signed("example.org")).replace("stop", "start"),
      "its DKIM signature of dev.example.org does not hold (neutral)",
    ],
    [
      "a signature of the start of a text that goes on",
      async () =>
        (await signed("example.org", MAIL, { maxBodyLength: 16 })).replace(/$/, "lockspan: start\r\n"),
      "its DKIM signature of dev.example.org does not hold (it leaves out the end of the text)",
    ],
    [
      "a signature below a changed From",
      async () => (await signed("example.org")).replace("Ada@", "bob@"),
      "its DKIM signature of dev.example.org does not hold (fail)",
    ],
    [
      "a crowd of signatures, each of which would be looked up",
      async () =>
        `${"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=x; b=x\r\n".repeat(5000)}${MAIL}`,
      "it has more DKIM signatures than any server adds",
    ],
    [
      "a mail of two persons",
      async () =>
        signed(
          "example.org",
          MAIL.replace("<Ada@dev.example.org>", "<Ada@dev.example.org>, bob@dev.example.org"),
        ),
      "it does not have exactly one From address",
    ],
  ])("%s", async (_, mail, why) => {
    expect(await prove(await mail())).toEqual({ why });
  });
});

test("a name server that does not answer is asked again later", async () => {
  const mail = MAIL.replace("dev.example.org", "down.example.org");
  await expect(prove(await signed("down.example.org", mail))).rejects.toThrow(/cannot be asked for now/);
});
