import type { Json } from '../../base/index.ts';

/** A map with its keys in order: documents by key, in memory. */
export class SortedDocuments {
  readonly #documents = new Map<string, Json>();
  readonly #keys: string[] = [];
  #entries: readonly (readonly [string, Json])[] | undefined;

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Json | undefined {
    return this.#documents.get(key);
  }

  put(key: string, document: Json): void {
    this.#entries = undefined;
    if (!this.#documents.has(key)) this.#keys.splice(this.#position(key), 0, key);
    this.#documents.set(key, document);
  }

  delete(key: string): boolean {
    if (!this.#documents.delete(key)) return false;
    this.#entries = undefined;
    this.#keys.splice(this.#position(key), 1);
    return true;
  }

  clear(): void {
    this.#entries = undefined;
    this.#documents.clear();
    this.#keys.length = 0;
  }

  entries(): readonly (readonly [string, Json])[] {
    this.#entries ??= this.#keys.map((key) => this.#entry(key));
    return this.#entries;
  }

  *range(from: string, to: string, order: 'ascending' | 'descending'): Iterable<readonly [string, Json]> {
    const start = this.#position(from);
    const end = this.#position(to);
    if (order === 'ascending') {
      for (let at = start; at < end; at++) yield this.#entry(this.#keys[at] ?? '');
    } else {
      for (let at = end - 1; at >= start; at--) yield this.#entry(this.#keys[at] ?? '');
    }
  }

  #entry(key: string): readonly [string, Json] {
    return [key, this.#documents.get(key) ?? null];
  }

  /** Where the key is, or would be. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
