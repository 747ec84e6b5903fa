/**
 * Compares what engines said with the golden data, and tells it as tables.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { firstDifferingPart, partText } from './digest-chain.ts'
import type { Golden } from './golden.ts'
import type { Answer } from './run-engine.ts'
import type { Column, Message } from './work.ts'

/** What an engine that was asked for said; `answer` is null where it was not found. */
export type Heard = Readonly<{ id: string; title: string; answer: Answer | null }>

type Cell = Readonly<{ verdict: 'ok' | 'differs' | 'failed' | 'not run'; remarks: readonly string[] }>

/** A row of the tables: one engine, one cell per column. */
export type Row = Readonly<{ id: string; title: string; cells: readonly Cell[]; seconds: number | null; remarks: readonly string[] }>

type Said = Message & { kind: 'chain' }

/** The chains that an engine said in a group, by name. */
export const saidIn = (answer: Answer, group: string): ReadonlyMap<string, Said> =>
  new Map(answer.messages.flatMap((message) => (message.kind === 'chain' && message.group === group ? [[message.name, message] as const] : [])))

const differenceOf = (name: string, expected: string | undefined, found: Said | undefined): string | null => {
  if (expected === undefined) return `${name} is not in the golden data`
  if (found === undefined) return `${name} was not answered`
  const index = firstDifferingPart(expected.split(' '), found.chain)
  return index === null ? null : `${name}, ${partText(found.part, index)}`
}

const cellOf = (answer: Answer, golden: Golden, column: Column): Cell => {
  const failures = answer.messages.flatMap((message) => (message.kind === 'failed' && message.group === column.group ? [`${message.name}: ${message.reason}`] : []))
  if (failures.length > 0) return { verdict: 'failed', remarks: failures.slice(0, 1) }
  const found = saidIn(answer, column.group)
  const expected = golden.chains[column.golden] ?? {}
  const names = [...new Set([...Object.keys(expected), ...found.keys()])]
  const differences = names.flatMap((name) => differenceOf(name, expected[name], found.get(name)) ?? [])
  if (differences.length === 0) return { verdict: 'ok', remarks: [] }
  const others = differences.length > 1 ? ` (and ${differences.length - 1} more of ${names.length})` : ''
  return { verdict: answer.failure !== null && found.size < names.length ? 'failed' : 'differs', remarks: [`${differences[0]}${others}`] }
}

/** The engine as it names itself. */
export const agentOf = (answer: Answer): string | null => {
  const last = answer.messages.at(-1)
  return last?.kind === 'end' ? last.agent : null
}

/** The engine's row. */
export const rowOf = ({ id, title, answer }: Heard, golden: Golden, columns: readonly Column[]): Row => {
  if (answer === null) return { id, title, cells: columns.map(() => ({ verdict: 'not run', remarks: [] })), seconds: null, remarks: [] }
  const cells = columns.map((column) => cellOf(answer, golden, column))
  return { id, title: agentOf(answer) ?? title, cells, seconds: answer.seconds, remarks: answer.failure === null ? [] : [answer.failure] }
}

/** What is wrong with a row, in words; nothing where the engine agrees, or was not run. */
export const complaintsOf = ({ cells, remarks }: Row): readonly string[] => [...remarks, ...cells.flatMap((cell) => cell.remarks)]

/** Whether every engine that ran agrees with the golden data. */
export const allAgree = (rows: readonly Row[]): boolean => rows.every((row) => complaintsOf(row).length === 0)

const aligned = (lines: readonly (readonly string[])[]): readonly string[] => {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)))
  return lines.map((line) => line.map((cell, i) => cell + ' '.repeat(widths[i] - cell.length)).join('  ').trimEnd())
}

/** One table with the columns that `shown` picks; nothing where it picks none. */
const tableOf = (title: string, rows: readonly Row[], columns: readonly Column[], shown: (column: Column) => boolean): readonly string[] => {
  const picked = columns.flatMap((column, i) => (shown(column) ? [i] : []))
  if (picked.length === 0) return []
  const head = [title, ...picked.map((i) => columns[i].group)]
  return [...aligned([head, ...rows.map((row) => [row.title, ...picked.map((i) => row.cells[i].verdict)])]), '']
}

/** The tables, the time that each engine took, and where engines differ. */
export const tableText = (rows: readonly Row[], columns: readonly Column[]): string => {
  const isRun = ({ golden }: Column): boolean => golden === 'runs'
  const times = rows.flatMap(({ title, seconds }) => (seconds === null ? [] : [`${title} ${seconds.toFixed(0)} s`]))
  const remarks = rows.flatMap((row) => [
    ...row.remarks.map((remark) => `${row.title}: ${remark}`),
    ...row.cells.flatMap((cell, i) => cell.remarks.map((remark) => `${row.title}, ${columns[i].group}, ${cell.verdict}: ${remark}`)),
  ])
  return [
    ...tableOf('numbers', rows, columns, (column) => !isRun(column)),
    ...tableOf('short runs', rows, columns, isRun),
    `Time: ${times.join(', ')}.`,
    ...(remarks.length > 0 ? ['', ...remarks] : []),
    '',
  ].join('\n')
}
