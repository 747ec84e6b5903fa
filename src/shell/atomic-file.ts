/**
 * Files that are either written completely or not at all, and what can go wrong with a file as data.
 *
 * Content goes to a temporary neighbour, is flushed, and takes the name by a rename; then the directory is flushed, so
 * that the name survives a loss of power too.
 *
 * *Source:* POSIX.1-2017, rename() and fsync(). *Deviations:* 1. directories cannot be flushed on Windows and are not.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Fault } from '../run/fault.ts'

export type FileFault = Fault<'DiskFull' | 'NoSuchFile' | 'FileError'>

const codeOf = (error: unknown): string => {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}

const DISK_FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The fault that a failed file operation on `path` stands for; anything that is not a system error is thrown on. */
export const fileFault = (error: unknown, path: string): FileFault => {
  const code = codeOf(error)
  if (code === '') throw error
  const received = error instanceof Error ? error.message : code
  if (DISK_FULL.has(code)) {
    return { _tag: 'DiskFull', path, expected: 'room to write', received, hint: 'what was written before is intact; free some space and resume' }
  }
  if (code === 'ENOENT') return { _tag: 'NoSuchFile', path, expected: 'an existing file', received: 'nothing there', hint: '' }
  return { _tag: 'FileError', path, expected: 'a usable file', received, hint: '' }
}

/** Runs a file operation on `path` and answers a system error as data. */
export const attempt = <A>(path: string, operation: () => A): Either<FileFault, A> => {
  try {
    return right(operation())
  } catch (error) {
    return left(fileFault(error, path))
  }
}

/** Writes all of `bytes` at the current position of an open file. */
export const writeAll = (fd: number, bytes: Uint8Array): void => {
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written)
}

/** Flushes the entries of a directory. */
export const flushDirectory = (path: string): void => {
  if (process.platform === 'win32') return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const writeFlushed = (path: string, bytes: Uint8Array): void => {
  const fd = openSync(path, 'w')
  try {
    writeAll(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The name that content has until it is complete. */
export const TEMPORARY = '.tmp'

/** Replaces `path` by `content` atomically; where that fails, whatever had the name before is untouched. */
export const writeAtomically = (path: string, content: Uint8Array | string): Either<FileFault, void> => {
  const temporary = path + TEMPORARY
  return attempt(path, () => {
    try {
      writeFlushed(temporary, typeof content === 'string' ? new TextEncoder().encode(content) : content)
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    flushDirectory(dirname(path))
  })
}

/** The bytes of a file. */
export const readBytes = (path: string): Either<FileFault, Uint8Array> => attempt(path, () => readFileSync(path))

/** The text of a file. */
export const readText = (path: string): Either<FileFault, string> => attempt(path, () => readFileSync(path, 'utf8'))
