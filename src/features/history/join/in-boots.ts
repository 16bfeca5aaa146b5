/** Values by boot and something that means anything only within one, such as a process ID: without a text for each pair of them. */
export class InBoots<Key, Value> {
  readonly #boots = new Map<string, Map<Key, Value>>();

  get(boot: string, key: Key): Value | undefined {
    return this.#boots.get(boot)?.get(key);
  }

  set(boot: string, key: Key, value: Value): void {
    const known = this.#boots.get(boot);
    if (known === undefined) this.#boots.set(boot, new Map([[key, value]]));
    else known.set(key, value);
  }

  delete(boot: string, key: Key): void {
    this.#boots.get(boot)?.delete(key);
  }

  *all(): Generator<[boot: string, Value]> {
    for (const [boot, values] of this.#boots) for (const value of values.values()) yield [boot, value];
  }
}
