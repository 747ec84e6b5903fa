/**
 * Config as text: YAML (of which JSON is a part) to data with the line of every field, and `path=value` overrides.
 *
 * *Source:* YAML 1.2.2, core schema. *Deviations:* 1. aliases that expand to more than a hundred nodes are refused by the parser.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { isNode, LineCounter, parse, parseDocument, type YAMLParseError } from 'yaml'
import { configProblem, type ConfigProblem } from './fault.ts'

/** What stands in a text, and where: `lineOf` answers the line (from 1) of a dotted path, of its nearest parent where it is absent. */
export type ConfigText = Readonly<{ value: unknown; lineOf(path: string): number | null }>

const segmentsOf = (path: string): readonly string[] => (path === '' ? [] : path.split('.'))

const syntaxProblem = (error: YAMLParseError): ConfigProblem =>
  configProblem(
    error.linePos === undefined ? '' : `line ${error.linePos[0].line}`,
    'YAML',
    error.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, ''),
  )

/** Parses YAML; all syntax errors are told by their lines. */
export const parseConfigText = (text: string): Either<readonly ConfigProblem[], ConfigText> => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  if (document.errors.length > 0) return left(document.errors.map(syntaxProblem))
  const lineOf = (path: string): number | null => {
    const segments = segmentsOf(path)
    for (let length = segments.length; length > 0; length--) {
      const node = document.getIn(segments.slice(0, length), true)
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
    }
    return null
  }
  return right({ value: document.toJS(), lineOf })
}

/** `problems` with the line of their field behind the path. */
export const withLines = (problems: readonly ConfigProblem[], text: ConfigText): readonly ConfigProblem[] =>
  problems.map((problem) => {
    const line = text.lineOf(problem.path)
    return line === null ? problem : { ...problem, path: `${problem.path} (line ${line})` }
  })

type Branch = Readonly<Record<string, unknown>>

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null

/** Names that decide which other fields there are: another value makes the fields beside it meaningless. */
const TAGS: ReadonlySet<string> = new Set(['kind', 'id'])

const setIn = (target: unknown, [name, ...rest]: readonly string[], value: unknown): unknown => {
  const branch = isBranch(target) ? target : {}
  if (rest.length === 0 && TAGS.has(name) && branch[name] !== value) return { [name]: value }
  const below = rest.length === 0 ? value : setIn(branch[name], rest, value)
  return Array.isArray(branch) ? branch.with(Number(name), below) : { ...branch, [name]: below }
}

const setProblem = (assignment: string, expected: string, received: string): Either<ConfigProblem, never> =>
  left(configProblem(`--set ${assignment}`, expected, received, 'for example --set outer.interval=5'))

/** Whether every list on the way has the index that is named. */
const reachable = (target: unknown, segments: readonly string[]): boolean => {
  let branch = target
  for (const name of segments) {
    if (Array.isArray(branch) && !(Number(name) >= 0 && Number(name) < branch.length && Number.isInteger(Number(name)))) return false
    branch = isBranch(branch) ? branch[name] : undefined
  }
  return true
}

/**
 * `config` with `path=value` set; the value is read as YAML, so numbers, lists and records can be given.
 * Setting a `kind` or `id` to another value drops the settings of the former one.
 * Example: `applySet(config, 'outer.interval=5')`.
 */
export const applySet = (config: unknown, assignment: string): Either<ConfigProblem, unknown> => {
  const cut = assignment.indexOf('=')
  if (cut < 1) return setProblem(assignment, 'path=value', assignment)
  const segments = segmentsOf(assignment.slice(0, cut).trim())
  if (segments.some((name) => name === '' || name === '__proto__'))
    return setProblem(assignment, 'a path of names joined by dots', assignment.slice(0, cut))
  if (!reachable(config, segments)) return setProblem(assignment, 'an index of an existing entry', assignment.slice(0, cut))
  try {
    return right(setIn(config, segments, parse(assignment.slice(cut + 1)) as unknown))
  } catch (error) {
    return setProblem(assignment, 'a value in YAML', error instanceof Error ? error.message.split('\n')[0] : assignment.slice(cut + 1))
  }
}
