import { visible } from "../text/visible.ts";
import { wrapWords } from "../text/wrap.ts";
import { widthOf, type Output } from "./context.ts";

/** Says something on stderr that is not the answer itself; on a terminal in whole words, elsewhere in one line. */
export function notice(message: string, err: Output): void {
  for (const line of wrapWords(visible(`sshctl: ${message}`), widthOf(err))) err.write(`${line}\n`);
}
