/** Searches over the start of learning, whose steps can be computed again from the state before them, for the laws of what is applied. */
import { envEntries } from '../../envs/index.ts'
import { reference } from '../../backends/reference/index.ts'
import type { EnvRef } from '../../src/core/env.ts'
import type { AdaptationJob, AdaptationOutcome, Task } from '../../src/core/job.ts'
import type { Learner } from '../../src/core/learner.ts'
import { uniform } from '../../src/core/rng.ts'
import type { TaskInfo } from '../../src/core/task.ts'
import type { TaskFamily } from '../../src/core/task-family.ts'
import { steppedDistribution } from '../../src/es/distribution-step.ts'
import type { EsTrainingContext } from '../../src/es/context.ts'
import { esA2c, esA2cDefaults } from '../../src/es/es-a2c.ts'
import { esMetaRl, esMetaRlDefaults } from '../../src/es/es-meta-rl.ts'
import type { MetaSearchHyper, MetaSearchSettings, MetaSearchState } from '../../src/es/meta-search-state.ts'
import { advantagesOf, distributionGradient } from '../../src/es/weight-distribution.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { applied, range, type Applied, type Parts } from './applied-subjects.ts'

/** Tasks between which steps of the meta-learner choose; both are open, so that their jobs can be answered at once. */
const near: EnvRef = { id: 'navigation', options: { goalX: 0.1, goalY: 0.2, timeLimit: 4 } }
const far: EnvRef = { id: 'navigation', options: { goalX: -0.4, goalY: 0.3, timeLimit: 4 } }
const navigationTask = (env: EnvRef, kind: 'deterministic' | 'gaussian'): Extract<Task, { kind: 'env' }> => ({
  kind: 'env',
  env,
  policy: { kind, hidden: [4], activation: 'relu', outputActivation: 'tanh', initialLogStd: 0, init: 'xavier-normal', action: 'rescale' },
  normaliseObs: false,
  obsScaling: { clip: 10, varianceFloor: 1e-8 },
})
const twoTasks: TaskFamily = {
  id: 'navigation',
  title: 'two goals',
  source: 'none',
  sample: (key) => ({ which: uniform(key) < 0.5 ? 0 : 1 }),
  ref: ({ which }) => (which === 0 ? near : far),
  open: () => Promise.reject(new Error('opened already')),
}

const site = await openSite({ envs: envEntries, problems: [], backend: reference }, [navigationTask(near, 'deterministic'), navigationTask(far, 'deterministic')])

const infoOf = (kind: 'deterministic' | 'gaussian'): TaskInfo => taskInfo(navigationTask(near, kind), site.opened(navigationTask(near, kind)), [twoTasks])

const common = { workers: 4, draws: 2, tasks: 1, criticHidden: [3] }

const onMetaSearch = (name: string, settings: MetaSearchSettings, learner: Learner<MetaSearchState, MetaSearchHyper, EsTrainingContext>): Applied => {
  const parts: Parts<MetaSearchState> = {
    parameters: ({ actor, critic }) => Float64Array.of(...actor.mean, ...actor.logSigma, ...critic.mean, ...critic.logSigma),
    changeable: () => ['step', 'epoch', 'rollout'],
    made: ({ after, jobs }) => [
      ...parts.parameters(after),
      ...jobs.flatMap((job) => (job.kind === 'adaptation' ? [job.adaptation.updates, job.adaptation.learningRate, job.adaptation.criticLearningRate, job.adaptation.gamma] : [])),
    ],
    remade: ({ before, jobs, outcomes }, { meanRate, sigmaRate, criticMeanRate, criticSigmaRate, updates, learningRate, criticLearningRate, gamma }) => {
      const asked = jobs.filter((job): job is AdaptationJob => job.kind === 'adaptation')
      const answers = outcomes.filter((outcome): outcome is AdaptationOutcome => outcome.kind === 'adaptation')
      const advantages = (fitness: readonly number[]): Float64Array => advantagesOf(settings.baseline, Float64Array.from(fitness))
      const shape = { workers: 4, step: settings.step, sigmaLow: settings.sigmaLow, sigmaHigh: settings.sigmaHigh }
      const ofActors = distributionGradient(reference, before.actor, asked.map(({ actors }) => actors), advantages(answers.map(({ fitness }) => fitness)))
      const ofCritics = distributionGradient(reference, before.critic, asked.map(({ critic }) => critic), advantages(answers.map(({ criticFitness }) => criticFitness)))
      const actor = steppedDistribution(before.actor, ofActors, { mean: meanRate, sigma: sigmaRate }, { ...shape, draws: 2 })
      const critic = steppedDistribution(before.critic, ofCritics, { mean: criticMeanRate, sigma: criticSigmaRate }, { ...shape, draws: 1 })
      return [...parts.parameters({ ...before, actor, critic }), ...jobs.flatMap(() => [updates, learningRate, criticLearningRate, gamma])]
    },
  }
  const dimensions = [
    range('meanRate', 0.1, 1), range('sigmaRate', 0.01, 0.1), range('criticMeanRate', 0.1, 1), range('criticSigmaRate', 0.01, 0.1), range('updates', 0, 3, 'integer'),
    range('learningRate', 1e-4, 1e-1), range('criticLearningRate', 1e-4, 1e-1), range('gamma', 0.5, 1),
  ]
  return applied(name, learner, parts, dimensions, { steps: 12, readyEvery: 120 }, (job) => site.execute(job))
}

const withDdpg = { ...esMetaRlDefaults, ...common, batch: 6 }
const withA2c = { ...esA2cDefaults, ...common, episodes: 2 }

/** ES meta-RL, and A2C with evolution. */
export const metaLearners: readonly Applied[] = [
  onMetaSearch('ES meta-RL', withDdpg, esMetaRl(withDdpg, infoOf('deterministic'), reference)),
  onMetaSearch('A2C with evolution', withA2c, esA2c(withA2c, infoOf('gaussian'), reference)),
]
