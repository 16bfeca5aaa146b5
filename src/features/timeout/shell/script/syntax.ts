/**
 * What a script of a shell of Bourne's kind consists of, as far as it matters for what its commands do to variables. The grammar
 * is that of bash(1) without its rarest corners; what is not understood is `unreadable`, and nothing is claimed behind it.
 */

export interface Word {
  parts: readonly Part[];
  line: number;
}

/** `quoted` text is safe from splitting and patterns. */
export type Part =
  | { kind: "text"; text: string; quoted: boolean }
  /** $NAME, ${NAME}, ${NAME:-WORD}; `operator` is one of - = ? + with or without a colon, or empty. */
  | { kind: "parameter"; name: string; operator: string; argument: Word | undefined; quoted: boolean }
  /** $(...) and `...`, which run in a process of their own. */
  | { kind: "output"; source: string; quoted: boolean }
  | { kind: "arithmetic"; source: string }
  /** Anything else whose value is not followed; its parts and the arithmetic in it may still do something. */
  | { kind: "computed"; parts: readonly Part[]; arithmetic?: string };

export interface Assignment {
  name: string;
  /** NAME+=..., NAME[...]=..., NAME=(...): not followed. */
  isPlain: boolean;
  /** Which is arithmetic. */
  subscript?: string;
  value: Word;
}

export interface Simple {
  kind: "simple";
  assignments: readonly Assignment[];
  words: readonly Word[];
  line: number;
}

export interface CaseClause {
  patterns: readonly Word[];
  body: Command;
  /** Ends with ;; and not with ;& or ;;&. */
  isPlain: boolean;
}

export type Command =
  | Simple
  | { kind: "sequence"; commands: readonly Command[] }
  | { kind: "chain"; first: Command; operator: "&&" | "||"; second: Command; line: number }
  | { kind: "not"; command: Command }
  | { kind: "pipeline"; commands: readonly Command[]; source: string; line: number }
  /** A subshell, or in the background. */
  | { kind: "apart"; source: string; line: number }
  | { kind: "if"; condition: Command; body: Command; otherwise: Command | undefined; line: number }
  | { kind: "while"; condition: Command; body: Command; line: number }
  | { kind: "for"; name: string; words: readonly Word[] | undefined; body: Command; line: number }
  | { kind: "case"; word: Word; clauses: readonly CaseClause[]; line: number }
  | { kind: "function"; name: string; body: Command; line: number }
  | { kind: "arithmetic"; source: string; line: number }
  | { kind: "conditional"; words: readonly Word[]; line: number }
  /** A command with redirections that could fail, in which case it does not run. */
  | { kind: "redirected"; command: Command; targets: readonly Word[]; line: number }
  | { kind: "unreadable"; reason: string; line: number };
