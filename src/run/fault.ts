/**
 * What went wrong outside of us: a config, a file, a disk. Data with one shape, so that every edge prints it the same way.
 *
 * *Source:* house rule 8.1. *Deviations:* none.
 */
import type { Refusal } from '../core/rejection.ts'

/** `path` names the place (a field of a config, a file, a line of a file); `hint` is empty where there is nothing to advise. */
export type Fault<Tag extends string = string> = Readonly<{ _tag: Tag }> & Refusal

/** A fault of a config; `path` is the dotted path of the field. */
export type ConfigProblem = Fault<'ConfigProblem'>

/** A problem of the config field at `path`. */
export const configProblem = (path: string, expected: string, received: string, hint = ''): ConfigProblem => ({
  _tag: 'ConfigProblem',
  path,
  expected,
  received,
  hint,
})

/** `problems` of a part of a config that stands at `path`. */
export const under = (path: string, problems: readonly Refusal[]): readonly ConfigProblem[] =>
  problems.map((problem) => ({ ...problem, _tag: 'ConfigProblem', path: problem.path === '' ? path : `${path}.${problem.path}` }))

/** The same problem as an argument that was refused. */
export const configProblemOf = ({ path, expected, received, hint }: Refusal): ConfigProblem => configProblem(path, expected, received, hint)

/** One readable paragraph: `path: expected …, received …` and, on its own line, the hint. */
export const renderFault = (fault: Fault): string => {
  const place = fault.path === '' ? '(the whole file)' : fault.path
  return `${place}: expected ${fault.expected}, received ${fault.received}${fault.hint === '' ? '' : `\n  ${fault.hint}`}`
}
