/** A number of bytes for people: "812 bytes", "3.2 MiB". */
export function sizeText(bytes: number): string {
  if (bytes < KiB) return bytes === 1 ? "1 byte" : `${String(bytes)} bytes`;
  const [size, unit] = [...units].find(([least]) => bytes >= least) ?? [KiB, "KiB"];
  return `${(bytes / size).toFixed(1)} ${unit}`;
}

const KiB = 1024;
const units: readonly (readonly [number, string])[] = [
  [KiB ** 3, "GiB"],
  [KiB ** 2, "MiB"],
  [KiB, "KiB"],
];
