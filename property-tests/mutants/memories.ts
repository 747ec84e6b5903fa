/**
 * Memories with one flaw each, for the laws to catch.
 */
import * as soundRows from '../../src/memory/chunked-rows.ts'
import { episodicMemory, type EpisodicMemory, type EpisodicMemoryState } from '../../src/memory/episodic-memory.ts'
import * as soundKnn from '../../src/memory/knn.ts'
import type { RowsSubject } from '../laws/chunked-rows.ts'
import type { EpisodicMemorySubject, KnnSubject } from '../laws/memory.ts'

type Rows = soundRows.ChunkedRows

/** The same rows, freshly packed, and with `change` applied to each. */
const repacked = (rows: Rows, change: (row: Float64Array) => ArrayLike<number> = (row) => row): Rows =>
  Array.from({ length: rows.length }, (_, i) => change(soundRows.rowAt(rows, i))).reduce(soundRows.appendRow, soundRows.emptyRows(rows.width))

export const rowsMutants: Readonly<Record<string, RowsSubject>> = {
  'writes into the chunk that older versions share': {
    ...soundRows,
    setRow: (rows, index, row) => {
      soundRows.setRow(rows, index, row)
      const place = rows.start + index
      rows.chunks[Math.floor(place / soundRows.CHUNK_ROWS)].set(row, (place % soundRows.CHUNK_ROWS) * rows.width)
      return rows
    },
  },
  'copies every chunk at every step': {
    ...soundRows,
    appendRow: (rows, row) => {
      const next = soundRows.appendRow(rows, row)
      return { ...next, chunks: next.chunks.map((chunk) => chunk.slice()) }
    },
  },
  'writes many rows into the chunk that older versions share': {
    ...soundRows,
    appendRows: (rows, block) => {
      const next = soundRows.appendRows(rows, block)
      rows.chunks.at(-1)?.set(next.chunks[rows.chunks.length - 1])
      rows.chunks.at(-1)?.fill(-1, 0, 2)
      return next
    },
  },
  'keeps the oldest of too many rows': { ...soundRows, keepNewest: (rows, kept) => (rows.length <= kept ? rows : { ...rows, length: kept }) },
  'keeps the chunks of rows that are gone': {
    ...soundRows,
    dropOldest: (rows) => ({ ...rows, start: rows.start + 1, length: rows.length - 1 }),
  },
}

export const knnMutants: Readonly<Record<string, KnnSubject>> = {
  'prefers the later of two rows that are as near': {
    ...soundKnn,
    nearest: (rows, query, k) => {
      const last = rows.length - 1
      const list = Array.from({ length: rows.length }, (_, i) => soundRows.rowAt(rows, last - i))
      const turned = list.reduce(soundRows.appendRow, soundRows.emptyRows(rows.width))
      const { indices, squaredDistances } = soundKnn.nearest(turned, query, k)
      return { indices: indices.map((index) => last - index), squaredDistances }
    },
  },
  'looks for neighbours in all groups': {
    ...soundKnn,
    nearestByGroup: (rows, _groups, { length: groupCount }, query, k) => {
      const { indices, squaredDistances } = soundKnn.nearest(rows, query, k)
      const repeat = (array: Iterable<number>): readonly number[] => Array.from({ length: groupCount }, () => [...array]).flat()
      return {
        k,
        counts: new Uint32Array(groupCount).fill(indices.length),
        indices: Uint32Array.from(repeat(indices)),
        squaredDistances: Float64Array.from(repeat(squaredDistances)),
      }
    },
  },
  'looks at groups that nobody wants': {
    ...soundKnn,
    nearestByGroup: (rows, groups, wanted, query, k) => soundKnn.nearestByGroup(rows, groups, wanted.map(() => 1), query, k),
  },
  'skips the last row of a group': {
    ...soundKnn,
    nearestInGroup: (rows, groups, group, query, k) => {
      const found = soundKnn.nearestInGroup(rows, groups, group, query, k)
      return { indices: found.indices.slice(0, -1), squaredDistances: found.squaredDistances.slice(0, -1) }
    },
  },
  'answers distances, not their squares': {
    ...soundKnn,
    nearest: (rows, query, k) => {
      const found = soundKnn.nearest(rows, query, k)
      return { ...found, squaredDistances: found.squaredDistances.map((distance) => Math.sqrt(distance)) }
    },
  },
}

const changed =
  (change: (sound: EpisodicMemory) => Partial<EpisodicMemory>): EpisodicMemorySubject =>
  (spec) => {
    const sound = episodicMemory(spec)
    return { ...sound, ...change(sound) }
  }

/** As if every row belonged to action 0. */
const allOfOneAction = (memory: EpisodicMemoryState): EpisodicMemoryState => ({
  ...memory,
  embeddings: repacked(memory.embeddings),
  actions: memory.actions === null ? null : repacked(memory.actions, () => [0]),
})

export const episodicMemoryMutants: Readonly<Record<string, EpisodicMemorySubject>> = {
  'reads the rows of other actions': changed((sound) => ({
    read: (memory, embedding) => {
      const [values] = sound.read(allOfOneAction(memory), embedding)
      return [values.map(() => values[0]), memory]
    },
  })),
  'writes to the rows of other actions': changed((sound) => ({
    write: (memory, experiences) =>
      experiences.reduce((now, experience) => {
        const moved = sound.write(now, [experience])
        const [index] = sound.recall(moved, experience.embedding, Math.max(0, 1 - experience.action), 1).indices
        if (index === undefined) return moved
        const halfway = 0.5 * (soundRows.rowAt(moved.values, index)[0] + experience.target)
        return { ...moved, values: soundRows.setRow(moved.values, index, [halfway]) }
      }, memory),
  })),
  'answers 0 for an action never tried': changed((sound) => ({
    read: (memory, embedding) => {
      const [values, after] = sound.read(memory, embedding)
      return [values.map((value) => (Number.isNaN(value) ? 0 : value)), after]
    },
  })),
  'has a blunter kernel than it was asked for': (spec) => episodicMemory({ ...spec, delta: 0.05 }),
  'forgets to evict': (spec) => episodicMemory({ ...spec, capacity: 10 * spec.capacity }),
  'reads a weighted sum, not a mean': changed((sound) => ({
    read: (memory, embedding) => {
      const [values, after] = sound.read(memory, embedding)
      return [values.map((value) => 2 * value), after]
    },
  })),
  'adds what it knows already': changed((sound) => ({
    write: (memory, experiences) =>
      experiences.reduce((now, experience) => {
        const moved = sound.write(now, [experience])
        if (moved.nextId > now.nextId) return moved
        const away = experience.embedding.map((value) => value + 1e-9)
        return sound.write(now, [{ ...experience, embedding: away }])
      }, memory),
  })),
  'keeps its own count of time': (spec) => {
    const sound = episodicMemory(spec)
    let operations = 0
    return { ...sound, write: (memory, experiences) => ({ ...sound.write(memory, experiences), clock: ++operations }) }
  },
}
