/**
 * The command line as a process of its own, as a user starts it.
 *
 * *Source:* none. *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Json } from '../../src/core/env.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Makes Node say on its way out how much memory the process held at most. */
const tellPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS+'\\n'))`

/** What became of a command: the most memory that its process held, in MB, threads included. */
export type CommandEnd = Readonly<{ peakMB: number }>

const peakOf = (text: string): number => (1024 * Number(/peak (\d+)\n$/.exec(text)?.[1])) / 1e6

/**
 * Trains `config` into `folder/run` with `workers`; `started` is told at once, so that the caller can watch the directory.
 * Rejects where the command fails.
 */
export const trainCommand = (folder: string, config: Json, workers: number, started: (run: string) => void): Promise<CommandEnd> => {
  const file = join(folder, 'config.yaml')
  const run = join(folder, 'run')
  writeFileSync(file, JSON.stringify(config)) // JSON is YAML
  return new Promise((resolve, reject) => {
    const args = ['--import', tellPeak, main, 'train', file, '--out', run, '--workers', String(workers)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const chunks: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString()
      if (code === 0) resolve({ peakMB: peakOf(text) })
      else reject(new Error(`train exited with ${code}: ${text}`))
    })
    started(run)
  })
}

/** Runs a compiled script of the bench in a process of its own and answers the JSON that it prints. */
export const scriptResult = (url: URL, args: readonly string[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(url), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()))
      else reject(new Error(`${url.pathname.split('/').at(-1)} exited with ${code}`))
    })
  })
