/**
 * The schedule of a run as a file of its own: what was applied, and from which step on.
 *
 * A row stands for every step up to the next row, so a value that was held is written once. Of a population it is the schedule of the lineage that
 * led to the best policy: a list of the best member's last values would not have led there. Its steps are those of the experiment.
 *
 * *Source:* house contract 4 (run record, schedule). *Deviations:* none.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { HyperRecord } from '../core/hyper.ts'
import type { ExperimentEvent } from '../experiment/experiment.ts'
import type { ScheduleRow } from '../outer/schedule.ts'
import type { RunConfig } from './config.ts'
import { forbiddenNames, problemsFrom } from './config-problems.ts'
import { bestMember, lineageOf } from './lineage.ts'
import { parseConfigText } from './config-text.ts'
import type { ConfigProblem } from './fault.ts'

/** One row: values from step `step` (finished learner steps) on. */
export const rowSchema = z.strictObject({
  step: z.int().nonnegative().describe('finished learner steps'),
  hyper: z.record(z.string(), z.number()).describe('values by name'),
})

const fileSchema = z.strictObject({
  format: z.literal('bilevel-schedule').default('bilevel-schedule'),
  version: z.literal(1).default(1),
  rows: z.array(rowSchema).min(1),
})

export type ScheduleFile = Readonly<{ format: 'bilevel-schedule'; version: 1; rows: readonly ScheduleRow[] }>

const sameHyper = (a: HyperRecord, b: HyperRecord): boolean => Object.keys({ ...a, ...b }).every((name) => Object.is(a[name], b[name]))

/** The schedule that `events` record: what was applied, not what was proposed. */
export const scheduleOf = (events: readonly ExperimentEvent[]): ScheduleFile => {
  const rows: ScheduleRow[] = []
  const lineage = lineageOf(events, bestMember(events))
  for (const event of events) {
    if (event.type !== 'step' || !lineage.some(({ member, from, to }) => member === event.member && event.step >= from && event.step < to)) continue
    const last = rows.at(-1)
    if (last === undefined || !sameHyper(last.hyper, event.applied)) rows.push({ step: event.step, hyper: event.applied })
  }
  return { format: 'bilevel-schedule', version: 1, rows }
}

/** Learner steps that `events` tell of, those without a line of their own included. */
export const stepsIn = (events: readonly ExperimentEvent[]): number =>
  events.reduce((most, event) => Math.max(most, event.type === 'done' ? event.step : event.type === 'step' ? event.step + 1 : 0), 0)

/** The text of `schedule.json`: one row a line. */
export const encodeSchedule = ({ format, version, rows }: ScheduleFile): string =>
  `{\n  "format": ${JSON.stringify(format)},\n  "version": ${version},\n  "rows": [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]\n}\n`

/** Reads a schedule file, recorded or written by hand (YAML or JSON; `rows` suffice); all problems at once. */
export const decodeSchedule = (text: string): Either<readonly ConfigProblem[], ScheduleFile> => {
  const content = parseConfigText(text)
  if (content._tag === 'Left') return content
  const { value } = content.right
  const forbidden = forbiddenNames(value)
  if (forbidden.length > 0) return left(forbidden)
  const parsed = fileSchema.safeParse(value)
  return parsed.success ? right(parsed.data) : left(problemsFrom(fileSchema, value, parsed.error))
}

/** The config that plays `rows` in place of the outer level of `config`, for as many learner steps as were recorded. */
export const replayConfig = (config: RunConfig, rows: readonly ScheduleRow[], steps: number): RunConfig => ({
  ...config,
  name: `${config.name}-replay`,
  outer: { kind: 'schedule', file: null, rows, interpolation: 'hold' },
  budget: { envSteps: null, steps },
  compare: [],
})
