/**
 * From a failed schema check to problems that a user can act on: where, what was expected, what was found, what was probably meant.
 *
 * *Source:* house rule 8.1 (decoding collects all problems). *Deviations:* none.
 */
import type { z } from 'zod'
import { didYouMean, shown } from '../core/rejection.ts'
import { configProblem, type ConfigProblem } from './fault.ts'

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue
/** What is read of a schema's definition; which fields there are depends on its kind. */
type Definition = Readonly<{
  innerType?: z.core.$ZodType
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
  options?: readonly z.core.$ZodType[]
  discriminator?: string
  shape?: Shape
  format?: string
}>
type Shape = Readonly<Record<string, z.core.$ZodType>>

/** A path as it is printed and as it can be looked up again: names and indices joined by dots. */
export const dotted = (path: Path): string => path.map(String).join('.')

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition

const valueAt = (input: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[name] : undefined),
    input,
  )

/** The member of a tagged union that `value` chooses by its tag. */
const chosen = (definition: Definition, value: unknown): z.core.$ZodType | undefined => {
  const { discriminator, options = [] } = definition
  if (discriminator === undefined) return undefined
  const tag = valueAt(value, [discriminator])
  return options.find((option) => {
    const literal = definitionOf(option).shape?.[discriminator]?._zod.values
    return literal?.has(tag as z.core.util.Primitive) === true
  })
}

/** The schema that applies at a path, without what wraps it, and the words that describe the field. */
type Found = Readonly<{ schema: z.core.$ZodType; description: string }>

const descriptionOf = (schema: z.core.$ZodType): string => (schema as Readonly<{ description?: string }>).description ?? ''

/** What applies at `path` of `input`; undefined where no schema does. `description` is that of the wrappers so far. */
const schemaAt = (schema: z.core.$ZodType, input: unknown, path: Path, description = ''): Found | undefined => {
  const definition = definitionOf(schema)
  const words = description || descriptionOf(schema)
  if (definition.innerType !== undefined) return schemaAt(definition.innerType, input, path, words)
  if (definition.discriminator !== undefined) {
    const option = chosen(definition, input)
    return option !== undefined ? schemaAt(option, input, path, words) : path.length === 0 ? { schema, description: words } : undefined
  }
  if (path.length === 0) return { schema, description: words }
  const [name, ...rest] = path
  const below = definition.shape?.[String(name)] ?? definition.element ?? definition.valueType
  return below === undefined ? undefined : schemaAt(below, valueAt(input, [name]), rest)
}

const namesAt = (schema: z.core.$ZodType, input: unknown, path: Path): readonly string[] => {
  const found = schemaAt(schema, input, path)
  return found === undefined ? [] : Object.keys(definitionOf(found.schema).shape ?? {})
}

const names: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a record of named values',
  record: 'a record of named values',
  null: 'nothing (null)',
}

const typeName = (name: string): string => names[name] ?? name

const oneOf = (options: readonly unknown[]): string => (options.length === 1 ? shown(options[0]) : `one of ${options.map(shown).join(', ')}`)

const lengthUnit: Readonly<Record<string, string>> = { array: ' entries', string: ' characters' }

const expectedBy = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return typeName(issue.expected)
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${lengthUnit[issue.origin] ?? ''}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${lengthUnit[issue.origin] ?? ''}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_union':
      return issue.errors.length === 0
        ? oneOf((issue as { readonly options?: readonly unknown[] }).options ?? [])
        : issue.errors.flat().map(expectedBy).join(' or ')
    default:
      return issue.message
  }
}

const optionsOf = (issue: Issue): readonly string[] => {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return issue.errors.flat().flatMap(optionsOf)
  const options: readonly unknown[] =
    issue.code === 'invalid_value' ? issue.values : ((issue as { readonly options?: readonly unknown[] }).options ?? [])
  return options.filter((option) => typeof option === 'string')
}

/** A whole number is asked for, though a text was found that is no number at all. */
const wantsInteger = (issue: Issue, found: Found | undefined): boolean =>
  issue.code === 'invalid_type' && issue.expected === 'number' && found !== undefined && definitionOf(found.schema).format === 'safeint'

/** What to write instead of a number with a separator of thousands, which is a text in YAML and JSON; empty for anything else. */
const withoutSeparators = (issue: Issue, received: unknown): string => {
  if (issue.code !== 'invalid_type' || issue.expected !== 'number' || typeof received !== 'string') return ''
  const plain = received.replaceAll(/[_,' ]/g, '')
  return plain !== received && plain !== '' && Number.isFinite(Number(plain)) ? `write ${plain}: with a separator of thousands it is a text` : ''
}

const problemsOf = (schema: z.core.$ZodType, input: unknown, issue: Issue): readonly ConfigProblem[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = namesAt(schema, input, issue.path)
    return issue.keys.map((key) =>
      configProblem(dotted([...issue.path, key]), `one of the names ${known.join(', ')}`, shown(key), didYouMean(key, known)),
    )
  }
  const received = valueAt(input, issue.path)
  const found = schemaAt(schema, input, issue.path)
  const hint = withoutSeparators(issue, received) || didYouMean(received, optionsOf(issue)) || (found?.description ?? '')
  return [configProblem(dotted(issue.path), wantsInteger(issue, found) ? typeName('int') : expectedBy(issue), shown(received), hint)]
}

/** All problems of `input` that a check against `schema` found, in the order of the schema. */
export const problemsFrom = (schema: z.core.$ZodType, input: unknown, error: z.core.$ZodError): readonly ConfigProblem[] =>
  error.issues.flatMap((issue) => problemsOf(schema, input, issue))

/** Problems of names that no config may hold, because they reach the prototype of a record. */
export const forbiddenNames = (input: unknown, path: Path = []): readonly ConfigProblem[] => {
  if (typeof input !== 'object' || input === null) return []
  return Object.keys(input).flatMap((name) =>
    name === '__proto__'
      ? [configProblem(dotted([...path, name]), 'an ordinary name', name)]
      : forbiddenNames((input as Readonly<Record<string, unknown>>)[name], [...path, name]),
  )
}
