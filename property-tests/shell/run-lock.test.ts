/** The lock of a run directory, whose owner has died a moment ago (what else it promises: `run-directory.test.ts`). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { acquireLock } from '../../src/shell/run-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'bilevel-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A lock that process `pid` left. */
const lockOf = (pid: number): string => {
  const path = join(folder, `lock-${pid}`)
  writeFileSync(path, `${pid} ${hostname()}\n`)
  return path
}

const stateOf = (pid: number): string => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''

describe('a lock', () => {
  it.skipIf(!existsSync('/proc/self/stat'))('of a killed process is taken over before its parent has noticed the end', async () => {
    // the shell becomes a program that never asks how its child ended
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    while (readFileSync(`/proc/${parent.pid}/stat`, 'utf8').includes('(sh)')) await new Promise((resolve) => setTimeout(resolve, 5))
    const path = lockOf(pid)
    expect(isLeft(acquireLock(path))).toBe(true)
    process.kill(pid, 'SIGKILL')
    while (stateOf(pid) !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5))
    const taken = acquireLock(path)
    parent.kill('SIGKILL')
    expect(isLeft(taken)).toBe(false)
    if (!isLeft(taken)) taken.right()
    expect(existsSync(path)).toBe(false)
  })
})
