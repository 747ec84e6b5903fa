/**
 * Settings that an evolution strategy has wherever it works: inside a learner, or on the meta level.
 *
 * *Source:* `src/es/sampling.ts`, `src/es/shaping.ts`, `src/optim/choice.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { adamDefaults } from '../../optim/adam.ts'
import { rmspropDefaults } from '../../optim/rmsprop.ts'
import { sgdDefaults } from '../../optim/sgd.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'

/** How a population is drawn around its mean. */
export const samplerSchema = z
  .strictObject({ kind: z.enum(['independent', 'antithetic']).describe('antithetic draws pairs mean ± noise, so the population must be even') })
  .describe('how the population is drawn around its mean')

/** How fitness becomes the weights of the noise. */
export const shapingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('raw').describe('the fitness itself') }),
    z.strictObject({
      kind: z.literal('z-score').describe('standardised'),
      epsilon: z.number().nonnegative().default(1e-8).describe('added to the deviation'),
    }),
    z.strictObject({ kind: z.literal('centred-ranks').describe('ranks between -1/2 and 1/2') }),
    z.strictObject({ kind: z.literal('nes-full').describe('logarithmic rank utilities over the whole population') }),
    z.strictObject({ kind: z.literal('nes-half').describe('logarithmic rank utilities, the lower half equal') }),
  ])
  .describe('how fitness becomes the weights of the noise')

/** What the sum over the population is divided by. */
export const divisorSchema = z
  .union([z.literal('popsize'), z.number().positive()])
  .describe('what the sum over the population is divided by: its size, or a constant')

/** How the episodes of a generation are evaluated. */
export const evaluatingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('episodes').describe('each episode is a job of its own') }),
    z.strictObject({
      kind: z.literal('lockstep').describe('all episodes step by step together, the networks of all candidates at once'),
      groups: z.int().positive().default(1).describe('jobs that the episodes are shared out to: at least one per worker to keep all busy'),
    }),
  ])
  .describe('how the episodes of a generation are evaluated; the results are the same on an exact backend')

const share = z.number().gte(0).lt(1)

/** The optimiser that takes the step. */
export const optimiserSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sgd').describe('gradient steps, with momentum if wanted'),
      momentum: share.default(sgdDefaults.momentum),
      dampening: z.number().gte(0).lte(1).default(sgdDefaults.dampening),
      nesterov: z.boolean().default(sgdDefaults.nesterov).describe('needs momentum, and no dampening'),
    }),
    z.strictObject({
      kind: z.literal('adam').describe('steps scaled by running moments'),
      beta1: share.default(adamDefaults.beta1),
      beta2: share.default(adamDefaults.beta2),
      epsilon: z.number().positive().default(adamDefaults.epsilon),
    }),
    z.strictObject({
      kind: z.literal('rmsprop').describe('steps scaled by a running mean square'),
      decay: share.default(rmspropDefaults.decay),
      epsilon: z.number().positive().default(rmspropDefaults.epsilon),
      epsilonInside: z.boolean().default(rmspropDefaults.epsilonInside).describe('add epsilon inside the root'),
      initialSquare: z.number().nonnegative().default(rmspropDefaults.initialSquare),
    }),
  ])
  .describe('the optimiser that takes the step')

/** A population that antithetic sampling cannot pair. */
export const pairProblems = (path: string, sampler: z.infer<typeof samplerSchema>, popsize: number): readonly ConfigProblem[] =>
  sampler.kind === 'antithetic' && popsize % 2 !== 0
    ? [configProblem(path, 'an even number, for antithetic sampling', String(popsize), 'or choose sampler: { kind: independent }')]
    : []

/** Nesterov momentum without momentum, or with dampening. */
export const optimiserProblems = (path: string, optimiser: z.infer<typeof optimiserSchema>): readonly ConfigProblem[] =>
  optimiser.kind === 'sgd' && optimiser.nesterov && (optimiser.momentum === 0 || optimiser.dampening !== 0)
    ? [configProblem(`${path}.nesterov`, 'false, or momentum above 0 without dampening', 'true')]
    : []
