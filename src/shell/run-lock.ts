/**
 * One writer per run directory: a lock file that names the process which writes.
 *
 * A lock left by a process that no longer lives on this machine (it was killed) is taken over, also while its parent has not yet taken notice of
 * its end (a zombie still has its process number).
 *
 * *Source:* POSIX.1-2017, open() with O_EXCL. *Deviations:* none.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Fault } from '../run/fault.ts'
import { fileFault, type FileFault } from './atomic-file.ts'

export type LockFault = Fault<'RunInUse'>

/** Locks that this process holds: a lock with our own process number that is not among them is from an earlier life of the number. */
const held = new Set<string>()

/** Whether a process has ended and only its number is left; false where the system does not tell. */
const isZombie = (pid: number): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return ['Z', 'X'].includes(status.slice(status.lastIndexOf(')') + 2)[0]) // "pid (name) state …", where a name may hold anything
  } catch {
    return false
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM' // it lives, but belongs to somebody else
  }
}

const isStale = (path: string, text: string): boolean => {
  const [pid, host] = text.trim().split(' ')
  if (host !== hostname()) return false
  return Number(pid) === process.pid ? !held.has(path) : !isAlive(Number(pid))
}

const create = (path: string): boolean => {
  try {
    writeFileSync(path, `${process.pid} ${hostname()}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'EEXIST') return false
    throw error
  }
}

/** Takes the lock at `path`; the answer releases it. */
export const acquireLock = (path: string): Either<LockFault | FileFault, () => void> => {
  const name = resolve(path)
  try {
    if (!create(name)) {
      const owner = readFileSync(name, 'utf8')
      if (isStale(name, owner)) rmSync(name, { force: true })
      if (!isStale(name, owner) || !create(name)) {
        const [pid, host] = owner.trim().split(' ')
        return left({
          _tag: 'RunInUse',
          path,
          expected: 'a run that nobody writes',
          received: `process ${pid} on ${host}`,
          hint: 'wait for it; if it no longer exists, delete this file',
        })
      }
    }
  } catch (error) {
    return left(fileFault(error, path))
  }
  held.add(name)
  return right(() => {
    held.delete(name)
    rmSync(name, { force: true })
  })
}
