/** What is wrong with an expression, in words that go on after its id. */
export class MathError extends Error {
  override readonly name = 'MathError';
}
