/** "a, b, c, …": the first of a list that may be long, and the sign that there are more. */
export function firstFew(texts: readonly string[], most = 5): string {
  return texts.slice(0, most).join(", ") + (texts.length > most ? ", …" : "");
}
