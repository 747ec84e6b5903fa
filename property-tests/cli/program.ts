/**
 * Runs the built command line in a directory of its own, as a user would.
 *
 * *Source:* none. *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

export const VALLEY = fileURLToPath(new URL('./modules/valley.mjs', import.meta.url))

export type Ended = Readonly<{ code: number | null; signal: string | null; out: string; err: string }>
export type Running = Readonly<{ child: ChildProcess; ended: Promise<Ended> }>

/** Fails where the project was not built. */
export const requireBuild = (): void => {
  if (!existsSync(MAIN)) throw new Error('dist is missing: run `npm run build` before the tests')
}

/** A fresh directory, and its removal. */
export const workshop = (): Readonly<{ path: string; at(name: string): string; remove(): void }> => {
  const path = mkdtempSync(join(tmpdir(), 'bilevel-cli-'))
  return { path, at: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts `bilevel` with `args` in `cwd`. */
export const start = (cwd: string, args: readonly string[]): Running => {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return { child, ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err }))) }
}

/** Runs `bilevel` to its end. */
export const bilevel = (cwd: string, ...args: readonly string[]): Promise<Ended> => start(cwd, args).ended

/** The chained digest of a run. */
export const digestOf = (directory: string): string => {
  const lines = readFileSync(join(directory, 'events.jsonl'), 'utf8').trimEnd().split('\n')
  return (JSON.parse(lines.at(-1) ?? '{}') as { chain: string }).chain
}

export const sizeOfFile = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

/** Resolves once `condition` holds or the process has ended. */
export const until = async (running: Running, condition: () => boolean): Promise<void> => {
  let over = false
  void running.ended.then(() => (over = true))
  while (!over && !condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}
