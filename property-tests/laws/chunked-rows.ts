/**
 * Laws of persistent rows: they are those of a plain array, in every version that there was.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { foldIn, integer, rootKey, uniform } from '../../src/core/rng.ts'
import * as chunked from '../../src/memory/chunked-rows.ts'
import type { Law } from './memory.ts'

export type RowsSubject = Pick<typeof chunked, 'emptyRows' | 'appendRow' | 'appendRows' | 'setRow' | 'dropOldest' | 'keepNewest' | 'rowAt' | 'flatRows'>

const root = rootKey('memory laws')

type Row = readonly number[]
type Version = Readonly<{ rows: chunked.ChunkedRows; model: readonly Row[] }>

/** Random operations on rows of two numbers, so many that a chunk and a half come and go; every version that was on the way, with what it should hold. */
const history = (subject: RowsSubject): readonly Version[] => {
  const start = Array.from({ length: chunked.CHUNK_ROWS + 40 }, (_, i): Row => [i, 0.5])
  const versions: Version[] = [{ rows: start.reduce<chunked.ChunkedRows>(subject.appendRow, subject.emptyRows(2)), model: start }]
  for (let step = 0; step < 4.5 * chunked.CHUNK_ROWS; step++) {
    const key = foldIn(root, step)
    const { rows, model } = versions[step]
    const row = [step, -step]
    const choice = uniform(foldIn(key, 0))
    const at = model.length === 0 ? 0 : integer(foldIn(key, 1), model.length)
    if (choice < 0.5 || model.length === 0) versions.push({ rows: subject.appendRow(rows, row), model: [...model, row] })
    else if (choice < 0.65) versions.push({ rows: subject.setRow(rows, at, row), model: model.map((old, i) => (i === at ? row : old)) })
    else versions.push({ rows: subject.dropOldest(rows), model: model.slice(1) })
  }
  return versions
}

export const rowsLaws: readonly Law<RowsSubject>[] = [
  {
    name: 'rows are those of a plain array, in every version that there was',
    check: (subject) => {
      // looked at after all operations, so that a version which was written to shows
      history(subject).forEach(({ rows, model }) => {
        strictEqual(rows.length, model.length)
        deepStrictEqual(subject.flatRows(rows), Float64Array.from(model.flat()))
        model.forEach((row, i) => deepStrictEqual(subject.rowAt(rows, i), Float64Array.from(row)))
      })
    },
  },
  {
    name: 'versions share all chunks but one, and rows that are gone are let go',
    check: (subject) => {
      const versions = history(subject)
      versions.slice(1).forEach(({ rows }, i) => {
        const before = new Set(versions[i].rows.chunks)
        const fresh = rows.chunks.filter((chunk) => !before.has(chunk)).length
        ok(fresh <= 1, `${fresh} chunks were copied`)
        ok(rows.chunks.length * chunked.CHUNK_ROWS < rows.length + 2 * chunked.CHUNK_ROWS, `${rows.chunks.length} chunks for ${rows.length} rows`)
      })
    },
  },
  {
    name: 'many rows at once come and go as one after the other',
    check: (subject) => {
      const block = (from: number, count: number): Float64Array => Float64Array.from({ length: 2 * count }, (_, i) => from + i)
      let [many, single] = [subject.emptyRows(2), subject.emptyRows(2)]
      for (const [step, count] of [3, 0, chunked.CHUNK_ROWS, 1, 2 * chunked.CHUNK_ROWS + 5, 7].entries()) {
        const before = many
        const kept = subject.flatRows(before)
        many = subject.appendRows(many, block(1000 * step, count))
        for (let i = 0; i < count; i++) single = subject.appendRow(single, block(1000 * step, count).subarray(2 * i, 2 * i + 2))
        deepStrictEqual(subject.flatRows(many), subject.flatRows(single))
        deepStrictEqual(subject.flatRows(before), kept)
        const most = chunked.CHUNK_ROWS + 9
        while (single.length > most) single = subject.dropOldest(single)
        many = subject.keepNewest(many, most)
        deepStrictEqual(subject.flatRows(many), subject.flatRows(single))
        deepStrictEqual(many.chunks.length, single.chunks.length)
      }
      deepStrictEqual(subject.keepNewest(many, 0), subject.emptyRows(2))
    },
  },
  {
    name: 'what does not fit is rejected',
    check: (subject) => {
      throws(() => subject.appendRows(subject.emptyRows(2), Float64Array.of(1, 2, 3)))
      const rows = subject.appendRow(subject.emptyRows(2), [1, 2])
      throws(() => subject.emptyRows(0))
      throws(() => subject.appendRow(rows, [1]))
      throws(() => subject.setRow(rows, 1, [1, 2]))
      throws(() => subject.rowAt(rows, -1))
      throws(() => subject.dropOldest(subject.emptyRows(2)))
    },
  },
]
