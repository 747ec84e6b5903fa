/**
 * A family of tasks: environments that differ in a value drawn from a distribution, such as the speed at which to run.
 *
 * A task is JSON data: it can be drawn in one place, written to a record and opened in another. All tasks of a family share
 * spaces and tables, so that one policy fits all of them.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400, section 2.1 (the distribution p(T)); house contract 4.
 * *Deviations:* none.
 */
import type { Env, EnvEntry, EnvRef, Json } from './env.ts'
import type { Key } from './key.ts'

/** What tells a task from the others of its family. */
export type TaskValue = Readonly<Record<string, Json>>

export type TaskFamily = Readonly<{
  id: string
  title: string
  source: string
  /** Draws a task. */
  sample(key: Key): TaskValue
  /** The environment of a task, as a config or a job names it. */
  ref(task: TaskValue): EnvRef
  /** Opens the environment of a task. Rejects where the registry's entry would. */
  open(task: TaskValue): Promise<Env>
}>

/** The family of an entry whose tasks are values of some of its options; `options` are set alike in all of them. */
export const entryFamily = (entry: EnvEntry, sample: (key: Key) => TaskValue, options: Readonly<Record<string, Json>> = {}): TaskFamily => ({
  id: entry.id,
  title: entry.title,
  source: entry.source,
  sample,
  ref: (task) => ({ id: entry.id, options: { ...options, ...task } }),
  open: (task) => entry.open({ ...options, ...task }),
})
