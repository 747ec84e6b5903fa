/**
 * A long-lived process of another program, asked for one burst of work at a time: a line in, a line out.
 *
 * Starting, importing and warming up are thus paid once, and bursts of several programs can take turns within a round, so that all of
 * them see the same machine. A peer tells the processor time of its burst itself, in nanoseconds.
 *
 * *Source:* none. *Deviations:* none.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a peer is started with. */
export type PeerCommand = Readonly<{ program: string; args: readonly string[] }>

export interface Peer {
  /** Sends a line and waits for the line that answers it. Rejects when the program ends before. */
  ask(line: string): Promise<string>
  /** Ends the program. */
  close(): void
}

/** One thread for every library that would take more: what is compared is one core. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMEXPR_NUM_THREADS: '1' }

/** Starts a peer. Its first line, a greeting that names its versions, is awaited. */
export const openPeer = async ({ program, args }: PeerCommand): Promise<Peer & Readonly<{ greeting: string }>> => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...oneThread } })
  let complaint = ''
  let waiting: Readonly<{ resolve(line: string): void; reject(error: Error): void }> | null = null
  const end = (reason: string): void => {
    waiting?.reject(new Error(`${program} ${args[0] ?? ''}: ${reason}\n${complaint.slice(-2000)}`))
    waiting = null
  }
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  child.on('error', (error) => end(error.message))
  child.on('close', (code) => end(`ended with code ${code}`))
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    waiting?.resolve(line)
    waiting = null
  })
  const answer = (): Promise<string> => new Promise((resolve, reject) => (waiting = { resolve, reject }))
  const greeting = await answer()
  return {
    greeting,
    ask(line) {
      const answered = answer()
      child.stdin.write(`${line}\n`)
      return answered
    },
    close: () => child.stdin.end(),
  }
}

/** Milliseconds of a burst that a peer was asked for. */
export const burstMs = async (peer: Peer, line: string): Promise<number> => {
  const answer = await peer.ask(line)
  const nanoseconds = Number(answer)
  if (!Number.isFinite(nanoseconds)) throw new Error(`a peer answered '${answer}' to '${line}'`)
  return nanoseconds / 1e6
}

/** What a short command prints, without white space at its ends; null where it cannot be run or fails. */
export const outputOf = (program: string, args: readonly string[]): string | null => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

/** The folder of libraries that are installed for the bench alone (`bench/peers/README.md`). */
export const peersFolder = '.peers'

const ownPython = `${peersFolder}/venv/bin/python`

/** The Python that peers are looked for in: `BILEVEL_PYTHON`, or that of the folder, or the one of the path. */
export const python = process.env.BILEVEL_PYTHON ?? (existsSync(ownPython) ? ownPython : 'python3')
