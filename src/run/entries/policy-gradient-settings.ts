/**
 * Settings that every on-policy learner has, and the task that it expects where a config says nothing.
 *
 * *Source:* the program that Le et al. 2021, EPGT, arXiv 2112.01853, build on: orthogonal tanh networks of two layers of 64, log standard
 * deviation 0, observations and rewards standardised and clipped at 10. *Deviations:* none.
 */
import { z } from 'zod'
import type { HyperRecord, HyperSpace } from '../../core/hyper.ts'
import type { AdvantageScaling } from '../../rl/minibatch.ts'
import type { OnPolicySettings } from '../../rl/on-policy-state.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import type { TaskDefaults } from '../registry.ts'

/** The schema of a hyperparameter of `space` with the learner's own value as its default. */
export const hyperSchemas = <H extends HyperRecord>(space: HyperSpace<H>, defaults: H): { [K in keyof H]: z.ZodDefault<z.ZodNumber> } =>
  Object.fromEntries(
    Object.entries(space).map(([name, { kind, low, high, takesEffect }]) => [
      name,
      (kind === 'integer' ? z.int() : z.number())
        .gte(low)
        .lte(high)
        .default(defaults[name])
        .describe(`a hyperparameter that an outer level may move; a new value counts from the next ${takesEffect}`),
    ]),
  ) as { [K in keyof H]: z.ZodDefault<z.ZodNumber> }

/** The settings of rollouts and records, with the learner's `defaults`. */
export const onPolicySchemas = (defaults: OnPolicySettings) => ({
  envs: z.int().positive().default(defaults.envs).describe('environments that are stepped side by side'),
  groups: z.int().positive().default(defaults.groups).describe('jobs that the environments are split into; must divide envs'),
  steps: z.int().positive().default(defaults.steps).describe('steps of each environment per rollout'),
  timeLimits: z
    .enum(['bootstrap', 'terminate'])
    .default(defaults.timeLimits)
    .describe('whether a state that a time limit cut off is valued, or taken for an end'),
  rewardScaling: z
    .strictObject({
      gamma: z.number().gte(0).lte(1).default(0.99).describe('discount of the return whose deviation divides rewards'),
      clip: z.number().positive().default(10).describe('bound of a scaled reward'),
      varianceFloor: z.number().positive().default(1e-8).describe('smallest variance that is divided by'),
    })
    .nullable()
    .default(defaults.rewardScaling)
    .describe('null leaves rewards as they are'),
  gradientHistory: z.int().nonnegative().default(defaults.gradientHistory).describe('gradients that are kept for the outer level'),
  returnWindow: z.int().positive().default(defaults.returnWindow).describe('episodes whose mean return is recorded as the return of the policy'),
  trunk: z.enum(['separate', 'shared']).default('separate').describe('whether the critic is a network of its own or reads the last hidden layer of the policy'),
})

/** How the entropy of an action with several dimensions counts in a loss. */
export const entropySchema = z.enum(['sum', 'mean']).default('sum').describe("over an action's dimensions; mean is what the authors' program does")

/** How advantages are scaled, with the learner's default. */
export const advantageSchema = (scaling: AdvantageScaling | null) =>
  z
    .strictObject({
      ddof: z.union([z.literal(0), z.literal(1)]).default(scaling?.ddof ?? 1),
      epsilon: z.number().nonnegative().default(scaling?.epsilon ?? 1e-5),
    })
    .nullable()
    .default(scaling)
    .describe('how the advantages of a rollout are standardised; null leaves them as they are')

/** Where the gradients of updates are computed. */
export const gradientSchema = z
  .strictObject({ kind: z.enum(['inline', 'job']).describe('by the learner itself, or by a job for each update') })
  .describe('where the gradients of updates are computed; jobs serve backends on a device that answers later, and change nothing on an exact one')

/** Problems that no schema of one field can say. */
export const onPolicyProblems = ({ envs, groups }: Pick<OnPolicySettings, 'envs' | 'groups'>): readonly ConfigProblem[] =>
  envs % groups === 0 ? [] : [configProblem('groups', `a divisor of envs = ${envs}`, String(groups))]

/** What a task is where a config with a policy-gradient learner leaves it open. */
export const policyGradientTask: TaskDefaults = {
  policy: { init: 'orthogonal', initialLogStd: 0 },
  normaliseObs: true,
  obsScaling: { clip: 10, varianceFloor: 1e-8 },
}
