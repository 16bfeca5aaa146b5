/**
 * Text of files as one character a byte. Startup files may be in any encoding; what is read as UTF-8 could not be written
 * back byte for byte.
 */
export function toByteText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** For people. What is no UTF-8 becomes U+FFFD. */
export function fromByteText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
