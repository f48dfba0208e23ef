/** A file that is analysed, as a value. */

export interface InputFile {
  /** Its name in the tree. */
  readonly path: string;
  readonly text: string;
}
