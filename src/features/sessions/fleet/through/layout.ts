import type { GivenOptions } from "../../../../cli/command.ts";
import type { Context } from "../../../../cli/context.ts";
import { parseFormat, parseStyle, textFormats } from "../../output-options.ts";
import type { ActLayout } from "../act/deed.ts";

/** Of commands that tell people in sentences, and programs in one document. */
export function parseActLayout(
  given: GivenOptions,
  context: Context,
): Pick<ActLayout, "format" | "style" | "planStyle"> {
  return {
    format: parseFormat(given, textFormats) === "json" ? "json" : "table",
    style: parseStyle(given, context),
    planStyle: parseStyle(given, { ...context, out: context.err }),
  };
}
