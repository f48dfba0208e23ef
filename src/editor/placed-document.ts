import type { TextDocument } from "./protocol.ts";

/** A document of the editor, and its name in the tree that it lies in. */
export interface PlacedDocument {
  readonly document: TextDocument;
  /** As reports name the file. */
  readonly path: string;
  /** The folder that names start from; null for a buffer that is no file. */
  readonly top: string | null;
}
