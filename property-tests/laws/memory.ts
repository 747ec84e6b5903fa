/**
 * Laws of memories: neighbours against a sorted list, the episodic memory against Eq. 3 and 4
 * written out over a list of entries.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { foldIn, integer, normals, rootKey } from '../../src/core/rng.ts'
import * as chunked from '../../src/memory/chunked-rows.ts'
import type { EpisodicMemory, EpisodicMemoryState, Experience } from '../../src/memory/episodic-memory.ts'
import type * as knn from '../../src/memory/knn.ts'
import { paperMemory, type EpisodicMemorySpec } from '../../src/memory/memory-rules.ts'

export type KnnSubject = Pick<typeof knn, 'nearest' | 'nearestByGroup' | 'nearestInGroup'>
export type EpisodicMemorySubject = (spec: EpisodicMemorySpec) => EpisodicMemory
export type Law<Subject> = Readonly<{ name: string; check: (subject: Subject) => void }>

const root = rootKey('memory laws')


const rowsOf = (list: readonly ArrayLike<number>[], width: number): chunked.ChunkedRows => list.reduce(chunked.appendRow, chunked.emptyRows(width))
const squaredDistance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + (value - b[i]) * (value - b[i]), 0)

/** Rows and groups; on a grid many distances tie. */
const scattered = (label: number, count: number, width: number, grid: boolean): readonly Float64Array[] =>
  Array.from({ length: count }, (_, i) => normals(foldIn(foldIn(root, label), i), width).map((z) => (grid ? Math.round(z) : z)))

export const knnLaws: readonly Law<KnnSubject>[] = [
  {
    name: 'neighbours are the front of the list sorted by distance and then by index',
    check: (subject) => {
      for (const [label, count, k] of [[1, 0, 3], [2, 1, 3], [3, 150, 1], [4, 150, 7], [5, 150, 400]] as const) {
        for (const grid of [false, true]) {
          const list = scattered(label, count, 3, grid)
          const query = scattered(label + 100, 1, 3, grid)[0]
          const distances = list.map((row) => squaredDistance(query, row))
          const order = [...distances.keys()].sort((a, b) => distances[a] - distances[b] || a - b).slice(0, k)
          const { indices, squaredDistances } = subject.nearest(rowsOf(list, 3), query, k)
          deepStrictEqual([...indices], order)
          deepStrictEqual([...squaredDistances], order.map((i) => distances[i]))
        }
      }
    },
  },
  {
    name: 'groups have the neighbours that they would have alone',
    check: (subject) => {
      for (const width of [2, 4, 7]) {
        const list = scattered(6, 200, width, true)
        const groups = list.map((_, i) => integer(foldIn(foldIn(root, 7), i), 4))
        const query = normals(foldIn(root, 8), width)
        const [rows, marks] = [rowsOf(list, width), rowsOf(groups.map((group) => [group]), 1)]
        for (const wanted of [[1, 1, 1, 1, 1], [0, 1, 0, 1, 1]]) {
          const found = subject.nearestByGroup(rows, marks, Uint8Array.from(wanted), query, 6)
          for (let group = 0; group < 5; group++) {
            const members = wanted[group] === 0 ? [] : [...groups.keys()].filter((i) => groups[i] === group)
            const alone = subject.nearest(rowsOf(members.map((i) => list[i]), width), query, 6)
            if (wanted[group] === 1) {
              const one = subject.nearestInGroup(rows, marks, group, query, 6)
              deepStrictEqual(one, { indices: alone.indices.map((i) => members[i]), squaredDistances: alone.squaredDistances })
            }
            strictEqual(found.counts[group], alone.indices.length)
            const at = group * 6
            deepStrictEqual(found.indices.slice(at, at + found.counts[group]), alone.indices.map((i) => members[i]))
            deepStrictEqual(found.squaredDistances.slice(at, at + found.counts[group]), alone.squaredDistances)
          }
        }
      }
    },
  },
  {
    name: 'a row that is not a number comes last, and wrong sizes are rejected',
    check: (subject) => {
      const rows = rowsOf([[NaN], [3], [Infinity], [1]], 1)
      deepStrictEqual([...subject.nearest(rows, Float64Array.of(0), 4).indices], [3, 1, 0, 2])
      throws(() => subject.nearest(rows, Float64Array.of(0, 0), 1))
      throws(() => subject.nearest(rows, Float64Array.of(0), 0))
      throws(() => subject.nearestByGroup(rows, rowsOf([[0]], 1), Uint8Array.of(1), Float64Array.of(0), 1))
    },
  },
]

type Entry = Readonly<{ embedding: Float64Array; action: number; value: number }>
const spec: EpisodicMemorySpec = { ...paperMemory(2, 3, 60), kRead: 4 }

/** Eq. 3 over a list of entries. */
const readByDefinition = (entries: readonly Entry[], embedding: Float64Array, action: number): number => {
  const near = entries
    .filter((entry) => entry.action === action)
    .map((entry) => ({ entry, distance: squaredDistance(entry.embedding, embedding) }))
    .sort((a, b) => a.distance - b.distance) // stable: the older first
    .slice(0, spec.kRead)
  const total = near.reduce((sum, { distance }) => sum + 1 / (distance + spec.delta), 0)
  return near.length === 0 ? NaN : near.reduce((sum, { entry, distance }) => sum + (1 / (distance + spec.delta) / total) * entry.value, 0)
}

/** Eq. 4 over a list of entries. */
const writeByDefinition = (entries: readonly Entry[], { embedding, action, target }: Experience): readonly Entry[] => {
  const near = entries
    .map((entry, i) => ({ entry, i, distance: squaredDistance(entry.embedding, embedding) }))
    .filter(({ entry }) => entry.action === action)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, spec.kWrite)
  const total = near.reduce((sum, { distance }) => sum + 1 / (distance + spec.delta), 0)
  const moved = entries.map((entry, i) => {
    const hit = near.find((candidate) => candidate.i === i)
    const rate = hit === undefined ? 0 : (spec.beta * (1 / (hit.distance + spec.delta))) / total
    return { ...entry, value: entry.value + rate * (target - entry.value) }
  })
  const known = entries.some((entry) => entry.action === action && entry.embedding.every((value, i) => value === embedding[i]))
  return known ? moved : [...moved, { embedding, action, value: target }].slice(-spec.capacity)
}

const experiences = (label: number, count: number): readonly Experience[] =>
  Array.from({ length: count }, (_, i) => {
    const key = foldIn(foldIn(root, label), i)
    // a third of the embeddings lies on a grid of nine points, so that some come again
    const embedding = normals(foldIn(key, 0), 2).map((z) => (i % 3 === 0 ? Math.max(-1, Math.min(1, Math.round(z))) : 0.5 * z))
    return { embedding, action: i < 4 ? 0 : integer(foldIn(key, 1), 2), target: 3 * normals(foldIn(key, 2), 1)[0] }
  })

const entriesOf = (memory: EpisodicMemoryState): readonly Entry[] =>
  Array.from({ length: memory.embeddings.length }, (_, i) => ({
    embedding: chunked.rowAt(memory.embeddings, i),
    action: chunked.rowAt(memory.actions ?? memory.ids, i)[0],
    value: chunked.rowAt(memory.values, i)[0],
  }))

const near = (what: string, actual: number, expected: number): void =>
  // values of order 10 moved a hundred times, each by the rounding of its own summation order
  ok(Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-12, `${what}: ${actual} instead of ${expected}`)

export const episodicMemoryLaws: readonly Law<EpisodicMemorySubject>[] = [
  {
    name: 'reads and writes are Eq. 3 and Eq. 4 over a list of entries, also when the oldest have gone',
    check: (subject) => {
      const memory = subject(spec)
      let state = memory.empty()
      let entries: readonly Entry[] = []
      experiences(10, 150).forEach((experience, step) => {
        state = memory.write(state, [experience])
        entries = writeByDefinition(entries, experience)
        if (step % 10 !== 0 && step > 5) return
        const query = normals(foldIn(foldIn(root, 11), step), 2)
        const [values] = memory.read(state, query)
        values.forEach((value, action) => near(`Q of action ${action} at step ${step}`, value, readByDefinition(entries, query, action)))
        deepStrictEqual([...memory.read(state, query, [1])[0]], [...values].map((value, action) => (action === 1 ? value : NaN)))
      })
      strictEqual(state.embeddings.length, spec.capacity)
      const held = entriesOf(state)
      held.forEach((entry, i) => {
        deepStrictEqual({ ...entry, value: 0 }, { ...entries[i], value: 0 })
        near(`value ${i}`, entry.value, entries[i].value)
      })
    },
  },
  {
    name: 'a write leaves the values of other actions as they are, to the bit, and an action never tried has none',
    check: (subject) => {
      const memory = subject(spec)
      const before = memory.write(memory.empty(), experiences(12, 40))
      const after = memory.write(before, [{ embedding: Float64Array.of(0, 0), action: 0, target: 100 }])
      const [other] = memory.read(before, Float64Array.of(0.1, 0))
      const [values] = memory.read(after, Float64Array.of(0.1, 0))
      strictEqual(values[1], other[1])
      ok(values[0] > other[0], 'the value of the action taken did not rise')
      ok(Number.isNaN(values[2]) && Number.isNaN(other[2]), 'an action without entries has a value')
      deepStrictEqual(memory.recall(after, Float64Array.of(0, 0), 2, 3).indices.length, 0)
    },
  },
  {
    name: 'the kernel weighs squared distances 0, 0.01 and 0.04 by 0.897, 0.082 and 0.022',
    check: (subject) => {
      const memory = subject(spec)
      const at = (x: number, target: number): Experience => ({ embedding: Float64Array.of(x, 0), action: 1, target })
      const state = memory.write({ ...memory.empty() }, [at(0.2, 0)])
      const weights = memory.recall(memory.write(state, [at(0.1, 0), at(0, 0)]), Float64Array.of(0, 0), 1, 3).weights
      deepStrictEqual([...weights].map((weight) => Math.round(weight * 1000) / 1000), [0.897, 0.082, 0.022])
      near('sum of weights', weights.reduce((sum, weight) => sum + weight, 0), 1)
    },
  },
  {
    name: 'a constant return is read back, and β = 1 replaces what is known exactly',
    check: (subject) => {
      const memory = subject({ ...spec, beta: 1, kWrite: 1 })
      const constant = experiences(13, 30).map((experience) => ({ ...experience, target: -2.5 }))
      const [values] = memory.read(memory.write(memory.empty(), constant), Float64Array.of(0.3, 0.3))
      near('constant', values[0], -2.5)
      const once = memory.write(memory.empty(), [constant[0], { ...constant[0], target: 9 }])
      strictEqual(once.embeddings.length, 1)
      near('replaced', memory.read(once, constant[0].embedding)[0][constant[0].action], 9)
    },
  },
  {
    name: 'memories are persistent plain data: old ones stay as they are, copies go on as the original would',
    check: (subject) => {
      for (const variant of [spec, { ...spec, rows: 'joint', eviction: 'least-recent', capacity: 20 } as const]) {
        const memory = subject(variant)
        const [first, second] = [experiences(14, 50), experiences(15, 50)]
        const early = memory.write(memory.empty(), first)
        const kept = structuredClone(early)
        const [, read] = memory.read(early, Float64Array.of(0, 0))
        const late = memory.write(read, second)
        deepStrictEqual(early, kept)
        deepStrictEqual(memory.write(memory.read(kept, Float64Array.of(0, 0))[1], second), late)
        deepStrictEqual(memory.write(memory.read(early, Float64Array.of(0, 0))[1], second), late)
      }
    },
  },
  {
    name: 'joint rows without the habits of the released code read what rows of one action read',
    check: (subject) => {
      const [separate, joint] = [subject({ ...spec, capacity: 1000 }), subject({ ...spec, capacity: 1000, rows: 'joint' })]
      const stream = experiences(16, 60)
      const [byAction, together] = [separate.write(separate.empty(), stream), joint.write(joint.empty(), stream)]
      ok(together.embeddings.length < byAction.embeddings.length, 'no embedding came with two actions')
      for (let step = 0; step < 10; step++) {
        const query = normals(foldIn(foldIn(root, 17), step), 2)
        const [expected] = separate.read(byAction, query)
        joint.read(together, query)[0].forEach((value, action) => near(`action ${action}`, value, expected[action]))
      }
    },
  },
]
