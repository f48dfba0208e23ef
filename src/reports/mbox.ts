/**
 * Several mails as one mbox, in the mboxrd form that mutt and git read.
 *
 * The date in the separator is a constant, as in git's patches: it marks the start
 * of a mail and says nothing, and equal input gives equal bytes.
 */

const SEPARATOR = "From lockspan@localhost Thu Jan  1 00:00:00 1970";

/** @param mails whole mails with LF line ends */
export function renderMbox(mails: readonly string[]): string {
  return mails.map((mail) => `${SEPARATOR}\n${mail.replace(/^(>*From )/gm, ">$1")}\n`).join("");
}
