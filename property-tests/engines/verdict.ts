/**
 * Compares what engines said with the golden data, and tells it as a table.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { firstDifferingPart, partText } from './digest-chain.ts'
import type { Answer } from './run-engine.ts'
import type { Message } from './work.ts'

/** Chains by group and name, each as its marks with spaces between; `madeBy` names the engine that they come from. */
export type Golden = Readonly<{ madeBy: string; chains: Readonly<Record<string, Readonly<Record<string, string>>>> }>

/** `agent` is the engine as it names itself; `answer` is null where it was not found. */
export type Heard = Readonly<{ id: string; title: string; answer: Answer | null }>

type Cell = Readonly<{ verdict: 'ok' | 'differs' | 'failed' | 'not run'; remarks: readonly string[] }>

/** A row of the table: one engine, one cell per group. */
export type Row = Readonly<{ id: string; title: string; cells: readonly Cell[]; seconds: number | null; remarks: readonly string[] }>

type Said = Message & { kind: 'chain' }

const saidOf = (answer: Answer, group: string): ReadonlyMap<string, Said> =>
  new Map(answer.messages.flatMap((message) => (message.kind === 'chain' && message.group === group ? [[message.name, message] as const] : [])))

const differenceOf = (name: string, expected: string | undefined, found: Said | undefined): string | null => {
  if (expected === undefined) return `${name} is not in the golden data`
  if (found === undefined) return `${name} was not answered`
  const index = firstDifferingPart(expected.split(' '), found.chain)
  return index === null ? null : `${name}, ${partText(found.part, index)}`
}

const cellOf = (answer: Answer, golden: Golden, group: string): Cell => {
  const failures = answer.messages.flatMap((message) => (message.kind === 'failed' && message.group === group ? [`${message.name}: ${message.reason}`] : []))
  if (failures.length > 0) return { verdict: 'failed', remarks: failures.slice(0, 1) }
  const found = saidOf(answer, group)
  const expected = golden.chains[group] ?? {}
  const names = [...new Set([...Object.keys(expected), ...found.keys()])]
  const differences = names.flatMap((name) => differenceOf(name, expected[name], found.get(name)) ?? [])
  if (differences.length === 0) return { verdict: 'ok', remarks: [] }
  const others = differences.length > 1 ? ` (and ${differences.length - 1} more of ${names.length})` : ''
  return { verdict: answer.failure !== null && found.size < names.length ? 'failed' : 'differs', remarks: [`${differences[0]}${others}`] }
}

const agentOf = (answer: Answer): string | null => {
  const last = answer.messages.at(-1)
  return last?.kind === 'end' ? last.agent : null
}

/** The engine's row; `groups` are the columns. */
export const rowOf = ({ id, title, answer }: Heard, golden: Golden, groups: readonly string[]): Row => {
  if (answer === null) return { id, title, cells: groups.map(() => ({ verdict: 'not run', remarks: [] })), seconds: null, remarks: [] }
  const cells = groups.map((group) => cellOf(answer, golden, group))
  return { id, title: agentOf(answer) ?? title, cells, seconds: answer.seconds, remarks: answer.failure === null ? [] : [answer.failure] }
}

/** What is wrong with a row, in words; nothing where the engine agrees, or was not run. */
export const complaintsOf = ({ cells, remarks }: Row): readonly string[] => [...remarks, ...cells.flatMap((cell) => cell.remarks)]

/** Whether every engine that ran agrees with the golden data. */
export const allAgree = (rows: readonly Row[]): boolean => rows.every((row) => complaintsOf(row).length === 0)

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - text.length))

/** The table, and below it where engines differ. */
export const tableText = (rows: readonly Row[], groups: readonly string[]): string => {
  const lines = [['engine', ...groups, 'seconds'], ...rows.map((row) => [row.title, ...row.cells.map(({ verdict }) => verdict), row.seconds === null ? '' : row.seconds.toFixed(1)])]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const table = lines.map((line) => line.map((cell, column) => pad(cell, widths[column])).join('  ').trimEnd())
  const remarks = rows.flatMap((row) => [
    ...row.remarks.map((remark) => `${row.title}: ${remark}`),
    ...row.cells.flatMap(({ verdict, remarks: cellRemarks }, i) => cellRemarks.map((remark) => `${row.title}, ${groups[i]}, ${verdict}: ${remark}`)),
  ])
  return [...table, ...(remarks.length > 0 ? ['', ...remarks] : []), ''].join('\n')
}

/** Golden data from the answer of the engine that makes them. */
export const goldenFrom = (answer: Answer, groups: readonly string[]): Golden => ({
  madeBy: agentOf(answer) ?? 'an unknown engine',
  chains: Object.fromEntries(groups.map((group) => [group, Object.fromEntries([...saidOf(answer, group)].map(([name, { chain }]) => [name, chain.join(' ')]))])),
})
