/**
 * Asks one engine and listens until it is done, falls silent, or dies.
 *
 * *Source:* none. *Deviations:* none.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Engine } from './engines.ts'
import { servePage } from './page-server.ts'
import type { Message, Request } from './work.ts'

/** An engine that says nothing for so long has failed. */
const silenceMs = 120_000
/** Lines of an engine's complaints that are shown. */
const shownLines = 5

/** `failure` is null where the engine answered everything. */
export type Answer = Readonly<{ messages: readonly Message[]; failure: string | null; seconds: number }>

/** The compiled entry of console engines, and the folder of the built page. */
export type Programs = Readonly<{ console: string; page: string }>

/** Ends the child and all processes that it started (it leads a group of its own). */
const endGroup = (child: ChildProcess): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** Starts the child of an engine; resolves with its failure, or null after the last message. */
const listen = (start: (hear: (message: Message) => void) => ChildProcess, messages: Message[]): Promise<string | null> =>
  new Promise((resolve) => {
    let complaints = ''
    let timer: NodeJS.Timeout | undefined
    const settle = (failure: string | null): void => {
      clearTimeout(timer)
      endGroup(child)
      resolve(failure)
    }
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => settle(`said nothing for ${silenceMs / 1000} seconds${complaints}`), silenceMs)
    }
    const child = start((message) => {
      messages.push(message)
      if (message.kind === 'end') settle(null)
      else wait()
    })
    wait()
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = `${complaints}\n${chunk.toString()}`.split('\n').slice(-shownLines).join('\n')
    })
    child.on('error', (error) => settle(error.message))
    child.on('close', (code) => settle(`ended with ${code}${complaints}`))
  })

const askConsole = (command: string, program: string, request: Request, messages: Message[]): Promise<string | null> =>
  listen((hear) => {
    const child = spawn(command, [program, JSON.stringify(request)], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"kind":')) hear(JSON.parse(line) as Message) // anything else is a library that talks to itself
    })
    return child
  }, messages)

const askPage = async (engine: Engine & { kind: 'page' }, command: string, folder: string, request: Request, messages: Message[]): Promise<string | null> => {
  const profile = mkdtempSync(join(tmpdir(), 'bilevel-engine-'))
  let hear: (message: Message) => void = () => undefined
  const { url, server } = await servePage(folder, request, (message) => hear(message))
  try {
    return await listen((listener) => {
      hear = listener
      // A browser that is killed leaves its temporary files behind: they go with the profile.
      return spawn(command, engine.args(url, profile), { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: profile } })
    }, messages)
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** Asks `engine`, which must have been found. */
export const ask = async (engine: Engine, command: string, programs: Programs, request: Request): Promise<Answer> => {
  const messages: Message[] = []
  const started = performance.now()
  const failure =
    engine.kind === 'console'
      ? await askConsole(command, programs.console, request, messages)
      : await askPage(engine, command, programs.page, request, messages)
  return { messages, failure, seconds: (performance.now() - started) / 1000 }
}
