/** The doors through which real time and real chance would come in. */
export type Forbidden = 'crypto.randomUUID' | 'Date.now' | 'Math.random' | 'setTimeout';

const places: Readonly<Record<Forbidden, { readonly of: object; readonly key: string }>> = {
  'crypto.randomUUID': { of: crypto, key: 'randomUUID' },
  'Date.now': { of: Date, key: 'now' },
  'Math.random': { of: Math, key: 'random' },
  setTimeout: { of: globalThis, key: 'setTimeout' },
};

export const allForbidden: readonly Forbidden[] = ['crypto.randomUUID', 'Date.now', 'Math.random', 'setTimeout'];

/** Runs `body` while each of `names` throws when it is called. */
export async function forbidding<T>(names: readonly Forbidden[], body: () => Promise<T>): Promise<T> {
  const undo = names.map((name) => forbid(name));
  try {
    return await body();
  } finally {
    for (const restore of undo) restore();
  }
}

function forbid(name: Forbidden): () => void {
  const { of, key } = places[name];
  const own = Object.getOwnPropertyDescriptor(of, key);
  Object.defineProperty(of, key, {
    configurable: true,
    value: () => {
      throw new Error(`${name} was called in a simulation`);
    },
  });
  return () => {
    if (own) Object.defineProperty(of, key, own);
    else Reflect.deleteProperty(of, key);
  };
}
