/**
 * What every command is given: the terminal, how it was called, and where to note the position of a running run.
 *
 * *Source:* none; house rule "effects stay at the rim". *Deviations:* none.
 */
import type { Terminal } from './terminal.ts'

/** Where a run stands, for the message of an invariant violation; written while a run goes on. */
export type Position = { seed: string | number | null; step: number }

export type Context = Readonly<{
  terminal: Terminal
  /** The arguments after the program's name. */
  commandLine: readonly string[]
  /** How the user would call this program again. */
  program: string
  position: Position
  /** A path as the user would type it: relative to the current directory where that is shorter. */
  show(path: string): string
}>
