/** A short run of what `npm run bench -- fuzz` does for as long as asked. */
import fc from "fast-check";
import { test } from "vitest";
import { changedMails, checkMail } from "../testing/bot/fuzz-mail.ts";

test("whatever a mail is made of, it is read, in time, and says nothing that it should not", () => {
  fc.assert(fc.property(changedMails(), checkMail), { numRuns: 300 });
});
