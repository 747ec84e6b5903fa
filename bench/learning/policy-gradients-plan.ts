/**
 * What the learning bench of the policy gradients runs: the learners with the settings of the program that EPGT builds on, on the
 * environments of its published logs.
 *
 * PPO: 2048 steps, 10 epochs of 32 minibatches, learning rate 3e-4 falling linearly to nothing; A2C: 16 environments of 5 steps, 7e-4
 * falling likewise, RMSprop; ACKTR: 32 environments of 20 steps, 0.25. Networks, scaling and time limits are the learners' defaults.
 *
 * *Source:* logs of the base program (facts: PPO, 1M steps, ten runs, mean ± deviation of the last 100 episodes): HalfCheetah-v2 3083 ± 1306,
 * Hopper-v2 2294 ± 485. Benchmark of the SB3 zoo: A2C on Hopper 733, PPO on CartPole 500 and on Acrobot −74 (one run each, tuned, without
 * exploration).
 * *Deviations:* 1. five seeds. 2. time limits are bootstrapped from. 3. classic tasks with PPO's defaults, as for robots, and fewer env steps.
 */
import type { Json } from '../../src/core/env.ts'

type JsonRecord = Readonly<Record<string, Json>>

/** `published` is what a reader compares with; null where there is no figure. */
export type PgArm = Readonly<{ env: string; label: string; learner: JsonRecord; envSteps: number; published: string | null }>

export const pgSeeds: readonly number[] = [1, 2, 3, 4, 5]

const MILLION = 1_000_000

/** Episodes whose mean return is the final one, as in the published logs. */
export const finalEpisodes = 100

const ppo = (env: string, envSteps: number, published: string): PgArm => ({ env, label: 'PPO', learner: { kind: 'ppo' }, envSteps, published })

/** In the order in which they are run. */
export const pgArms: readonly PgArm[] = [
  ppo('HalfCheetah-v2', MILLION, '3083 ± 1306 (PPO of the base program, ten runs)'),
  ppo('Hopper-v2', MILLION, '2294 ± 485 (PPO of the base program, ten runs)'),
  { env: 'Hopper-v2', label: 'A2C', learner: { kind: 'a2c', envs: 16 }, envSteps: MILLION, published: '733 (A2C of the zoo, one run)' },
  { env: 'Hopper-v2', label: 'ACKTR', learner: { kind: 'acktr' }, envSteps: MILLION, published: null },
  ppo('CartPole-v1', 100_000, '500 (PPO of the zoo, one run)'),
  ppo('Acrobot-v1', 200_000, '−74 (PPO of the zoo, one run)'),
]

/** Where the run of a cell lies under the directory of the bench. */
export const pgPlace = ({ env, label }: PgArm, seed: number): string => `${env}/${label}/seed-${seed}`

/** The config of one run, as a user would write it. */
export const pgConfig = ({ env, label, learner, envSteps }: PgArm, seed: number): JsonRecord => ({
  name: `${label}-${env}`,
  seed,
  task: { kind: 'env', env: { id: env } },
  learner: { ...learner, returnWindow: finalEpisodes },
  outer: { kind: 'anneal', ramps: { learningRate: { to: 1e-7, length: envSteps } } },
  budget: { envSteps },
  checkpoint: { every: 50, keep: 1 },
})
