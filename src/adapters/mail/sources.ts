/** Mail sources by their kind. */
import { join } from "node:path";
import type { MailSource } from "../../review/index.ts";
import { maildirSource, mboxSource } from "./files.ts";
import { type ImapOptions, imapSource } from "./imap.ts";
import { publicInboxSource } from "./public-inbox.ts";

export type SourcePlace =
  | { readonly kind: "public-inbox"; readonly name: string; readonly place: string }
  | {
      readonly kind: "maildir" | "mbox";
      readonly name: string;
      readonly place: string;
      readonly isList: boolean;
    }
  | ({ readonly kind: "imap"; readonly patienceSeconds: number } & Omit<ImapOptions, "patienceMs">);

/** @param state the folder for mirrors of archives that are far away */
export function openSource(place: SourcePlace, state: string): MailSource {
  switch (place.kind) {
    case "public-inbox": {
      const mirror = join(state, "mirrors", encodeURIComponent(place.name));
      return publicInboxSource({ name: place.name, place: place.place, mirror });
    }
    case "maildir":
      return maildirSource({ name: place.name, path: place.place, isList: place.isList });
    case "mbox":
      return mboxSource({ name: place.name, path: place.place, isList: place.isList });
    case "imap":
      return imapSource({ ...place, patienceMs: place.patienceSeconds * 1000 });
  }
}
