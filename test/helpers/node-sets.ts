import { fc } from "@fast-check/vitest";

/** Node sets, and the names that they mean: by our own reading, and by ClusterShell's. */
export const nodeSets: readonly (readonly [string, string])[] = [
  ["web1", "web1"],
  ["web[1-3]", "web1 web2 web3"],
  ["web[08-11]", "web08 web09 web10 web11"],
  ["web[8-11]", "web8 web9 web10 web11"],
  ["web[00-10/5]", "web00 web05 web10"],
  ["web[1-9/4]", "web1 web5 web9"],
  ["web[1,3,5-6].example.org", "web1.example.org web3.example.org web5.example.org web6.example.org"],
  ["r[1-2]n[1,3]", "r1n1 r1n3 r2n1 r2n3"],
  ["n[1-2]5", "n15 n25"],
  ["w1[08-11]", "w108 w109 w110 w111"],
  ["web[1,01]", "web1 web01"],
  ["10.0.0.[1-3]", "10.0.0.1 10.0.0.2 10.0.0.3"],
  ["a b,c", "a b c"],
  ["web[1 - 2], db", "web1 web2 db"],
  ["web[1-2],web2", "web1 web2"],
  ["[1-3]", "1 2 3"],
];

const name = fc
  .array(
    fc.oneof(
      fc.constantFrom("web", "db-", ".x", "n", "_"),
      fc.integer({ min: 0, max: 120 }).map(String),
      fc.constantFrom("0", "00", "01", "007", "9007199254740993"),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !text.startsWith("-"));

/** Names with numbers in every place, with zeros in front and without. */
export const hostNames = fc.uniqueArray(name, { minLength: 1, maxLength: 40 });
