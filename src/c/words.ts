/** Keyword groups of C that the text stage asks about. */

/** Words that may stand before `(` without being a call, or before a name without being a type. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `if else while do for switch case default return goto break continue sizeof typedef struct union enum
   static extern const volatile inline register auto restrict asm __asm__ __asm typeof __typeof__ __typeof
   __alignof__ _Alignof alignof __volatile__ __inline__ __inline __extension__ _Generic`.split(/\s+/),
);

export const TYPE_TAGS: ReadonlySet<string> = new Set(["struct", "union", "enum"]);

export const TYPE_QUALIFIERS: ReadonlySet<string> = new Set(["const", "volatile", "restrict", "__const"]);

export const PRIMITIVE_WORDS: ReadonlySet<string> = new Set([
  "unsigned",
  "signed",
  "long",
  "short",
  "int",
  "char",
  "void",
  "float",
  "double",
  "_Bool",
  "bool",
]);

export const STORAGE_WORDS: ReadonlySet<string> = new Set([
  "static",
  "extern",
  "inline",
  "__inline__",
  "__inline",
  "register",
  "typedef",
  "auto",
]);

export const TYPEOF_WORDS: ReadonlySet<string> = new Set([
  "typeof",
  "__typeof__",
  "__typeof",
  "typeof_unqual",
]);

export const ASM_WORDS: ReadonlySet<string> = new Set(["asm", "__asm__", "__asm"]);

export const ALIGNMENT_WORDS: ReadonlySet<string> = new Set([
  "alignof",
  "_Alignof",
  "__alignof",
  "__alignof__",
]);

/** As a call's name: the grammar's own alignment takes types only, compilers take expressions, too. */
export function maskedAlignment(word: string): string {
  return `A${word.slice(1)}`;
}
