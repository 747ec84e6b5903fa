/**
 * The schema of a task: an environment with a policy, or an analytic problem, out of those that a registry knows.
 *
 * The policy's defaults are those of the BiERL authors' program: two layers of 64 tanh units, a linear mean, a Gaussian whose
 * log standard deviation starts at −3.5 and evolves with the weights, PyTorch's initialisation, actions handed on unclipped.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, and its program. *Deviations:* none.
 */
import { z } from 'zod'
import type { Json } from '../core/env.ts'
import type { WrapperEntry } from '../core/wrapper.ts'
import { esScaling } from '../nn/normaliser.ts'
import type { Registry } from './registry.ts'

const activation = z.enum(['linear', 'tanh', 'relu', 'sigmoid'])

const policySchema = z.strictObject({
  kind: z.enum(['gaussian', 'deterministic', 'categorical']).default('gaussian').describe("how the network's output becomes an action; categorical where nothing is said and actions are discrete"),
  hidden: z.array(z.int().positive()).default([64, 64]).describe('widths of the hidden layers'),
  activation: activation.default('tanh').describe('activation of the hidden layers'),
  outputActivation: activation.default('linear').describe('activation of the output layer'),
  initialLogStd: z.number().default(-3.5).describe('start of the log standard deviation of a gaussian policy'),
  init: z.enum(['torch', 'xavier-normal', 'orthogonal', 'zeros']).default('torch').describe('initialisation of the weights'),
  action: z.enum(['raw', 'clip', 'rescale']).default('raw').describe('how the action meets the bounds of the environment'),
})

/** The schema of an option, by its default: a default fixes the kind of its option. */
const optionSchema = (fallback: Json): z.ZodType => {
  if (typeof fallback === 'number') return z.number().default(fallback)
  if (typeof fallback === 'boolean') return z.boolean().default(fallback)
  if (typeof fallback === 'string') return z.string().default(fallback)
  if (Array.isArray(fallback))
    return z
      .array(z.number().nullable())
      .length(fallback.length)
      .default(fallback as (number | null)[])
  return z.json().default(fallback as never)
}

type Named = Readonly<{ id: string; title: string; options: Readonly<Record<string, Json>> }>

const fieldsOf = (options: Named['options']): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(Object.entries(options).map(([name, fallback]) => [name, optionSchema(fallback)]))

/** The first entry of each name, so that a name means one thing. */
export const firstOfEach = <T>(entries: readonly T[], nameOf: (entry: T) => string): readonly T[] =>
  entries.filter((entry, i) => entries.findIndex((other) => nameOf(other) === nameOf(entry)) === i)

/** A reference by id to one of `entries`, with its options and `more` fields. */
const referenceSchema = (entries: readonly Named[], more: Readonly<Record<string, z.ZodType>> = {}): z.ZodType => {
  const members = firstOfEach(entries, (entry) => entry.id).map(({ id, title, options }) =>
    z.strictObject({ id: z.literal(id).describe(title), options: z.strictObject(fieldsOf(options)).prefault({}), ...more }),
  )
  const [first, ...rest] = members
  return first === undefined ? z.never() : z.discriminatedUnion('id', [first, ...rest])
}

/** The schema of one wrapper out of `entries`, with its settings beside its kind. */
export const wrapperSchema = (entries: readonly WrapperEntry[]): z.ZodType => {
  const members = firstOfEach(entries, (entry) => entry.kind).map(({ kind, title, settings }) =>
    z.strictObject({ kind: z.literal(kind).describe(title), ...fieldsOf(settings) }),
  )
  const [first, ...rest] = members
  return first === undefined ? z.never() : z.discriminatedUnion('kind', [first, ...rest])
}

/** Absent where there are none, so that a config without wrappers is the same as before there were any. */
const wrappersSchema = (entries: readonly WrapperEntry[]): z.ZodType =>
  z.array(wrapperSchema(entries)).min(1).optional().describe('wrappers of the environment in order, the first one innermost; left out for none')

/** The schema of a task over the environments, wrappers and problems of `registry`. */
export const taskSchema = ({ envs, wrappers, problems }: Pick<Registry, 'envs' | 'wrappers' | 'problems'>): z.ZodType =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('env'),
      env: referenceSchema(envs, { wrappers: wrappersSchema(wrappers) }),
      policy: policySchema.prefault({}).describe('the policy network that is improved'),
      normaliseObs: z.boolean().default(false).describe('standardise observations by their running statistics'),
      obsScaling: z
        .strictObject({
          clip: z.number().positive().default(esScaling.clip).describe('bound of a standardised observation'),
          varianceFloor: z.number().positive().default(esScaling.varianceFloor).describe('smallest variance that is divided by'),
        })
        .prefault({}),
    }),
    z.strictObject({ kind: z.literal('problem'), problem: referenceSchema(problems) }),
  ])
