/** Counts events of the last second. `now` in milliseconds on a clock that never jumps. */
export function requestRate(now: () => number): { add(): number } {
  let recent: number[] = [];
  return {
    /** Adds one and returns how many there were in the last second, it included. */
    add() {
      const at = now();
      recent = recent.filter((earlier) => earlier > at - 1_000);
      recent.push(at);
      return recent.length;
    },
  };
}
