/**
 * Runs the compiled script as a process, and copies of it in which something was changed on purpose.
 *
 * *Source:* none. *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Heard, Row } from './verdict.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the script printed and saved, and how it ended. */
export type Asked = Readonly<{ code: number | null; table: string; rows: readonly Row[]; heard: readonly Heard[] }>

/** Runs the script of the build in `dist` (a path) on the golden data and engines of this checkout. */
export const askEngines = async (dist: string, ...args: readonly string[]): Promise<Asked> => {
  const script = join(dist, 'property-tests/engines/main.js')
  if (!existsSync(script)) throw new Error('dist is missing: run `npm run build` before the tests')
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-engines-'))
  const saved = join(folder, 'answers.json')
  try {
    const child = spawn(process.execPath, [script, '--save', saved, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
    let table = ''
    child.stdout.on('data', (chunk: Buffer) => (table += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => {
      child.on('close', resolve)
    })
    const answers = existsSync(saved) ? (JSON.parse(readFileSync(saved, 'utf8')) as Pick<Asked, 'rows' | 'heard'>) : { rows: [], heard: [] }
    return { code, table, ...answers }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives `work` a copy of the build in which `edit` has rewritten the compiled `file`. Throws where the edit changes nothing. */
export const withEditedBuild = async <T>(file: string, edit: (text: string) => string, work: (dist: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-edited-'))
  const dist = join(folder, 'dist')
  try {
    cpSync(join(root, 'dist'), dist, { recursive: true })
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const path = join(dist, file)
    const before = readFileSync(path, 'utf8')
    const after = edit(before)
    if (after === before) throw new Error(`the edit of ${file} changes nothing`)
    writeFileSync(path, after)
    return await work(dist)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
