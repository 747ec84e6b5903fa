/**
 * Where commands write: results to standard output, progress and errors to standard error.
 *
 * A reader that goes away (`bilevel list | head`) is no error.
 *
 * *Source:* none; the split of the two streams is Unix custom. *Deviations:* none.
 */
import pc from 'picocolors'
import type { TextSink } from '../shell/progress.ts'

export type Colors = ReturnType<typeof pc.createColors>

export type Terminal = Readonly<{
  /** A line of the result. */
  print(line: string): void
  /** A line for the user that is no part of the result. */
  note(line: string): void
  progress: TextSink
  /** Colours for what is printed; without effect where standard output is no terminal. */
  colors: Colors
  columns: number
}>

const quietWhenClosed = (stream: NodeJS.WriteStream): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** Columns of a stream; 80 for one that has none or does not know. */
const widthOf = (stream: NodeJS.WriteStream): number => stream.columns || 80

/** The terminal of this process. */
export const processTerminal = (): Terminal => {
  const { stdout, stderr } = process
  quietWhenClosed(stdout)
  quietWhenClosed(stderr)
  return {
    print: (line) => stdout.write(`${line}\n`),
    note: (line) => stderr.write(`${line}\n`),
    progress: {
      isTTY: stderr.isTTY === true && process.env.TERM !== 'dumb',
      get columns() {
        return widthOf(stderr)
      },
      write: (text) => stderr.write(text),
    },
    colors: pc.createColors(pc.isColorSupported && (stdout.isTTY === true || process.env.FORCE_COLOR !== undefined)),
    columns: widthOf(stdout),
  }
}
