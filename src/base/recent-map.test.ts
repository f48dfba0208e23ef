import { expect, test } from "vitest";
import { RecentMap } from "./recent-map.ts";

test("what is asked for stays, what is not goes when the map has aged twice", () => {
  const map = new RecentMap<string, number>();
  map.set("asked", 1).set("set", 2).set("left", 3);
  map.age();
  expect(map.get("asked")).toBe(1);
  map.set("set", 4);
  map.age();
  expect(map.keys().sort()).toEqual(["asked", "set"]);
  expect([map.get("asked"), map.get("set"), map.get("left")]).toEqual([1, 4, undefined]);
  map.age();
  map.age();
  expect(map.keys()).toEqual([]);
});

test("an entry has one age, and null is a value", () => {
  const map = new RecentMap<string, number | null>();
  map.set("none", null);
  map.age();
  map.set("none", null);
  expect(map.keys()).toEqual(["none"]);
  map.age();
  expect(map.get("none")).toBe(null);
  map.delete("none");
  expect(map.get("none")).toBe(undefined);
});
