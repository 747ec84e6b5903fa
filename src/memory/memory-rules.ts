/**
 * The rules of an episodic memory as data: those of the paper, and each choice in which the released code differs.
 *
 * | choice | paper | released code |
 * |---|---|---|
 * | `rows` | one for each embedding and action | `joint`: one for each embedding, with a value for every action |
 * | `untried` | no value, left out of a search | `zero`: counts as 0 (joint rows) |
 * | `untaken` | `kept` by a write | `decayed`: drawn towards 0 like a return (joint rows) |
 * | `eviction` | the row added first | `least-recent`: the row that a read or write touched least recently |
 * | `commit` | a new row is there for the next write | `episode`: new rows join when all writes of an episode are done |
 *
 * *Source:* Le et al. 2022, Episodic policy gradient training, arXiv 2112.01853, "Episodic control for solving the Hyper-RL", and the
 * code released with it. *Deviations:* none.
 */

/**
 * Sizes and rules. `dimensions` D of an embedding, `actions` A, `capacity` rows; `kRead`, `kWrite` neighbours ≥ 1; `beta` β in [0, 1],
 * `delta` δ > 0. `write`: `average` is Eq. 4; `max` keeps the larger value where the embedding is known, and touches no neighbours.
 */
export type EpisodicMemorySpec = Readonly<{
  dimensions: number
  actions: number
  capacity: number
  kRead: number
  kWrite: number
  beta: number
  delta: number
  write: 'average' | 'max'
  rows: 'per-action' | 'joint'
  untried: 'excluded' | 'zero'
  untaken: 'kept' | 'decayed'
  eviction: 'oldest' | 'least-recent'
  commit: 'write' | 'episode'
}>

/** The rules of the paper, with the K of its ablation and the constants of the released code. */
export const paperMemory = (dimensions: number, actions: number, capacity: number): EpisodicMemorySpec => ({
  dimensions,
  actions,
  capacity,
  kRead: 3,
  kWrite: 3,
  beta: 0.5,
  delta: 1e-3,
  write: 'average',
  rows: 'per-action',
  untried: 'excluded',
  untaken: 'kept',
  eviction: 'oldest',
  commit: 'write',
})

/** The rules of the released code. */
export const codeMemory = (dimensions: number, actions: number, capacity: number): EpisodicMemorySpec => ({
  ...paperMemory(dimensions, actions, capacity),
  kRead: 5,
  rows: 'joint',
  untried: 'zero',
  untaken: 'decayed',
  eviction: 'least-recent',
  commit: 'episode',
})

/** Why `spec` has no meaning, one sentence per reason; empty if it has. */
export const episodicMemoryProblems = (spec: EpisodicMemorySpec): readonly string[] => {
  const problems: string[] = []
  for (const name of ['dimensions', 'actions', 'capacity', 'kRead', 'kWrite'] as const) {
    if (!Number.isInteger(spec[name]) || spec[name] < 1) problems.push(`${name} must be a positive integer, received ${spec[name]}`)
  }
  if (!(spec.beta >= 0 && spec.beta <= 1)) problems.push(`beta must lie in [0, 1], received ${spec.beta}`)
  if (!(spec.delta > 0)) problems.push(`delta must be positive, received ${spec.delta}`)
  if (spec.rows === 'per-action' && (spec.untried === 'zero' || spec.untaken === 'decayed')) {
    problems.push('rows of one action have no values of other actions to count as zero or to decay: choose joint rows')
  }
  return problems
}
