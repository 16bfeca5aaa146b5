import { expect, test } from "vitest";
import { optionForm, optionGroups } from "../../../src/cli/option-groups.ts";

test("options stand below their headings, in the order of the headings", () => {
  const groups = optionGroups({
    json: { group: "Output", describe: "" },
    user: { group: "Select", value: "NAME", describe: "" },
    csv: { group: "Output", describe: "" },
    root: { group: "Source", value: "DIR", describe: "", hidden: "refused" },
  });
  expect(groups.map(({ title, options }) => [title, options.map(([long]) => long)])).toEqual([
    ["Select", ["user"]],
    ["Output", ["json", "csv"]],
  ]);
});

test("a heading says how its options are negated", () => {
  const group = "Select";
  const [only] = optionGroups({
    user: { group, describe: "" },
    "not-user": { group, describe: "", hidden: "negation" },
  });
  expect(only?.title).toContain("--not-OPTION");
  expect(only?.options.map(([long]) => long)).toEqual(["user"]);
});

test.each([
  [{ alias: "u", value: "NAME" }, "-u, --user NAME"],
  [{ alias: "u" }, "-u, --user"],
  [{ value: "NAME" }, "--user NAME"],
  [{}, "--user"],
])("%j", (spec, form) => {
  expect(optionForm("user", spec)).toBe(form);
});
