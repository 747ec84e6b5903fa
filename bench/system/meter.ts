/**
 * A clock around parts of a program.
 *
 * *Source:* none. *Deviations:* none.
 */

/** Adds up the milliseconds of the work that runs under it. */
export const meter = () => {
  let spent = 0
  return {
    run: <T>(work: () => T): T => {
      const start = performance.now()
      const result = work()
      spent += performance.now() - start
      return result
    },
    spent: () => spent,
  }
}
