/**
 * The one function that is used of a package without types of its own.
 *
 * *Source:* the documentation of asciichart 1.5. *Deviations:* none.
 */
declare module 'asciichart' {
  /** Draws one series as lines of text. */
  export const plot: (series: readonly number[], config?: Readonly<{ height?: number; format?: (value: number) => string }>) => string
}
