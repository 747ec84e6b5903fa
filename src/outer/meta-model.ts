/**
 * The parametric model of the meta level: what it reads of the learner, and the point of the unit cube that it answers.
 *
 * `lstm` reads the population history S_t [k · n] with the meta network (LSTM encoder, MLP generator). `none` reads four
 * numbers of the last generation with an MLP of the same widths: the share of candidates better than the unperturbed policy, and
 * the standardised returns of the unperturbed, the best and the worst. Both end in a sigmoid, so a coordinate lies in (0, 1).
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.3 and Figure 2 (`lstm`); the authors' program,
 * `meta_model 0` (`none`), which is nearest to the paper's ablation "without LSTM encoder".
 * *Deviations:* 1. where the unperturbed policy was not evaluated, `none` takes the mean of the population for it.
 */
import type { Backend } from '../core/backend.ts'
import { sigmoid } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import type { EsContext } from '../es/context.ts'
import { shape, zScore } from '../es/shaping.ts'
import { initMetaNetwork, metaNetwork } from '../nn/meta-network.ts'
import { initMlp, mlp } from '../nn/mlp.ts'
import type { RowOrder, RowScale } from './population-history.ts'
import { EPSILON, emptyHistory, historyRow, pushRow } from './population-history.ts'

export type MetaModelOptions = Readonly<{
  encoder: 'lstm' | 'none'
  /** n, the length of a row of the history. */
  popsize: number
  /** k, the rows of the history. */
  history: number
  rowOrder: RowOrder
  rowScale: RowScale
  hidden: number
  readout: number
  /** Nonlinearity between the two layers of the generator (and of all hidden layers of `none`). */
  between: 'tanh' | 'linear'
  /** Times that the LSTM reads the history in a row. */
  passes: number
  /** Tuned hyperparameters. */
  outputs: number
}>

/** A model over one flat parameter vector. `input` is what it reads, kept up to date by `see`. */
export type MetaModel = Readonly<{
  /** Length of the flat vector. */
  size: number
  init(key: Key): Float64Array
  /** The input before any generation. */
  blank: Float64Array
  /** The input after one more generation; throws an `InvariantError` for a population of another size. */
  see(input: Float64Array, context: EsContext): Float64Array
  /** The answer in the unit cube [outputs]. */
  point(parameters: Float64Array, input: Float64Array): Float64Array
}>

const SCALARS = 4

/** [share better than the policy, z of the policy, z of the best, z of the worst]; zeros where all fitness is equal. */
const scalarsOf = ({ populationFitness, policyReturn }: EsContext): Float64Array => {
  const usable = shape({ kind: 'raw' }, populationFitness)
  const n = usable.length
  const mean = usable.reduce((sum, f) => sum + f, 0) / n
  const policy = Number.isFinite(policyReturn) ? policyReturn : mean
  const z = zScore(usable, EPSILON).sort()
  if (z[0] === z[n - 1]) return new Float64Array(SCALARS)
  const deviation = Math.sqrt(usable.reduce((sum, f) => sum + (f - mean) * (f - mean), 0) / n)
  const better = usable.reduce((count, f) => count + (f > policy ? 1 : 0), 0)
  return Float64Array.of(better / n, (policy - mean) / (deviation + EPSILON), z[n - 1], z[0])
}

/** Binds a model to a backend. Throws a `RangeError` for sizes that are not positive integers. */
export const metaModel = (options: MetaModelOptions, backend: Backend): MetaModel => {
  const { popsize, history, rowOrder, rowScale, hidden, readout, between, passes, outputs } = options
  Object.entries({ popsize, history, hidden, readout, passes, outputs }).forEach(([name, value]) => {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`meta model: ${name} must be a positive integer, received ${value}`)
  })
  const checkPopulation = ({ populationFitness }: EsContext): void =>
    invariant(populationFitness.length === popsize, `the meta model reads populations of ${popsize}, the learner has ${populationFitness.length}`)

  if (options.encoder === 'none') {
    const sizes = [SCALARS, hidden, readout, outputs]
    const network = mlp({ sizes, activation: between, outputActivation: 'linear' }, backend)
    return {
      size: network.size,
      init: (key) => initMlp(key, sizes, 'xavier-normal'),
      blank: new Float64Array(SCALARS),
      see: (_input, context) => {
        checkPopulation(context)
        return scalarsOf(context)
      },
      point: (parameters, input) => network.forward(parameters, input, 1).map(sigmoid),
    }
  }
  const unit = (bound: number): readonly number[] => new Array<number>(outputs).fill(bound)
  const spec = { inputs: popsize, hidden, readout, outputs, between, passes, low: unit(0), high: unit(1) }
  const network = metaNetwork(spec, backend)
  return {
    size: network.size,
    init: (key) => initMetaNetwork(key, spec),
    blank: emptyHistory(history, popsize),
    see: (input, context) => {
      checkPopulation(context)
      return pushRow(input, historyRow(context.populationFitness, rowOrder, rowScale))
    },
    point: (parameters, input) => network.forward(parameters, input).y,
  }
}
