import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { hostileText } from "../../helpers/arbitraries.ts";
import { drawWindow } from "../../pictures/window.ts";

const draw = (text: string) => drawWindow(text, { title: "", description: "", columns: 20 });

/** The attributes of every element of that name in the body, without the window around it. */
function elements(name: string, text: string): Record<string, string>[] {
  const frame = draw("").split("\n");
  return draw(text)
    .split("\n")
    .filter((line) => line.startsWith(`<${name} `) && !frame.includes(line))
    .filter((line) => !line.includes("stroke="))
    .map((line) => ({
      ...Object.fromEntries([...line.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value])),
      text: />([^<]*)</.exec(line)?.[1] ?? "",
    }));
}

describe("text", () => {
  test("stands in its cells, whatever stands before it", () => {
    const [first, second] = elements("text", "PID 1  bash");
    expect(first).toMatchObject({ text: "PID 1", x: "16", textLength: "42" });
    expect(second).toMatchObject({ text: "bash", x: "74.8", textLength: "33.6" });
  });

  test("goes on behind another style, and starts anew in each line", () => {
    const [a, b, c] = elements("text", "a \x1b[1mb\nc");
    expect([a?.["x"], b?.["x"], c?.["x"]]).toEqual(["16", "32.8", "16"]);
    expect(Number(c?.["y"]) - Number(b?.["y"])).toBe(20);
  });

  test.each([
    ["日本x", ["日本", "33.6"], ["x", "49.6"]],
    ["e\u0301x", ["e\u0301", "8.4"], ["x", "24.4"]],
    ["▁▂x", ["▁▂", "16.8"], ["x", "32.8"]],
    ["👩‍👩‍👧x", ["👩‍👩‍👧", "16.8"], ["x", "32.8"]],
  ])("%j takes as many cells as in a terminal", (text, [word, length], [letter, x]) => {
    expect(elements("text", text)).toMatchObject([
      { text: word, textLength: length },
      { text: letter, x },
    ]);
  });

  test("is escaped, and so are title and description", () => {
    const wanted = "&#60;a&#62;&#38;&#34;";
    expect(elements("text", '<a>&"')).toMatchObject([{ text: wanted }]);
    const picture = drawWindow("", { title: '<a>&"', description: '<a>&"', columns: 20 });
    expect(picture).toContain(`aria-label="${wanted}"`);
    expect(picture).toContain(`<title>${wanted}</title>`);
    expect(picture).toContain(`>${wanted}</text>`);
  });
});

describe("a style", () => {
  const [plain] = elements("text", "x");
  const [green] = elements("text", "\x1b[32mx");

  test("bold and dim", () => {
    expect(elements("text", "\x1b[1mx")).toEqual([{ ...plain, "font-weight": "bold" }]);
    expect(elements("text", "\x1b[2mx")).toEqual([{ ...plain, opacity: "0.65" }]);
  });

  test("each of the sixteen colours is another one, before and behind the text", () => {
    const codes = Array.from({ length: 8 }, (_, index) => index);
    const inks = codes.flatMap((code) => elements("text", `\x1b[${String(30 + code)}mx\x1b[${String(90 + code)}mx`));
    const papers = codes.flatMap((code) => elements("rect", `\x1b[${String(40 + code)}mx\x1b[${String(100 + code)}mx`));
    expect(new Set(inks.map(({ fill }) => fill)).size).toBe(16);
    expect(papers.map(({ fill }) => fill)).toEqual(inks.map(({ fill }) => fill));
  });

  test("inverse swaps the two colours", () => {
    const [text] = elements("text", "\x1b[7mx");
    expect(elements("rect", "\x1b[7mx y")).toMatchObject([
      { x: "16", width: "25.2", height: "20", fill: plain?.["fill"] },
    ]);
    expect(draw("")).toContain(`fill="${text?.["fill"] ?? ""}" stroke=`);
    expect(elements("rect", "\x1b[7;32mx")).toMatchObject([{ fill: green?.["fill"] }]);
  });

  test.each([
    ["underlined", "\x1b[4;32mx  y"],
    ["struck", "\x1b[9;32mx  y"],
  ])("%s: a line through all cells, also those between words", (_, text) => {
    expect(elements("rect", text)).toMatchObject([{ x: "16", width: "33.6", height: "1", fill: green?.["fill"] }]);
  });
});

test("the window is as high as its lines", () => {
  const heightOf = (text: string) => Number(/ height="(\d+)"/.exec(draw(text))?.[1]);
  expect(heightOf("a\nb\nc\n") - heightOf("a")).toBe(40);
});

const sequences = fc.constantFrom(
  "\x1b[",
  "\x1b[1;7m",
  "\x1b[9;42m",
  "\x1b[0m",
  "\x1b]0;",
  "\x1b\\",
  "<",
  "&",
  '">',
  "\n",
);
const terminalText = fc.array(fc.oneof(hostileText, sequences), { maxLength: 12 }).map((parts) => parts.join(""));

describe("for any text", () => {
  property.prop([terminalText])("the picture is well-formed", (text) => {
    expect(faultOf(draw(text))).toBeUndefined();
  });

  test.each(["<a><b></a></b>", "<a>", "<a>&</a>", '<a b="<"/>', "<a>\0</a>", "<a>\ud800</a>", "<a b=c/>"])(
    "%j would be found out",
    (xml) => {
      expect(faultOf(xml)).toBeDefined();
    },
  );
});

/** What is not well-formed, as far as XML 1.0 goes in these pictures: elements, attributes and character references. */
function faultOf(xml: string): string | undefined {
  if (/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml)) return "a character that XML forbids";
  const open: string[] = [];
  const pieces = xml.matchAll(/<(\/?)([a-z]+)((?: [\w:-]+="(?:[^"<&]|&#\d+;)*")*)(\/?)>|((?:[^<&]|&#\d+;)+)|([^])/gu);
  for (const [whole, closes, name = "", , isEmpty, text] of pieces) {
    if (text !== undefined) continue;
    if (closes === undefined) return `unexpected ${whole}`;
    if (closes === "" && isEmpty === "") open.push(name);
    if (closes !== "" && open.pop() !== name) return `unexpected ${whole}`;
  }
  return open.length === 0 ? undefined : `${open.join(" in ")} is not closed`;
}
