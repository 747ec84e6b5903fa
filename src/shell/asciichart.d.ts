declare module 'asciichart' {
  /** Draws one series as lines of text. */
  export const plot: (series: readonly number[], config?: Readonly<{ height?: number; format?: (value: number) => string }>) => string
}
