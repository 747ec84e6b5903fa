/**
 * Laws that every family of tasks obeys. Each is a named function that throws on violation, so that it serves good subjects and
 * broken ones.
 *
 * *Source:* house contract 4 (`TaskFamily`). *Deviations:* none.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { follow, followAll, recordEpisode } from '../../src/core/env-record.ts'
import type { EnvEntry } from '../../src/core/env.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { TaskFamily } from '../../src/core/task-family.ts'

/** A family, and the registry in which its environments must be found. */
export type TaskFamilySubject = Readonly<{ family: TaskFamily; entries: readonly EnvEntry[] }>

const key = rootKey('task family laws')
const steps = 10

const draws = ({ family }: TaskFamilySubject, count: number) => Array.from({ length: count }, (_, i) => family.sample(foldIn(key, i)))

type Law = Readonly<{ name: string; check(subject: TaskFamilySubject): void | Promise<void> }>

export const taskFamilyLaws: readonly Law[] = [
  {
    name: 'the same key draws the same task, and keys draw different ones',
    check(subject) {
      const tasks = draws(subject, 16)
      deepStrictEqual(draws(subject, 16), tasks)
      ok(new Set(tasks.map((task) => JSON.stringify(task))).size > 1, 'all tasks are the same')
    },
  },
  {
    name: 'a task is JSON data',
    check(subject) {
      for (const task of draws(subject, 4)) deepStrictEqual(JSON.parse(JSON.stringify(task)), task)
    },
  },
  {
    name: 'all tasks have the same spaces and tables',
    async check(subject) {
      const specs = []
      for (const task of draws(subject, 4)) {
        const env = await subject.family.open(task)
        specs.push(env.spec)
        env.close()
      }
      for (const spec of specs) deepStrictEqual(spec, specs[0])
    },
  },
  {
    name: 'the reference of a task names the environment that it opens',
    async check({ family, entries }) {
      for (const task of draws({ family, entries }, 4)) {
        const { id, options } = family.ref(task)
        const entry = entries.find((each) => each.id === id)
        ok(entry !== undefined, `no entry "${id}"`)
        const [opened, named] = [await family.open(task), await entry.open(options)]
        const difference = followAll(follow(named.live(), recordEpisode(opened, key, steps, 'random')))
        opened.close()
        named.close()
        ok(difference === null, difference ?? '')
      }
    },
  },
  {
    name: 'what is drawn matters: two tasks give different steps to the same key and actions',
    async check(subject) {
      const [first, ...others] = draws(subject, 16)
      const other = others.find((task) => JSON.stringify(task) !== JSON.stringify(first))
      ok(other !== undefined, 'all tasks are the same')
      const [a, b] = [await subject.family.open(first), await subject.family.open(other)]
      const difference = followAll(follow(b.live(), recordEpisode(a, key, steps, 'random')))
      a.close()
      b.close()
      ok(difference !== null, 'both tasks gave the same steps')
    },
  },
]
