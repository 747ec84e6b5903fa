/**
 * What the learning bench of BiERL runs: environments with their budgets, arms in the order in which they are run, seeds.
 *
 * Every arm of an environment gets the same env steps, those of its outer level included, and the same learner; only the
 * outer level differs. Sizes are chosen so that every adaptive run makes at least twenty meta updates within a budget that two
 * cores finish in about two hours: n = 40, m = 20, a meta update after every second generation, one episode per
 * candidate (PM) and ten mirrored pairs per search (NPM), so that PM and NPM pay about the same for a meta update.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 4.1 (fixed sigma against PM and NPM); sigma range of its program.
 * *Deviations:* 1. sizes and budgets as above. 2. scores of the meta level as in the authors' program (smoothed), because Eq. 4-7
 * as written cost 1640 episodes per meta update at these sizes: more than the whole budget.
 */
import type { Json } from '../../src/core/env.ts'

type JsonRecord = Readonly<Record<string, Json>>

export type Arm = Readonly<{ label: string; outer: JsonRecord; sigma: number; popsize: number }>

export type Arena = Readonly<{ env: string; envSteps: number }>

export const seeds: readonly number[] = [1, 2, 3, 4, 5]

export const arenas: readonly Arena[] = [
  { env: 'InvertedPendulum-v5', envSteps: 400_000 },
  { env: 'HalfCheetah-v5', envSteps: 2_100_000 },
  { env: 'LunarLanderContinuous-v3', envSteps: 500_000 },
  { env: 'Swimmer-v5', envSteps: 2_100_000 },
]

const interval = 2

const popsize = 40

const fixed = (sigma: number): Arm => ({ label: `fixed ${sigma}`, outer: { kind: 'fixed' }, sigma, popsize })

/** In the order of their importance: what does not fit into the time is cut from the end. */
export const arms: readonly Arm[] = [
  fixed(0.05),
  {
    label: 'BiERL-PM',
    outer: { kind: 'bierl-pm', interval, metaPopsize: 20, metaSigma: 0.1, metaLearningRate: 0.03, lookAhead: { kind: 'smoothed', episodes: 1, mirrored: false } },
    sigma: 0.05,
    popsize,
  },
  {
    label: 'BiERL-NPM',
    outer: { kind: 'bierl-npm', interval, guidedPoints: 3, lookAhead: { kind: 'smoothed', episodes: 2, mirrored: true }, search: { initialPoints: 7 } },
    sigma: 0.05,
    popsize,
  },
  { label: 'random', outer: { kind: 'random', interval }, sigma: 0.05, popsize },
  fixed(0.02),
  fixed(0.08),
  {
    label: 'BiERL-PM, one step, n = 16',
    outer: { kind: 'bierl-pm', interval: 4, metaPopsize: 8, metaSigma: 0.1, metaLearningRate: 0.03, lookAhead: { kind: 'one-step', repeats: 1, episodes: 1 } },
    sigma: 0.05,
    popsize: 16,
  },
  { ...fixed(0.05), label: 'fixed 0.05, n = 16', popsize: 16 },
]

const slug = (label: string): string => label.replace(/[^A-Za-z0-9.]+/g, '-')

/** Where the run of a cell lies under the directory of the bench. */
export const cellPlace = (arena: Arena, arm: Arm, seed: number): string => `${arena.env}/${slug(arm.label)}/seed-${seed}`

/** The config of one run, as a user would write it. */
export const configOf = (arena: Arena, arm: Arm, seed: number): JsonRecord => ({
  name: `${arena.env}-${slug(arm.label)}`,
  seed,
  task: { kind: 'env', env: { id: arena.env }, policy: { hidden: [64, 64] } },
  learner: { kind: 'vanilla-es', popsize: arm.popsize, sigma: arm.sigma, learningRate: 0.02 },
  outer: arm.outer,
  budget: { envSteps: arena.envSteps },
  checkpoint: { every: 20, keep: 1 },
})
