/** A DKIM signature as a sender's server puts it above a mail (RFC 6376, relaxed/simple, rsa-sha256). */
import { createHash, createSign } from "node:crypto";

const SIGNED = ["from", "to", "subject", "message-id"];

/** @param mail with CRLF, one line a field, its text ending in one CRLF @returns the field with its CRLF */
export function dkimSignature(mail: string, domain: string, privateKey: string): string {
  const end = mail.indexOf("\r\n\r\n");
  const fields = new Map(
    mail
      .slice(0, end)
      .split("\r\n")
      .map(
        (line) =>
          [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1)] as const,
      ),
  );
  const relaxed = (name: string, value: string) => `${name}:${value.replace(/\s+/g, " ").trim()}`;
  const bodyHash = createHash("sha256")
    .update(mail.slice(end + 4))
    .digest("base64");
  const value = `v=1; a=rsa-sha256; c=relaxed/simple; d=${domain}; s=s; h=${SIGNED.join(":")}; bh=${bodyHash}; b=`;
  const signed = SIGNED.map((name) => `${relaxed(name, fields.get(name) ?? "")}\r\n`).join("");
  const text = `${signed}${relaxed("dkim-signature", value)}`;
  return `DKIM-Signature: ${value}${createSign("rsa-sha256").update(text).sign(privateKey, "base64")}\r\n`;
}
