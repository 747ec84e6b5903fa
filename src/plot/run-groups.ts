/**
 * Runs put in order: by task first, because returns of different tasks cannot share an axis, then by config. Runs whose configs
 * differ in nothing but the seed are seeds of one thing.
 *
 * *Source:* house contract 4 (run record); Agarwal et al. 2021, arXiv 2108.13264 (seeds are the unit).
 * *Deviations:* none.
 */
import { curveOfBest, type Curve } from '../run/curve.ts'
import type { RunConfig } from '../run/config.ts'
import type { Manifest } from '../run/manifest.ts'
import { canonicalJson } from '../run/plain-data.ts'
import type { RunRecord } from '../run/record.ts'
import { numberText } from './number-text.ts'
import { timeSpentOf, type TimeSpent } from './time-spent.ts'

/** A run with its curves (of a population those of the best member), and its time where telemetry tells of it. */
export type Run = Readonly<{ record: RunRecord; curve: Curve; time: TimeSpent | null }>

/** Seeds of the same thing; at least one run. */
export type RunGroup = Readonly<{ label: string; runs: readonly Run[] }>

/** Everything on one environment or problem. */
export type TaskRuns = Readonly<{ task: string; groups: readonly RunGroup[] }>

/** `repeated` are the places of runs left out because the same seed of the same thing is there already. */
export type OrderedRuns = Readonly<{ tasks: readonly TaskRuns[]; repeated: readonly string[] }>

/** The part of a config that decides results, without the seed. */
const thingOf = ({ config, codeVersion, backend }: Manifest): Readonly<Record<string, unknown>> => {
  const { name: _name, seed: _seed, compare: _compare, checkpoint: _checkpoint, ...rest } = config
  return { ...rest, backend: backend.name, codeVersion }
}

const subjectOf = ({ task }: RunConfig): Readonly<{ id: string; options: unknown }> => (task.kind === 'env' ? task.env : task.problem)

const grouped = <A>(items: readonly A[], keyOf: (item: A) => string): readonly (readonly A[])[] => {
  const groups = new Map<string, A[]>()
  for (const item of items) {
    const name = keyOf(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

const leavesOf = (value: unknown, path: string): readonly (readonly [string, string])[] => {
  if (typeof value !== 'object' || value === null) return [[path, typeof value === 'number' ? numberText(value) : String(value)]]
  return Object.entries(value).flatMap(([name, below]) => leavesOf(below, path === '' ? name : `${path}.${name}`))
}

const MOST_NAMED = 2

/** Names for things that would have the same: what sets each apart from the others, at most two settings of it. */
const distinguished = (things: readonly Readonly<{ label: string; thing: unknown }>[]): readonly string[] => {
  const leaves = things.map(({ thing }) => new Map(leavesOf(thing, '')))
  const paths = [...new Set(leaves.flatMap((map) => [...map.keys()]))]
  return things.map(({ label }, i) => {
    const rivals = things.flatMap((other, j) => (other.label === label && j !== i ? [j] : []))
    if (rivals.length === 0) return label
    const telling = paths.filter((path) => rivals.some((j) => leaves[j].get(path) !== leaves[i].get(path)) && leaves[i].has(path))
    const words = telling.slice(0, MOST_NAMED).map((path) => `${path.slice(path.lastIndexOf('.') + 1)} ${leaves[i].get(path)}`)
    return [label, ...words].join(' ')
  })
}

/** Where settings do not tell things apart within the words allowed, numbers do. */
const numbered = (labels: readonly string[]): readonly string[] =>
  labels.map((label, i) =>
    labels.filter((other) => other === label).length === 1 ? label : `${label} #${labels.slice(0, i + 1).filter((other) => other === label).length}`,
  )

/** One run per seed, the longest one. */
const onePerSeed = (runs: readonly Run[]): readonly Run[] =>
  grouped(runs, ({ record }) => String(record.manifest.seed)).map((same) =>
    same.reduce((longest, run) => (run.curve.step.length > longest.curve.step.length ? run : longest)),
  )

/** Puts `records` in order; tasks, things and seeds keep the order in which they first come. */
export const orderRuns = (records: readonly RunRecord[]): OrderedRuns => {
  const runs = records.map((record): Run => ({ record, curve: curveOfBest(record.log.events), time: timeSpentOf(record.telemetry) }))
  const byTask = grouped(runs, ({ record }) => canonicalJson(subjectOf(record.manifest.config)))
  const names = numbered(
    distinguished(byTask.map(([{ record }]) => ({ label: subjectOf(record.manifest.config).id, thing: subjectOf(record.manifest.config) }))),
  )
  const tasks = byTask.map((ofTask, t): TaskRuns => {
    const things = grouped(ofTask, ({ record }) => canonicalJson(thingOf(record.manifest)))
    const labels = numbered(distinguished(things.map(([{ record }]) => ({ label: record.label, thing: thingOf(record.manifest) }))))
    return { task: names[t], groups: things.map((ofThing, i) => ({ label: labels[i], runs: onePerSeed(ofThing) })) }
  })
  const kept = new Set(tasks.flatMap(({ groups }) => groups.flatMap((group) => group.runs.map(({ record }) => record))))
  return { tasks, repeated: records.filter((record) => !kept.has(record)).map(({ place }) => place) }
}
