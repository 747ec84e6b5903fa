/**
 * What can be named in a config: learners, outer levels, environments, wrappers, problems, backends and presets, as entries of data.
 *
 * An entry binds a zod schema of settings (every field with a default and a description) to a constructor. What a config check
 * must know before anything is opened (the space, what is needed and offered) is asked of the entry with its settings. A user's own
 * module exports lists of the same entries.
 *
 * *Source:* house contract 4 (registry). *Deviations:* none.
 */
import type { z } from 'zod'
import type { Backend, BackendEntry } from '../core/backend.ts'
import type { EnvEntry } from '../core/env.ts'
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import type { ObsScaling, PolicySpec } from '../core/job.ts'
import type { ContextPart, Learner, Probe } from '../core/learner.ts'
import type { ProblemEntry } from '../core/problem.ts'
import type { TaskFamily } from '../core/task-family.ts'
import type { TaskInfo } from '../core/task.ts'
import type { WrapperEntry } from '../core/wrapper.ts'
import type { Scheduler } from '../outer/scheduler.ts'
import type { ConfigProblem } from './fault.ts'
import type { MemoryMap } from './memory-map.ts'
import type { Preset } from './preset.ts'

/** A learner and a scheduler of unknown state: what a composition of named parts works with. */
export type AnyLearner = Learner<unknown, HyperRecord, unknown>
export type AnyScheduler = Scheduler<unknown, unknown, HyperRecord>

/** Settings as they come out of an entry's schema: complete, and of the kind that the entry names. */
export type Settings = Readonly<Record<string, unknown>>

/** One line of `bilevel list`: `file` is the path of the method's source file in the package. */
export type Described = Readonly<{ kind: string; title: string; paper: string; file: string; line: string }>

/** What a learner with certain settings is, before a task is opened. `popsize` is null where there is no population. */
export type LearnerFacts = Readonly<{
  space: Readonly<Record<string, HyperParameter>>
  /** The values that its settings give to its hyperparameters: in force unless an outer level moves them. */
  hyper: HyperRecord
  provides: readonly ContextPart[]
  probes: readonly Probe['kind'][]
  popsize: number | null
  /** Gradients that its training context keeps; none where nothing is said. */
  gradientHistory?: number
}>

/** Fields of a task on an environment that a learner fills in where a config leaves them open, before the defaults of a task. */
export type TaskDefaults = Readonly<{ policy?: Partial<PolicySpec>; normaliseObs?: boolean; obsScaling?: ObsScaling }>

/** A range inside which an outer level moves a hyperparameter. */
export type TuneRange = Readonly<{ low: number; high: number; scale: 'linear' | 'log' }>

export type LearnerEntry = Described &
  Readonly<{
    taskDefaults?: TaskDefaults
    /** Learns on tasks that are drawn from a family; an environment without one is a problem of the config. */
    needsFamily?: boolean
    /** What an outer level with `tune` moves where a config leaves it open, and how far; without it sigma, as in an evolution strategy. */
    tuneDefaults?: Readonly<Record<string, TuneRange>>
    schema: z.ZodObject
    /** Problems that no schema can say (pairs that need an even number, for example), paths relative to the settings. */
    problems(settings: Settings): readonly ConfigProblem[]
    facts(settings: Settings): LearnerFacts
    build(options: Readonly<{ settings: Settings; task: TaskInfo; backend: Backend }>): AnyLearner
  }>

/** What an outer level with certain settings asks of a learner, and the hyperparameters that it names. */
export type OuterFacts = Readonly<{ needs: readonly ContextPart[]; probes: readonly Probe['kind'][] }>

export type OuterEntry = Described &
  Readonly<{
    schema: z.ZodObject
    /** Problems of the settings against the learner that they will drive, paths relative to the settings. */
    problems(settings: Settings, learner: LearnerFacts): readonly ConfigProblem[]
    facts(settings: Settings): OuterFacts
    /** Files that the settings name, to be read before `embed`; empty for settings that are complete in themselves. */
    files(settings: Settings): readonly string[]
    /** The settings with the content of those files (by name) in place of their names. */
    embed(settings: Settings, contents: ReadonlyMap<string, Uint8Array>): Readonly<{ settings: Settings; problems: readonly ConfigProblem[] }>
    build(options: Readonly<{ settings: Settings; learner: LearnerFacts; backend: Backend }>): AnyScheduler
    /** What there is to see of a memory in a state of its scheduler; null where that is empty. Entries without a memory have no such function. */
    memoryMap?(state: unknown): MemoryMap | null
  }>

export type Registry = Readonly<{
  learners: readonly LearnerEntry[]
  outers: readonly OuterEntry[]
  envs: readonly EnvEntry[]
  /** Distributions of tasks, by the name of the environment whose options they draw. */
  families: readonly TaskFamily[]
  wrappers: readonly WrapperEntry[]
  problems: readonly ProblemEntry[]
  /** The first one is the default. */
  backends: readonly BackendEntry[]
  presets: readonly Preset[]
}>

/** `T` with the settings of its functions typed by its schema. */
type Typed<T, Z extends z.ZodObject> = Omit<T, 'schema' | 'problems' | 'facts' | 'files' | 'embed' | 'build'> & Readonly<{ schema: Z }>

export type LearnerDefinition<Z extends z.ZodObject> = Typed<LearnerEntry, Z> &
  Readonly<{
    problems(settings: z.infer<Z>): readonly ConfigProblem[]
    facts(settings: z.infer<Z>): LearnerFacts
    build(options: Readonly<{ settings: z.infer<Z>; task: TaskInfo; backend: Backend }>): AnyLearner
  }>

export type OuterDefinition<Z extends z.ZodObject> = Typed<OuterEntry, Z> &
  Readonly<{
    problems(settings: z.infer<Z>, learner: LearnerFacts): readonly ConfigProblem[]
    facts(settings: z.infer<Z>): OuterFacts
    build(options: Readonly<{ settings: z.infer<Z>; learner: LearnerFacts; backend: Backend }>): AnyScheduler
  }> &
  Partial<
    Readonly<{
      files(settings: z.infer<Z>): readonly string[]
      embed(settings: z.infer<Z>, contents: ReadonlyMap<string, Uint8Array>): Readonly<{ settings: Settings; problems: readonly ConfigProblem[] }>
    }>
  >

/** A learner entry whose functions receive settings of the type of its schema. */
export const defineLearner = <Z extends z.ZodObject>(definition: LearnerDefinition<Z>): LearnerEntry => definition as unknown as LearnerEntry

/** An outer-level entry whose functions receive settings of the type of its schema; without `files` it reads none. */
export const defineOuter = <Z extends z.ZodObject>(definition: OuterDefinition<Z>): OuterEntry => {
  const complete = { files: () => [], embed: (settings: Settings) => ({ settings, problems: [] }), ...definition }
  return complete as unknown as OuterEntry
}

/** What a user's module may add, each part optional. */
export type RegistryModule = Partial<Omit<Registry, 'backends'>>

/** `registry` with the entries of `modules` behind its own, in order; a name that is taken twice is the first one's. */
export const extendRegistry = (registry: Registry, modules: readonly RegistryModule[]): Registry => ({
  learners: [...registry.learners, ...modules.flatMap((module) => module.learners ?? [])],
  outers: [...registry.outers, ...modules.flatMap((module) => module.outers ?? [])],
  envs: [...registry.envs, ...modules.flatMap((module) => module.envs ?? [])],
  families: [...registry.families, ...modules.flatMap((module) => module.families ?? [])],
  wrappers: [...registry.wrappers, ...modules.flatMap((module) => module.wrappers ?? [])],
  problems: [...registry.problems, ...modules.flatMap((module) => module.problems ?? [])],
  backends: registry.backends,
  presets: [...registry.presets, ...modules.flatMap((module) => module.presets ?? [])],
})
