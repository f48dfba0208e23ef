/** Who really sent a mail: the From address, where a DKIM signature of its domain holds. */
import { ServiceError } from "../../base/index.ts";

/** As Node's `dns.promises.resolve`: tests bring their own records. */
export type Resolver = (name: string, type: string) => Promise<string[][] | string[]>;

/**
 * @returns the lower-case address, or why it is not proved
 * @throws {ServiceError} when the key cannot be asked for at the moment
 */
export async function proveSender(
  raw: Uint8Array,
  resolver: Resolver | null,
): Promise<{ readonly address: string } | { readonly why: string }> {
  if (signaturesIn(raw) > MOST_SIGNATURES) return { why: "it has more DKIM signatures than any server adds" };
  const { dkimVerify } = await import("mailauth/lib/dkim/verify.js");
  const { results, headerFrom } = await dkimVerify(Buffer.from(raw), resolver === null ? {} : { resolver });
  const [address, ...others] = headerFrom;
  if (address === undefined || others.length > 0) return { why: "it does not have exactly one From address" };
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  const aligned = results.filter(({ signingDomain }) => isAligned(domain, signingDomain));
  // A signature of the body's first bytes only lets others write below it.
  if (aligned.some(({ status }) => status.result === "pass" && !status.underSized))
    return { address: address.toLowerCase() };
  if (aligned.some(({ status }) => status.result === "temperror")) {
    throw new ServiceError(`DKIM: the key of ${domain} cannot be asked for now`, {
      hint: "It is tried again.",
    });
  }
  const [first] = aligned;
  if (first !== undefined) {
    const { result, underSized } = first.status;
    const how = result === "pass" && underSized ? "it leaves out the end of the text" : result;
    return { why: `its DKIM signature of ${domain} does not hold (${how})` };
  }
  return { why: `it has no DKIM signature of ${domain}` };
}

/** Each is a question to a name server that its sender chose. */
const MOST_SIGNATURES = 12;

function signaturesIn(raw: Uint8Array): number {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1");
  const [head = ""] = text.split(/\r?\n\r?\n/, 1);
  return head.match(/^dkim-signature[ \t]*:/gim)?.length ?? 0;
}

/** A domain signs for itself and for what lies below it. */
function isAligned(from: string, signing: string | undefined): boolean {
  const domain = signing?.toLowerCase() ?? "";
  return domain.includes(".") && (from === domain || from.endsWith(`.${domain}`));
}
