import { expect, test } from "vitest";
import { userName } from "../../../../src/host/files/user-name.ts";

test("a uid has the name of its local account, and is a number where it has none", () => {
  expect([userName(0), userName(4_294_967_000)]).toEqual(["root", "uid 4294967000"]);
});
