/**
 * Families of tasks that are broken on purpose, each in the way that one law is there to notice.
 *
 * *Source:* house rule 9, mutants. *Deviations:* the deviations are the point.
 */
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { TaskFamily } from '../../src/core/task-family.ts'

/** Each flaw made to a healthy family whose tasks are `{ goal }`, with the law that must catch it. */
export const brokenTaskFamilies: readonly (readonly [flaw: string, law: string, breakIt: (healthy: TaskFamily) => TaskFamily])[] = [
  [
    'draws from a hidden stream',
    'the same key draws the same task, and keys draw different ones',
    (healthy) => {
      let drawn = 0
      return { ...healthy, sample: () => healthy.sample(foldIn(rootKey('hidden'), drawn++)) }
    },
  ],
  ['knows only one task', 'the same key draws the same task, and keys draw different ones', (healthy) => ({ ...healthy, sample: () => ({ goal: 1 }) })],
  ['draws what is no JSON', 'a task is JSON data', (healthy) => ({ ...healthy, sample: () => ({ goal: NaN }) })],
  [
    'describes each task otherwise',
    'all tasks have the same spaces and tables',
    (healthy) => ({
      ...healthy,
      async open(task) {
        const env = await healthy.open(task)
        return { ...env, spec: { ...env.spec, title: JSON.stringify(task) } }
      },
    }),
  ],
  [
    'forgets the task in its reference',
    'the reference of a task names the environment that it opens',
    (healthy) => ({ ...healthy, ref: () => healthy.ref({}) }),
  ],
  [
    'opens the same environment for every task',
    'what is drawn matters: two tasks give different steps to the same key and actions',
    (healthy) => ({ ...healthy, open: () => healthy.open({}) }),
  ],
]
