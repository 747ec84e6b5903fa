/** The one function that is used of a package without types of its own. */
declare module 'asciichart' {
  /** Draws one series as lines of text. */
  export const plot: (series: readonly number[], config?: Readonly<{ height?: number; format?: (value: number) => string }>) => string
}
