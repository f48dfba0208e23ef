import { expect, test } from "vitest";
import { renderMbox } from "./mbox.ts";

test("mails are told apart, and no line of theirs looks like a separator", () => {
  const mbox = renderMbox(["Subject: a\n\nFrom here\n>From there\n> From a quote\n", "Subject: b\n\nx\n"]);
  expect(mbox.split("\n")).toEqual([
    "From lockspan@localhost Thu Jan  1 00:00:00 1970",
    "Subject: a",
    "",
    ">From here",
    ">>From there",
    "> From a quote",
    "",
    "From lockspan@localhost Thu Jan  1 00:00:00 1970",
    "Subject: b",
    "",
    "x",
    "",
    "",
  ]);
});
