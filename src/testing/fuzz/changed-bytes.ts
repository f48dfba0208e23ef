/** Inputs that nobody wrote: given ones with bytes changed, cut, doubled and mixed. */
import fc from "fast-check";

type Change =
  | { readonly kind: "put"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat"; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: "mix"; readonly at: number; readonly seed: number; readonly from: number };

const place = fc.nat({ max: 1 << 20 });

function changes(tokens: readonly string[]): fc.Arbitrary<Change> {
  return fc.oneof(
    fc.record({
      kind: fc.constant("put" as const),
      at: place,
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.constantFrom(...tokens).map((text) => Buffer.from(text)),
      ),
    }),
    fc.record({ kind: fc.constant("cut" as const), at: place, length: fc.nat({ max: 400 }) }),
    fc.record({
      kind: fc.constant("repeat" as const),
      at: place,
      length: fc.integer({ min: 1, max: 60 }),
      times: fc.constantFrom(2, 10, 2000),
    }),
    fc.record({ kind: fc.constant("mix" as const), at: place, seed: fc.nat(), from: place }),
  );
}

/** @param tokens pieces that readers of such inputs trip over */
export function changedBytes(seeds: readonly Buffer[], tokens: readonly string[]): fc.Arbitrary<Buffer> {
  const seedAt = (number: number) => seeds[number % seeds.length] ?? Buffer.alloc(0);
  return fc
    .tuple(fc.nat({ max: seeds.length - 1 }), fc.array(changes(tokens), { minLength: 1, maxLength: 12 }))
    .map(([seed, made]) => made.reduce((bytes, each) => changed(bytes, each, seedAt), seedAt(seed)));
}

function changed(bytes: Buffer, each: Change, seedAt: (number: number) => Buffer): Buffer {
  const at = bytes.length === 0 ? 0 : each.at % bytes.length;
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (each.kind) {
    case "put":
      return Buffer.concat([head, each.bytes, tail]);
    case "cut":
      return Buffer.concat([head, tail.subarray(each.length)]);
    case "repeat":
      return Buffer.concat([
        head,
        ...Array.from({ length: each.times }, () => tail.subarray(0, each.length)),
        tail,
      ]);
    case "mix": {
      const other = seedAt(each.seed);
      return Buffer.concat([head, other.subarray(each.from % Math.max(1, other.length))]);
    }
  }
}
