import { visibleJson } from "./visible.ts";

/** A value of the JSON contract (json-contract.ts), of which nothing is changed any more. */
export type Told<T> = T extends readonly (infer Element)[]
  ? readonly Told<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Told<T[Key]> }
    : T;

/** A document for programs. @param value - held against the contract by the compiler. */
export function renderJson<Document extends object>(value: Told<Document>): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}
