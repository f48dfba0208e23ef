/** Names of files as short as they can be told apart: a page says each of them hundreds of times. */

export class FileNames {
  readonly #short = new Map<string, string>();

  /** @param files all that the page may name, in any order, also more than once */
  constructor(files: Iterable<string>) {
    const whole = [...new Set(files)];
    const taken = new Map<string, number>();
    for (const file of whole)
      for (const ending of endingsOf(file)) taken.set(ending, (taken.get(ending) ?? 0) + 1);
    for (const file of whole)
      this.#short.set(file, endingsOf(file).find((ending) => taken.get(ending) === 1) ?? file);
  }

  /** `smmu.c`; with as many folders as it takes where another file has that name too. */
  short(file: string): string {
    return this.#short.get(file) ?? file;
  }

  /** Files that are named by less than their whole path. */
  shortened(): readonly { readonly short: string; readonly file: string }[] {
    return [...this.#short].flatMap(([file, short]) => (short === file ? [] : [{ short, file }]));
  }
}

/** `c.c`, `b/c.c`, `a/b/c.c`. */
function endingsOf(file: string): string[] {
  const parts = file.split("/");
  return parts.map((_, at) => parts.slice(parts.length - 1 - at).join("/")).filter((ending) => ending !== "");
}
