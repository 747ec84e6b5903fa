/** A small correct outer level (random trials, take the best) and copies of it with one flaw each. */
import { hyperAt } from '../../src/core/hyper.ts'
import type { HyperRecord, Tuning } from '../../src/core/hyper.ts'
import type { Key } from '../../src/core/key.ts'
import type { Probe } from '../../src/core/learner.ts'
import { foldIn, split, uniforms } from '../../src/core/rng.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'

export type SearchState = Readonly<{ point: Float64Array; asked: readonly Float64Array[]; searchedAt: number; best: number }>

export type Flaw =
  | 'none'
  | 'proposes outside the range'
  | 'takes the mean of scores that may be NaN'
  | 'draws from a hidden stream'
  | 'writes into its state'
  | 'keeps a function in its state'
  | 'asks for an undeclared probe'
  | 'reuses a key'
  | 'forgets to credit'
  | 'credits whatever the order'
  | 'names its numbers anew'

const TRIALS = 4
const INTERVAL = 3

const declared: Probe = { kind: 'population', episodes: 2, mirrored: false }
const undeclared: Probe = { kind: 'policy', episodes: 1 }

/** Random search by trials over `tuning`, with `flaw`. */
export const searchMutant = (tuning: Tuning, flaw: Flaw): Scheduler<SearchState, EsContext, HyperRecord> => {
  const D = tuning.dimensions.length
  let hidden = 0
  const hyperOf = (point: Float64Array): HyperRecord => {
    const hyper = hyperAt(tuning, point)
    const { name, high } = tuning.dimensions[0]
    return flaw === 'proposes outside the range' && point[0] > 0.5 ? { ...hyper, [name]: 2 * high } : hyper
  }
  const drawn = (key: Key, i: number): Float64Array => uniforms(foldIn(key, flaw === 'draws from a hidden stream' ? hidden++ : i), D)
  return {
    name: 'search',
    members: 1,
    needs: [],
    probes: ['population'],
    init: () => ({ point: new Float64Array(D).fill(0.5), asked: [], searchedAt: -1, best: Number.NaN }),
    propose: (key, state, step) => {
      if (flaw === 'writes into its state') state.point[0] = Math.min(1, state.point[0] + 0.01)
      if (state.searchedAt === step || step % INTERVAL !== 0) return [{ kind: 'use', hyper: hyperOf(state.point) }, state]
      const [keyPoints, keyTrials] = split(key, 2)
      const asked = Array.from({ length: TRIALS }, (_, i) => drawn(keyPoints, i))
      const trials = asked.map((point, i) => ({
        hyper: hyperOf(point),
        innerSteps: 0,
        repeats: 1,
        probe: flaw === 'asks for an undeclared probe' ? undeclared : declared,
        key: foldIn(keyTrials, flaw === 'reuses a key' ? 0 : i),
      }))
      const next = { ...state, asked, searchedAt: step }
      return [{ kind: 'probe', trials }, flaw === 'keeps a function in its state' ? Object.assign(next, { later: () => step }) : next]
    },
    observe: (_key, state, feedback) => {
      if (feedback.kind !== 'probe') return state
      if (flaw === 'forgets to credit') return { ...state, point: state.asked[0], asked: [], best: 0 }
      const means = feedback.scores.map(({ mean }) => mean)
      const top = Math.max(...means.filter((mean) => !Number.isNaN(mean)))
      if (flaw === 'credits whatever the order') return { ...state, point: state.asked[0], asked: [], best: top }
      if (flaw === 'takes the mean of scores that may be NaN') {
        const total = means.reduce((sum, mean) => sum + Math.abs(mean), 0)
        return { ...state, point: Float64Array.from(state.point, () => Math.abs(means[0]) / total), asked: [], best: means[0] }
      }
      const winner = means.indexOf(top)
      return { ...state, point: winner < 0 ? state.point : state.asked[winner], asked: [], best: winner < 0 ? Number.NaN : top }
    },
    describe: ({ best, searchedAt }) => (flaw === 'names its numbers anew' && searchedAt > 0 ? { [`best.${searchedAt}`]: best } : { best }),
  }
}
