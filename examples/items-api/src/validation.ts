import { HTTPException } from 'hono/http-exception';

/** The name in a request's body. Like all functions here it throws what becomes a 400 with a sentence. */
export function nameFrom(body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw bad('the body must be an object, such as {"name": "a chair"}');
  }
  const unknown = Object.keys(body).filter((key) => key !== 'name');
  if (unknown.length > 0) throw bad(`only "name" can be given, found ${unknown.map((key) => `"${key}"`).join(', ')}`);
  const name: unknown = Reflect.get(body, 'name');
  if (typeof name !== 'string') throw bad('"name" must be a text');
  if (name.includes('\u0000')) throw bad('"name" must not contain a NUL character');
  const trimmed = name.trim();
  const length = [...trimmed].length;
  if (length < 1 || length > 200) throw bad(`"name" must have 1 to 200 characters, this one has ${length}`);
  return trimmed;
}

export function itemIdFrom(text: string | undefined): number {
  const id = Number(text);
  if (!/^\d{1,10}$/.test(text ?? '') || id < 1 || id > 2_147_483_647) {
    throw bad(`an item's id is a whole number from 1, found "${text}"`);
  }
  return id;
}

export function limitFrom(text: string | undefined): number {
  if (text === undefined) return 100;
  const limit = Number(text);
  if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > 1_000) throw bad(`"limit" must be 1 to 1000, found "${text}"`);
  return limit;
}

export function secondsFrom(text: string | undefined): number {
  if (text === undefined) return 2;
  const seconds = Number(text);
  if (text === '' || !(seconds >= 0 && seconds <= 60)) throw bad(`"seconds" must be 0 to 60, found "${text}"`);
  return seconds;
}

function bad(message: string): HTTPException {
  return new HTTPException(400, { message });
}
