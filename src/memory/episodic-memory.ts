/**
 * The episodic memory that values hyper-actions by what they led to in similar situations.
 *
 *     read:   Q(s, a) = Σ_k w_k M[k, a],   w_k = Sim_k/Σ Sim,   Sim = 1/(d + δ)                                     (Eq. 3)
 *     write:  M[k, a] ← M[k, a] + β w_k (G − M[k, a])   for the neighbours k of s; (s, a, G) is added if it is new   (Eq. 4)
 *
 * d is the squared distance of embeddings. A row is an embedding with a value for every action, NaN where the action has none.
 * As the paper has it, a row belongs to one action, and a search for an action looks at its own rows only; `memory-rules.ts` lists
 * what else there is.
 *
 * Everything is plain, persistent data; an operation answers the memory that follows.
 *
 * *Source:* Le et al. 2022, Episodic policy gradient training, arXiv 2112.01853, Eq. 3 and 4, Algorithm 1; the kernel is that of
 * Pritzel et al. 2017, arXiv 1703.01988, Eq. 5; `max` is the write of Blundell et al. 2016, arXiv 1606.04460, Eq. 1.
 * *Deviations:* 1. neighbours are exact where the released code searches approximately. 2. `least-recent` overwrites the row that it
 * evicts in its place, so that ties of distance go by place. 3. an embedding that comes twice before a commit keeps its last return.
 */
import { invariant } from '../core/invariant.ts'
import { appendRow, dropOldest, emptyRows, entryAt, rowAt, setRow, type ChunkedRows } from './chunked-rows.ts'
import { nearest, nearestByGroup, nearestInGroup, type Neighbours } from './knn.ts'
import { episodicMemoryProblems, type EpisodicMemorySpec } from './memory-rules.ts'

/**
 * The content, all tables in step: `embeddings` [M, D]; `values` [M, 1] or, in joint rows, [M, A]; `actions` [M, 1], null in joint rows;
 * `ids` [M, 1] number the rows in the order in which they were added; `touched` [M, 1] tells when, null where nobody asks.
 */
export type EpisodicMemoryState = Readonly<{
  embeddings: ChunkedRows
  values: ChunkedRows
  actions: ChunkedRows | null
  ids: ChunkedRows
  touched: ChunkedRows | null
  /** Id of the next row. */
  nextId: number
  /** Operations so far. */
  clock: number
}>

/** One outcome to remember: `embedding` [D], `action` 0 … A − 1, its `target` G. */
export type Experience = Readonly<{ embedding: Float64Array; action: number; target: number }>

/** Rows that a search found, nearest first, with their normalised weights. */
export type Recall = Readonly<{ indices: Uint32Array; weights: Float64Array }>

export interface EpisodicMemory {
  readonly spec: EpisodicMemorySpec
  empty(): EpisodicMemoryState
  /**
   * Q(s, a) for every action [A] or those of `among`, NaN for others and for an action without neighbours; and the memory, which a read changes
   * only where rows wear by age of use.
   */
  read(memory: EpisodicMemoryState, embedding: Float64Array, among?: readonly number[]): readonly [Float64Array, EpisodicMemoryState]
  /** The `k` nearest rows that have a value for `action`. */
  recall(memory: EpisodicMemoryState, embedding: Float64Array, action: number, k: number): Recall
  /** The memory after the experiences of one learning episode, written in order. */
  write(memory: EpisodicMemoryState, experiences: readonly Experience[]): EpisodicMemoryState
}

/** Weights 1/(d + δ) over their sum. */
const weightsOf = (squaredDistances: Float64Array, delta: number): Float64Array => {
  const weights = squaredDistances.map((distance) => 1 / (distance + delta))
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i]
  return weights.map((similarity) => similarity / sum)
}

/** Whether `row` equals row `index` of `rows`, number by number. */
const isRow = (rows: ChunkedRows, index: number, row: Float64Array): boolean => rowAt(rows, index).every((value, i) => value === row[i])

/**
 * The operations under `spec`. What `episodicMemoryProblems` lists breaks an invariant, as do embeddings and actions that do not fit and
 * returns that are not finite.
 */
export const episodicMemory = (spec: EpisodicMemorySpec): EpisodicMemory => {
  const problems = episodicMemoryProblems(spec)
  invariant(problems.length === 0, problems.join('; '))
  const { dimensions, actions: actionCount, capacity, kRead, kWrite, beta, delta } = spec
  const joint = spec.rows === 'joint'
  const everyAction = Array.from({ length: actionCount }, (_, action) => action)

  /** 1 for each of `actions`, 0 for the others [A]. */
  const marked = (actions: readonly number[]): Uint8Array => {
    const marks = new Uint8Array(actionCount)
    for (const action of actions) marks[action] = 1
    return marks
  }

  const check = (embedding: Float64Array, action: number): void => {
    invariant(embedding.length === dimensions, `an embedding of ${embedding.length} numbers in a memory of ${dimensions}`)
    invariant(Number.isInteger(action) && action >= 0 && action < actionCount, `no action ${action} among ${actionCount}`)
  }

  /** The value of `action` in row `index`. */
  const valueAt = (memory: EpisodicMemoryState, index: number, action: number): number => entryAt(memory.values, index, joint ? action : 0)

  /** The nearest rows with a value for `action`. In joint rows without zeros the action of a row is not known beforehand: look at all. */
  const search = (memory: EpisodicMemoryState, embedding: Float64Array, action: number, k: number): Neighbours => {
    if (memory.actions !== null) return nearestInGroup(memory.embeddings, memory.actions, action, embedding, k)
    if (spec.untried === 'zero') return nearest(memory.embeddings, embedding, k)
    const all = nearest(memory.embeddings, embedding, Math.max(1, memory.embeddings.length))
    const tried = [...all.indices.keys()].filter((i) => !Number.isNaN(valueAt(memory, all.indices[i], action))).slice(0, k)
    return { indices: Uint32Array.from(tried, (i) => all.indices[i]), squaredDistances: Float64Array.from(tried, (i) => all.squaredDistances[i]) }
  }

  const touch = (memory: EpisodicMemoryState, indices: Iterable<number>): EpisodicMemoryState => {
    if (memory.touched === null) return memory
    const clock = memory.clock + 1
    let { touched } = memory
    for (const index of indices) touched = setRow(touched, index, [clock])
    return { ...memory, touched, clock }
  }

  const read: EpisodicMemory['read'] = (memory, embedding, among = everyAction) => {
    check(embedding, 0)
    const values = new Float64Array(actionCount).fill(NaN)
    const seen = new Set<number>()
    /** Eq. 3 over the neighbours that stand at `from` … `from + count − 1` of the lists. */
    const recalled = (indices: Uint32Array, squaredDistances: Float64Array, from: number, count: number, action: number): void => {
      if (count === 0) return
      let total = 0
      for (let i = from; i < from + count; i++) total += 1 / (squaredDistances[i] + delta)
      let sum = 0
      for (let i = from; i < from + count; i++) sum += (1 / (squaredDistances[i] + delta) / total) * valueAt(memory, indices[i], action)
      values[action] = sum
      if (memory.touched !== null) for (let i = from; i < from + count; i++) seen.add(indices[i])
    }
    if (memory.actions !== null) {
      const { counts, indices, squaredDistances } = nearestByGroup(memory.embeddings, memory.actions, marked(among), embedding, kRead)
      for (const action of among) recalled(indices, squaredDistances, action * kRead, counts[action], action)
    } else {
      const shared = spec.untried === 'zero' ? search(memory, embedding, 0, kRead) : null
      for (const action of among) {
        const { indices, squaredDistances } = shared ?? search(memory, embedding, action, kRead)
        recalled(indices, squaredDistances, 0, indices.length, action)
      }
    }
    return [values, touch(memory, seen)]
  }

  /** Eq. 4 on the neighbours of an experience, all from the values before it. */
  const spread = (memory: EpisodicMemoryState, { embedding, action, target }: Experience): EpisodicMemoryState => {
    const { indices, squaredDistances } = search(memory, embedding, action, kWrite)
    const weights = weightsOf(squaredDistances, delta)
    let { values } = memory
    indices.forEach((index, i) => {
      const row = rowAt(values, index)
      const rate = beta * weights[i]
      for (let a = 0; a < row.length; a++) {
        const taken = !joint || a === action
        if (taken) row[a] += rate * (target - row[a])
        else if (spec.untaken === 'decayed') row[a] -= rate * row[a]
      }
      values = setRow(values, index, row)
    })
    return touch({ ...memory, values }, indices)
  }

  /** The row of this embedding (and, in rows of one action, of this action), or −1. */
  const known = (memory: EpisodicMemoryState, embedding: Float64Array, action: number): number => {
    // of rows at distance 0 all but an exact match differ by less than 10⁻¹⁶⁰; a handful of neighbours is enough
    const { indices, squaredDistances } = joint
      ? nearest(memory.embeddings, embedding, kWrite)
      : search(memory, embedding, action, kWrite)
    const at = indices.findIndex((index, i) => squaredDistances[i] === 0 && isRow(memory.embeddings, index, embedding))
    return at === -1 ? -1 : indices[at]
  }

  /** The least recently touched row, the lowest place on ties. */
  const stalest = (touched: ChunkedRows): number => {
    let best = 0
    for (let index = 1; index < touched.length; index++) if (entryAt(touched, index, 0) < entryAt(touched, best, 0)) best = index
    return best
  }

  const freshValues = (action: number, target: number): Float64Array => {
    if (!joint) return Float64Array.of(target)
    const row = new Float64Array(actionCount).fill(spec.untried === 'zero' ? 0 : NaN)
    row[action] = target
    return row
  }

  /** Adds a new row, or overwrites the stalest one of a full memory that evicts it. */
  const add = (memory: EpisodicMemoryState, { embedding, action, target }: Experience): EpisodicMemoryState => {
    const place = memory.touched !== null && memory.embeddings.length === capacity ? stalest(memory.touched) : null
    const put = (rows: ChunkedRows, row: ArrayLike<number>): ChunkedRows => (place === null ? appendRow(rows, row) : setRow(rows, place, row))
    const trim = (rows: ChunkedRows): ChunkedRows => (rows.length > capacity ? dropOldest(rows) : rows)
    const clock = memory.clock + 1
    return {
      embeddings: trim(put(memory.embeddings, embedding)),
      values: trim(put(memory.values, freshValues(action, target))),
      actions: memory.actions === null ? null : trim(put(memory.actions, [action])),
      ids: trim(put(memory.ids, [memory.nextId])),
      touched: memory.touched === null ? null : trim(put(memory.touched, [clock])),
      nextId: memory.nextId + 1,
      clock,
    }
  }

  /** What becomes of the row `index` of a known embedding beyond Eq. 4. */
  const settle = (memory: EpisodicMemoryState, index: number, { action, target }: Experience): EpisodicMemoryState => {
    const row = rowAt(memory.values, index)
    const column = joint ? action : 0
    const value = row[column]
    // a joint row of a known embedding may lack this action
    const settled = Number.isNaN(value) ? target : spec.write === 'max' ? Math.max(value, target) : value
    if (settled === value) return memory
    row[column] = settled
    return touch({ ...memory, values: setRow(memory.values, index, row) }, [index])
  }

  const write: EpisodicMemory['write'] = (memory, experiences) => {
    let now = memory
    let waiting: readonly Experience[] = []
    for (const experience of experiences) {
      const { embedding, action, target } = experience
      check(embedding, action)
      invariant(Number.isFinite(target), `a memory cannot hold a return of ${target}`)
      const index = known(now, embedding, action)
      if (spec.write === 'average') now = spread(now, experience)
      if (index !== -1) {
        now = settle(now, index, experience)
      } else if (spec.commit === 'write') {
        now = add(now, experience)
      } else {
        const same = (other: Experience): boolean => (joint || other.action === action) && other.embedding.every((value, i) => value === embedding[i])
        waiting = [...waiting.filter((other) => !same(other)), experience]
      }
    }
    return waiting.reduce(add, now)
  }

  return {
    spec,
    empty: () => ({
      embeddings: emptyRows(dimensions),
      values: emptyRows(joint ? actionCount : 1),
      actions: joint ? null : emptyRows(1),
      ids: emptyRows(1),
      touched: spec.eviction === 'least-recent' ? emptyRows(1) : null,
      nextId: 0,
      clock: 0,
    }),
    read,
    recall: (memory, embedding, action, k) => {
      check(embedding, action)
      const { indices, squaredDistances } = search(memory, embedding, action, k)
      return { indices, weights: weightsOf(squaredDistances, delta) }
    },
    write,
  }
}
