/**
 * BiERL-PM as an entry of the registry, with the network of an earlier run as a start.
 *
 * `warmStart` names a checkpoint file of a run of the same kind; its network is read into `initialParameters` (base64 of
 * little-endian numbers), so that the manifest stands for itself.
 *
 * *Source:* `src/outer/bierl-pm.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { layoutSize } from '../../nn/layout.ts'
import { metaNetworkLayout } from '../../nn/meta-network.ts'
import { mlpLayout } from '../../nn/mlp.ts'
import { bierlPm, bierlPmDefaults as defaults } from '../../outer/bierl-pm.ts'
import { probeOf } from '../../outer/meta-fitness.ts'
import { fromBase64, toBase64 } from '../base64.ts'
import { decodeCheckpoint } from '../checkpoint.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import { defineOuter } from '../registry.ts'
import { tuneProblems, tuneSchema, tuningOf, type Tune } from '../tuning-schema.ts'
import { divisorSchema, pairProblems, samplerSchema, shapingSchema } from './es-settings.ts'
import { intervalSchema, lookAheadProblems, lookAheadSchema, metaFirstSchema, unseenProblems } from './meta-settings.ts'

const size = z.int().positive()

/** The network in the state of a run whose outer level was BiERL-PM, or null. */
const networkIn = (state: unknown): Float64Array | null => {
  const { scheduler } = (state ?? {}) as Readonly<{ scheduler?: Readonly<{ parameters?: unknown }> | null }>
  const parameters = scheduler?.parameters
  return parameters instanceof Float64Array ? parameters : null
}

type Sizes = Readonly<{ encoder: 'lstm' | 'none'; hidden: number; readout: number; between: 'tanh' | 'linear'; passes: number; tune: Tune }>

/** Numbers that the network without an encoder reads. */
const SCALARS = 4

/** Parameters of a network that reads populations of `popsize`. */
const networkSize = ({ encoder, hidden, readout, between, passes, tune }: Sizes, popsize: number): number => {
  const outputs = Object.keys(tune).length
  const layout =
    encoder === 'none'
      ? mlpLayout([SCALARS, hidden, readout, outputs])
      : metaNetworkLayout({ inputs: popsize, hidden, readout, outputs, between, passes, low: [], high: [] })
  return layoutSize(layout)
}

const initialProblems = (settings: Sizes & Readonly<{ initialParameters: string | null }>, popsize: number): readonly ConfigProblem[] => {
  if (settings.initialParameters === null) return []
  const network = fromBase64(settings.initialParameters)
  const wanted = networkSize(settings, popsize)
  if (network?.length === wanted) return []
  const received = network === null ? 'another text' : `${network.length} numbers`
  return [
    configProblem(
      'initialParameters',
      `base64 of ${wanted} little-endian numbers`,
      received,
      `a network that reads populations of ${popsize} with these sizes has ${wanted} parameters`,
    ),
  ]
}

export const bierlPmEntry = defineOuter({
  kind: 'bierl-pm',
  title: 'BiERL, parametric model',
  paper: 'Wang et al. 2023, arXiv 2308.01207, Eq. 4-6, Algorithm 1',
  file: 'src/outer/bierl-pm.ts',
  line: "an LSTM reads the population's history and proposes hyperparameters; an evolution strategy trains it",
  schema: z.strictObject({
    tune: tuneSchema,
    interval: intervalSchema.default(defaults.interval),
    metaFirst: metaFirstSchema.default(defaults.metaFirst),
    lookAhead: lookAheadSchema.default(defaults.lookAhead),
    encoder: z
      .enum(['lstm', 'none'])
      .default(defaults.encoder)
      .describe('read the history with an LSTM, or four numbers of the last generation without one'),
    history: size.default(defaults.history).describe('generations in the history'),
    rowOrder: z.enum(['candidates', 'ascending']).default(defaults.rowOrder).describe('order of the fitness values of a generation'),
    rowScale: z.enum(['raw', 'z-score']).default(defaults.rowScale).describe('scale of the fitness values of a generation'),
    hidden: size.default(defaults.hidden).describe('width of the LSTM'),
    readout: size.default(defaults.readout).describe('width of the hidden layer behind it'),
    between: z.enum(['tanh', 'linear']).default(defaults.between).describe('nonlinearity between the two layers behind the LSTM'),
    passes: size.default(defaults.passes).describe('times that the LSTM reads the history in a row'),
    metaPopsize: z.int().gte(2).default(defaults.metaPopsize).describe('perturbed networks per meta update'),
    sampler: samplerSchema.default(defaults.sampler),
    shaping: shapingSchema.default({ kind: 'z-score', epsilon: 1e-8 }),
    divisor: divisorSchema.default(defaults.divisor),
    metaSigma: z.number().positive().default(defaults.metaSigma).describe('standard deviation of the noise on the network'),
    metaLearningRate: z.number().nonnegative().default(defaults.metaLearningRate).describe('step size of the network'),
    warmStart: z.string().nullable().default(null).describe('a checkpoint file of an earlier run whose network is the start'),
    initialParameters: z.string().nullable().default(null).describe('a network to start from, base64 of little-endian numbers; written by warmStart'),
  }),
  problems: (settings, learner) => {
    const { tune, lookAhead, sampler, metaPopsize, warmStart, initialParameters } = settings
    return [
      ...tuneProblems(tune, learner),
      ...lookAheadProblems(lookAhead),
      ...unseenProblems(lookAhead, tune, learner),
      ...pairProblems('metaPopsize', sampler, metaPopsize),
      ...(warmStart !== null && initialParameters !== null ? [configProblem('warmStart', 'either warmStart or initialParameters', 'both')] : []),
      ...initialProblems(settings, learner.popsize ?? 0),
    ]
  },
  facts: ({ lookAhead }) => ({ needs: ['population-fitness'], probes: [probeOf(lookAhead)] }),
  files: ({ warmStart }) => (warmStart === null ? [] : [warmStart]),
  embed: (settings, contents) => {
    const { warmStart } = settings
    const bytes = warmStart === null ? undefined : contents.get(warmStart)
    if (bytes === undefined) return { settings, problems: [] }
    const checkpoint = decodeCheckpoint<unknown>(bytes, null)
    if (checkpoint._tag === 'Left')
      return { settings, problems: [configProblem('warmStart', checkpoint.left.expected, checkpoint.left.received, checkpoint.left.hint)] }
    const network = networkIn(checkpoint.right.state)
    if (network === null)
      return { settings, problems: [configProblem('warmStart', 'a checkpoint of a run whose outer level is bierl-pm', 'one of another outer level')] }
    return { settings: { ...settings, warmStart: null, initialParameters: toBase64(network) }, problems: [] }
  },
  build: ({ settings, learner, backend }) =>
    bierlPm(
      {
        ...settings,
        tuning: tuningOf(settings.tune, learner),
        popsize: learner.popsize ?? 0, // no population, no history: the constructor says so
        initialParameters: settings.initialParameters === null ? null : fromBase64(settings.initialParameters),
      },
      backend,
    ),
})
