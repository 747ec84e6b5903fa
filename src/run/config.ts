/**
 * The config of a run: its schema over a registry, and the way from what a user wrote to a resolved config.
 *
 * A resolved config holds every value, defaults included, and is plain JSON: it is what a manifest keeps, and a manifest can
 * be given back as a config. All problems are found in one pass; of a tagged choice only those of the chosen kind are told.
 *
 * *Source:* house contract 4 and rule 8.1. *Deviations:* none.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Json } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { PolicySpec, Task } from '../core/job.ts'
import { shown } from '../core/rejection.ts'
import type { Budget } from '../experiment/budget.ts'
import { forbiddenNames, problemsFrom } from './config-problems.ts'
import { configProblem, under, type ConfigProblem } from './fault.ts'
import { looksLikeManifest } from './manifest.ts'
import type { Described, LearnerEntry, OuterEntry, Registry, Settings } from './registry.ts'
import { isRecord, isRefused, soundPart, type Input } from './sound-part.ts'
import { firstOfEach, taskSchema } from './task-schema.ts'
import { wrapperProblems } from './wrapper-problems.ts'

/** A choice by kind with the settings of that kind beside it. */
export type Tagged = Readonly<{ kind: string }> & Settings

/** A further run with the same task, seed and budget, against which the run is reported; `learner` null means the same learner. */
export type Comparison = Readonly<{ label: string; outer: Tagged; learner: Tagged | null }>

/** A resolved config. `checkpoint.every` counts learner steps; `keep` is how many checkpoints stay. */
export type RunConfig = Readonly<{
  name: string
  seed: string | number
  task: Task
  learner: Tagged
  outer: Tagged
  budget: Budget
  backend: string
  checkpoint: Readonly<{ every: number; keep: number }>
  compare: readonly Comparison[]
  modules: readonly string[]
}>

const nameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'a name of letters, digits, dots, dashes and underscores')

const taggedSchema = (entries: readonly (Described & Readonly<{ schema: z.ZodObject }>)[]): z.ZodType => {
  const members = firstOfEach(entries, (entry) => entry.kind).map(({ kind, line, schema }) =>
    z.strictObject({ kind: z.literal(kind).describe(line), ...schema.shape }),
  )
  const [first, ...rest] = members
  return first === undefined ? z.never() : z.discriminatedUnion('kind', [first, ...rest])
}

const budgetSchema = z
  .strictObject({
    envSteps: z.int().positive().nullable().default(null).describe('env steps after which the run ends, those of the outer level included; what they brought is learnt from first'),
    steps: z.int().positive().nullable().default(null).describe('learner steps (generations) after which the run ends'),
  })
  .refine(({ envSteps, steps }) => envSteps !== null || steps !== null, 'a limit: envSteps, steps or both')
  .describe('at least one of envSteps and steps')

/** The schema of a config over what `registry` knows. */
export const configSchema = (registry: Registry) => {
  const learner = taggedSchema(registry.learners)
  const outer = taggedSchema(registry.outers)
  const [backend, ...backends] = registry.backends.map(({ name }) => name)
  return z.strictObject({
    name: nameSchema.default('run').describe('name of the run and of its directory'),
    seed: z.union([z.string(), z.number()]).default(1).describe('root of all randomness; 7 and "7" are the same seed'),
    task: taskSchema(registry).describe('what the policy is trained on'),
    learner: learner.describe('what improves the policy'),
    outer: outer.describe('what changes how the learner learns'),
    budget: budgetSchema,
    backend: z
      .enum([backend, ...backends])
      .default(backend)
      .describe('which kernels compute; results are the same on every exact one'),
    checkpoint: z
      .strictObject({
        every: z.int().positive().default(10).describe('learner steps between two checkpoints'),
        keep: z.int().positive().default(3).describe('how many checkpoints are kept'),
      })
      .prefault({}),
    compare: z
      .array(
        z.strictObject({ label: nameSchema.describe('name of the curve and of its directory'), outer, learner: learner.nullable().default(null) }),
      )
      .default([])
      .describe('further runs with the same task, seed and budget'),
    modules: z.array(z.string()).default([]).describe('modules of your own with environments, learners, outer levels or problems'),
  })
}

const entryOf = <E extends Described>(entries: readonly E[], kind: string): E => {
  const entry = entries.find((candidate) => candidate.kind === kind)
  invariant(entry !== undefined, `'${kind}' is not in the registry`)
  return entry
}

/** The entry of the learner of a resolved config, and its settings. */
export const learnerOf = (registry: Registry, { kind, ...settings }: Tagged): Readonly<{ entry: LearnerEntry; settings: Settings }> => ({
  entry: entryOf(registry.learners, kind),
  settings,
})

/** The entry of the outer level of a resolved config, and its settings. */
export const outerOf = (registry: Registry, { kind, ...settings }: Tagged): Readonly<{ entry: OuterEntry; settings: Settings }> => ({
  entry: entryOf(registry.outers, kind),
  settings,
})

/** Where the two sides of a pair stand in the config; a learner that was checked elsewhere is not told of twice. */
type Place = Readonly<{ learner: string; outer: string; ownLearner: boolean }>

/** Problems of a pair that no schema of one side can see: what is needed and not offered, what is tuned and not there. */
const pairProblems = (registry: Registry, learner: Tagged, outer: Tagged, place: Place): readonly ConfigProblem[] => {
  const inner = learnerOf(registry, learner)
  const level = outerOf(registry, outer)
  const facts = inner.entry.facts(inner.settings)
  const asked = level.entry.facts(level.settings)
  const lacking = (what: string, wanted: readonly string[], offered: readonly string[]): readonly ConfigProblem[] =>
    wanted
      .filter((part) => !offered.includes(part))
      .map((part) =>
        configProblem(
          `${place.outer}.kind`,
          `an outer level that ${learner.kind} can serve`,
          shown(outer.kind),
          `it needs ${what} '${part}', and ${learner.kind} offers ${offered.join(', ') || 'none'}`,
        ),
      )
  return [
    ...(place.ownLearner ? under(place.learner, inner.entry.problems(inner.settings)) : []),
    ...lacking('the context', asked.needs, facts.provides),
    ...lacking('the probe', asked.probes, facts.probes),
    ...under(place.outer, level.entry.problems(level.settings, facts)),
  ]
}

/** Learners that need a family of tasks where the environment has none. */
const familyProblems = (registry: Registry, task: unknown, learners: readonly unknown[]): readonly ConfigProblem[] => {
  if (!isRecord(task) || !isRecord(task.env)) return []
  const { id } = task.env
  const needing = learners.find((learner) => isRecord(learner) && registry.learners.find(({ kind }) => kind === learner.kind)?.needsFamily === true)
  if (!isRecord(needing) || registry.families.some((family) => family.id === id) || !registry.envs.some((entry) => entry.id === id)) return []
  const known = registry.families.map((family) => family.id).join(', ')
  return [configProblem('task.env.id', `an environment with a family of tasks, for ${shown(needing.kind)}`, shown(id), `there are ${known}`)]
}

const labelProblems = (comparisons: readonly Input[]): readonly ConfigProblem[] => {
  const labels = comparisons.map(({ label }) => label)
  return labels.flatMap((label, i) => {
    const first = labels.indexOf(label)
    return typeof label === 'string' && first < i
      ? [configProblem(`compare.${i}.label`, 'a label of its own', shown(label), `compare.${first} has the same`)]
      : []
  })
}

/** Checks across fields. Problems of fields that the schema refused are left to it. */
const crossProblems = (registry: Registry, input: Input): readonly ConfigProblem[] => {
  const learners = taggedSchema(registry.learners)
  const outers = taggedSchema(registry.outers)
  const pair = (learner: unknown, outer: unknown, place: Place): readonly ConfigProblem[] => {
    const inner = soundPart<Tagged>(learners, learner)
    const level = soundPart<Tagged>(outers, outer)
    if (inner === null || level === null) return []
    const refused = [...inner.replaced.map((name) => `${place.learner}.${name}`), ...level.replaced.map((name) => `${place.outer}.${name}`)]
    return pairProblems(registry, inner.value, level.value, place).filter(({ path }) => !isRefused(path, refused))
  }
  const comparisons = (Array.isArray(input.compare) ? (input.compare as readonly unknown[]) : []).map((comparison) =>
    isRecord(comparison) ? comparison : {},
  )
  return [
    ...wrapperProblems(registry, input.task),
    ...familyProblems(registry, input.task, [input.learner, ...comparisons.map(({ learner }) => learner)]),
    ...pair(input.learner, input.outer, { learner: 'learner', outer: 'outer', ownLearner: true }),
    ...comparisons.flatMap(({ outer, learner }, i) => {
      const own = isRecord(learner)
      return pair(own ? learner : input.learner, outer, {
        learner: own ? `compare.${i}.learner` : 'learner',
        outer: `compare.${i}.outer`,
        ownLearner: own,
      })
    }),
    ...labelProblems(comparisons),
  ]
}

/** What was written, with the task's open fields filled in by the actions of its environment and by the learner that was named. */
const withTaskDefaults = (written: unknown, registry: Registry): unknown => {
  if (!isRecord(written) || !isRecord(written.task) || written.task.kind !== 'env') return written
  const { task, learner } = written
  const kind = isRecord(learner) ? learner.kind : null
  const defaults = registry.learners.find((entry) => entry.kind === kind)?.taskDefaults
  const id = isRecord(task.env) ? task.env.id : null
  const byActions: Partial<PolicySpec> = registry.envs.find((entry) => entry.id === id)?.actions === 'discrete' ? { kind: 'categorical' } : {}
  const policy = task.policy === undefined || isRecord(task.policy) ? { ...defaults?.policy, ...byActions, ...task.policy } : task.policy
  return { ...written, task: { ...defaults, ...task, policy } }
}

/** An outer level as it was written, with the ranges of the learner's kind where it tunes and names none. */
const withTune = (outer: unknown, learner: unknown, registry: Registry): unknown => {
  if (!isRecord(outer) || !isRecord(learner) || outer.tune !== undefined) return outer
  const tune = registry.learners.find(({ kind }) => kind === learner.kind)?.tuneDefaults
  const tunes = registry.outers.find(({ kind }) => kind === outer.kind)?.schema.shape.tune !== undefined
  return tune === undefined || !tunes ? outer : { ...outer, tune }
}

/** What was written, with the ranges that an outer level tunes filled in by the learner that it drives. */
const withTuneDefaults = (written: unknown, registry: Registry): unknown => {
  if (!isRecord(written)) return written
  const { learner, compare } = written
  const compared = (comparison: unknown): unknown =>
    isRecord(comparison) ? { ...comparison, outer: withTune(comparison.outer, comparison.learner ?? learner, registry) } : comparison
  return {
    ...written,
    ...(written.outer === undefined ? {} : { outer: withTune(written.outer, learner, registry) }),
    ...(Array.isArray(compare) ? { compare: compare.map(compared) } : {}),
  }
}

/** Resolves what a user wrote (or a manifest) against `registry`: every default filled in, or all problems at once. */
export const resolveConfig = (input: unknown, registry: Registry): Either<readonly ConfigProblem[], RunConfig> => {
  const given = looksLikeManifest(input) ? input.config : input
  const forbidden = forbiddenNames(given)
  if (forbidden.length > 0) return left(forbidden)
  const written = withTuneDefaults(withTaskDefaults(given, registry), registry)
  const schema = configSchema(registry)
  const parsed = schema.safeParse(written)
  const problems = [
    ...(parsed.success ? [] : problemsFrom(schema, written, parsed.error)),
    ...(isRecord(written) ? crossProblems(registry, written) : []),
  ]
  if (problems.length > 0 || !parsed.success) return left(problems)
  return right(JSON.parse(JSON.stringify(parsed.data)) as RunConfig) // exactly what a manifest can hold: −0 becomes 0
}

const outersOf = (config: RunConfig): readonly Readonly<{ path: string; outer: Tagged; learner: Tagged }>[] => [
  { path: 'outer', outer: config.outer, learner: config.learner },
  ...config.compare.map(({ outer, learner }, i) => ({ path: `compare.${i}.outer`, outer, learner: learner ?? config.learner })),
]

/** The files that a resolved config names, to be read and given to `embedFiles`. */
export const filesOf = (config: RunConfig, registry: Registry): readonly string[] => {
  const files = outersOf(config).flatMap(({ outer }) => {
    const { entry, settings } = outerOf(registry, outer)
    return entry.files(settings)
  })
  return [...new Set(files)]
}

/** `config` with the content of its files (by name) in their place, so that it stands for itself; or the problems of that content. */
export const embedFiles = (
  config: RunConfig,
  registry: Registry,
  contents: ReadonlyMap<string, Uint8Array>,
): Either<readonly ConfigProblem[], RunConfig> => {
  const embedded = outersOf(config).map(({ path, outer, learner }) => {
    const { entry, settings } = outerOf(registry, outer)
    const result = entry.embed(settings, contents)
    const whole: Tagged = { ...result.settings, kind: outer.kind }
    const place: Place = { learner: 'learner', outer: path, ownLearner: false }
    return { outer: whole, problems: result.problems.length > 0 ? under(path, result.problems) : pairProblems(registry, learner, whole, place) }
  })
  const problems = embedded.flatMap((result) => result.problems)
  if (problems.length > 0) return left(problems)
  const [first, ...others] = embedded
  return right({ ...config, outer: first.outer, compare: config.compare.map((comparison, i) => ({ ...comparison, outer: others[i].outer })) })
}

/** The config of comparison `index`: the same task, seed and budget under another outer level (and learner, where it names one). */
export const comparisonConfig = (config: RunConfig, index: number): RunConfig => {
  const { label, outer, learner } = config.compare[index]
  return { ...config, name: `${config.name}-${label}`, outer, learner: learner ?? config.learner, compare: [] }
}

/** JSON Schema (draft 2020-12) of a config as a user writes it, for editors. */
export const configJsonSchema = (registry: Registry): Json => z.toJSONSchema(configSchema(registry), { io: 'input' }) as unknown as Json
