/**
 * Replies to a mail server.
 *
 * nodemailer's connection is used directly: it asks for the text when the server has said that it
 * will take it, while nodemailer's transport reads the text before it connects. Whatever fails
 * before that moment may be tried again without a second mail.
 */
import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Conclusion, Outlet, Parcel } from "../../review/index.ts";
import { after, lostClaim } from "./put-off.ts";

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the start; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** A server on the same machine may have no certificate that anybody signed. */
  readonly allowSelfSigned: boolean;
}

const CONNECT_MS = 30_000;
const SILENCE_MS = 120_000;

export function smtpOutlet(options: SmtpOptions): Outlet {
  return {
    deliver: async (parcel, offer) => {
      const offered = offeredText(parcel.raw, offer);
      const connection = await newConnection(options);
      try {
        await connected(connection, options);
        return { kind: "sent", note: await sent(connection, parcel, offered.stream) };
      } catch (error) {
        return failureOf(error, parcel, offered.state());
      } finally {
        offered.stream.destroy();
        connection.quit();
      }
    },
  };
}

async function newConnection({ host, port, secure, allowSelfSigned }: SmtpOptions): Promise<SMTPConnection> {
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  return new Connection({
    host,
    port,
    secure,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    tls: { rejectUnauthorized: !allowSelfSigned },
  });
}

async function connected(connection: SMTPConnection, { user, password }: SmtpOptions): Promise<void> {
  await new Promise<void>((done, fail) => {
    connection.on("error", fail);
    connection.connect((error) => (error ? fail(error) : done()));
  });
  if (user === null) return;
  await new Promise<void>((done, fail) => {
    const credentials = { user, pass: password ?? "" };
    connection.login({ credentials }, (error) => (error ? fail(error) : done()));
  });
}

/** @returns what the server said; recipients that it did not take are named */
async function sent(
  connection: SMTPConnection,
  { from, recipients }: Parcel,
  text: Readable,
): Promise<string> {
  return new Promise((done, fail) => {
    connection.on("error", fail);
    connection.send({ from, to: [...recipients] }, text, (error, info) => {
      if (error) return fail(error);
      const refused = info.rejected.length === 0 ? "" : `; not taken for ${info.rejected.join(", ")}`;
      done(`${info.response}${refused}`);
    });
  });
}

type OfferState = "not yet" | "lost" | "offered";

/** A stream that asks before it gives its first byte. */
function offeredText(
  raw: Uint8Array,
  offer: () => Promise<boolean>,
): { readonly stream: Readable; readonly state: () => OfferState } {
  let state: OfferState = "not yet";
  async function* text(): AsyncGenerator<Uint8Array> {
    if (!(await offer())) {
      state = "lost";
      throw new Error("the claim was lost");
    }
    state = "offered";
    yield raw;
  }
  return { stream: Readable.from(text(), { objectMode: false }), state: () => state };
}

function failureOf(error: unknown, { now, attempts }: Parcel, state: OfferState): Conclusion {
  if (state === "lost") return lostClaim(now);
  const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  const status = responseCode(error);
  if (status !== null && status >= 500) return { kind: "refused", note: message };
  if (status !== null && status >= 400) return { kind: "later", until: after(now, attempts), note: message };
  if (state === "offered") return { kind: "uncertain", note: `no answer after the text: ${message}` };
  return { kind: "later", until: after(now, attempts), note: message };
}

function responseCode(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  const code: unknown = Reflect.get(error, "responseCode");
  return typeof code === "number" ? code : null;
}
