/**
 * ES meta-RL: a search over distributions of actors and critics (`meta-search.ts`), which a few updates of DDPG adapt to a task (`ddpg-adapter.ts`).
 *
 * *Source:* Shen et al. 2018, Meta reinforcement learning with distribution of exploration parameters learned by evolution strategies, arXiv 1812.11314,
 * Algorithm 1. *Deviations:* those of the search and of the adapter.
 */
import type { Backend } from '../core/backend.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import { actionCritic, initActionCritic, type ActionCriticSpec } from '../nn/action-critic.ts'
import type { EsTrainingContext } from './context.ts'
import { metaSearchDefaults, searchHyperDefaults, type MetaSearchHyper, type MetaSearchSettings, type MetaSearchState } from './meta-search-state.ts'
import { metaSearch } from './meta-search.ts'

/**
 * `batch` transitions are learnt from in one update of DDPG by `optimiser`, null for all. The critic has layers of `criticHidden`; actions enter behind the first.
 */
export type EsMetaRlSettings = MetaSearchSettings & Readonly<{ batch: number | null; optimiser: 'adam' | 'sgd'; criticHidden: readonly number[] }>

export const esMetaRlDefaults: EsMetaRlSettings = { ...metaSearchDefaults, batch: null, optimiser: 'adam', criticHidden: [100, 100] }

/** With Adam and few updates a rate is about the way of every parameter in one update; the usual ones of DDPG would not be felt. */
export const esMetaRlHyperDefaults: MetaSearchHyper = { ...searchHyperDefaults, updates: 3, learningRate: 1e-3, criticLearningRate: 1e-2 }

/** ES meta-RL on the family of tasks of `info`. Throws a `RangeError` for settings out of range and for a task that DDPG cannot adapt to. */
export const esMetaRl = ({ batch, optimiser, criticHidden, ...settings }: EsMetaRlSettings, info: TaskInfo, backend: Backend): Learner<MetaSearchState, MetaSearchHyper, EsTrainingContext> => {
  const { task, spec } = info
  if (task.kind !== 'env' || spec === null) throw new RangeError('es-meta-rl adapts to tasks of a family, and this task has none')
  const { actionSpace } = spec
  const { policy } = task
  if (actionSpace.kind !== 'box') throw new RangeError(`task.env: es-meta-rl needs continuous actions, and those of ${spec.id} are discrete`)
  if (policy.kind !== 'deterministic' || policy.outputActivation !== 'tanh')
    throw new RangeError("task.policy: es-meta-rl adapts a bounded deterministic policy; kind 'deterministic' with outputActivation 'tanh'")
  const criticSpec: ActionCriticSpec = { obsSize: info.obsSize, actionSize: actionSpace.low.length, hidden: criticHidden, activation: policy.activation }
  return metaSearch(
    {
      name: 'es-meta-rl',
      criticHidden,
      criticLayout: actionCritic(criticSpec, backend).layout,
      initCritic: (key) => initActionCritic(key, criticSpec, policy.init),
      adaptation: ({ updates, learningRate, criticLearningRate, gamma }) => ({ kind: 'ddpg', updates, batch, optimiser, learningRate, criticLearningRate, gamma }),
    },
    settings,
    info,
    backend,
  )
}
