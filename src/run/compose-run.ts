/**
 * The experiment of a resolved config: its learner and outer level, built over an opened task and a backend.
 *
 * *Source:* house contract 4 (experiment, registry). *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { experiment } from '../experiment/compose.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { taskInfo } from '../experiment/task.ts'
import type { Opened } from '../experiment/task.ts'
import { learnerOf, outerOf } from './config.ts'
import type { RunConfig } from './config.ts'
import type { Registry } from './registry.ts'

/** The experiment of `config`, whose task is `opened`. Arguments that a method rejects throw a `RangeError`. */
export const composeRun = (registry: Registry, backend: Backend, opened: Opened, config: RunConfig): Experiment<unknown> => {
  const learner = learnerOf(registry, config.learner)
  const outer = outerOf(registry, config.outer)
  return experiment({
    learner: learner.entry.build({ settings: learner.settings, task: taskInfo(config.task, opened, registry.families), backend }),
    scheduler: outer.entry.build({ settings: outer.settings, learner: learner.entry.facts(learner.settings), backend }),
    budget: config.budget,
  })
}
