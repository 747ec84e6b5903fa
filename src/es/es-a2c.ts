/**
 * A2C with evolution: a search over where advantage actor-critic starts (`meta-search.ts`), on tasks that it adapts to by some updates (`a2c-adapter.ts`).
 *
 * *Source:* the baseline of Shen et al. 2018, arXiv 1812.11314, Fig. 1, after Fernando et al. 2018, Meta-learning by the Baldwin effect, arXiv 1806.07917.
 * *Deviations:* 1. an evolution strategy instead of a genetic algorithm, as the former paper has it; rates are hyperparameters, which an outer level may move.
 */
import type { Backend } from '../core/backend.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import { initMlp, mlpLayout } from '../nn/mlp.ts'
import type { EsTrainingContext } from './context.ts'
import { metaSearchDefaults, searchHyperDefaults, type MetaSearchHyper, type MetaSearchSettings, type MetaSearchState } from './meta-search-state.ts'
import { metaSearch } from './meta-search.ts'

/** `episodes` are run before each update of A2C by `optimiser`. The critic has layers of `criticHidden`. */
export type EsA2cSettings = MetaSearchSettings & Readonly<{ episodes: number; optimiser: 'adam' | 'sgd'; criticHidden: readonly number[] }>

/** One draw per worker: the mean of several would only be a narrower one. Its 20 episodes are those that ES meta-RL has at a task. */
export const esA2cDefaults: EsA2cSettings = { ...metaSearchDefaults, draws: 1, episodes: 20, optimiser: 'sgd', criticHidden: [100, 100] }

export const esA2cHyperDefaults: MetaSearchHyper = { ...searchHyperDefaults, updates: 1, learningRate: 0.1, criticLearningRate: 1e-2 }

/** A2C with evolution on the family of tasks of `info`. Throws a `RangeError` for settings out of range and for a policy without probabilities. */
export const esA2c = ({ episodes, optimiser, criticHidden, ...settings }: EsA2cSettings, info: TaskInfo, backend: Backend): Learner<MetaSearchState, MetaSearchHyper, EsTrainingContext> => {
  const { task, obsSize } = info
  if (task.kind !== 'env') throw new RangeError('es-a2c adapts to tasks of a family, and this task has none')
  if (task.policy.kind === 'deterministic') throw new RangeError("task.policy: es-a2c needs a policy with probabilities; kind 'gaussian', or 'categorical' where actions are discrete")
  if (!Number.isInteger(episodes) || episodes < 1) throw new RangeError(`es-a2c: episodes must be a positive integer, received ${episodes}`)
  const sizes = [obsSize, ...criticHidden, 1]
  return metaSearch(
    {
      name: 'es-a2c',
      criticHidden,
      criticLayout: mlpLayout(sizes),
      initCritic: (key) => initMlp(key, sizes, task.policy.init),
      adaptation: ({ updates, learningRate, criticLearningRate, gamma }) => ({ kind: 'a2c', updates, episodes, optimiser, learningRate, criticLearningRate, gamma }),
    },
    settings,
    info,
    backend,
  )
}
