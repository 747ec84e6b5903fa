/**
 * The outer level `schedule` as an entry of the registry: rows in the config, or in a file that is read into it.
 *
 * *Source:* `src/outer/schedule.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { schedule } from '../../outer/schedule.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import { defineOuter } from '../registry.ts'
import { decodeSchedule, rowSchema } from '../schedule-file.ts'
import { valueProblems } from '../tuning-schema.ts'

type Rows = readonly z.infer<typeof rowSchema>[]

const orderProblems = (rows: Rows): readonly ConfigProblem[] =>
  rows.flatMap(({ step }, i) =>
    i === 0 || step > rows[i - 1].step
      ? []
      : [configProblem(`rows.${i}.step`, `more than ${rows[i - 1].step}, the step of the row before`, String(step))],
  )

export const scheduleEntry = defineOuter({
  kind: 'schedule',
  title: 'Recorded or hand-written schedule',
  paper: 'none; replays what another outer level did',
  file: 'src/outer/schedule.ts',
  line: 'plays hyperparameters from rows of steps and values',
  schema: z.strictObject({
    file: z.string().nullable().default(null).describe('a schedule file (schedule.json of a run); read into rows'),
    rows: z.array(rowSchema).default([]).describe("from which step on which values; those not named are the learner's own"),
    interpolation: z.enum(['hold', 'linear']).default('hold').describe('between two rows: hold the earlier, or move towards the later'),
  }),
  problems: ({ file, rows }, learner) => [
    ...(file === null && rows.length === 0 ? [configProblem('rows', 'rows, or a file that holds them', 'none')] : []),
    ...(file !== null && rows.length > 0 ? [configProblem('file', 'either a file or rows', 'both')] : []),
    ...orderProblems(rows),
    ...rows.flatMap(({ hyper }, i) => valueProblems(`rows.${i}.hyper`, hyper, learner)),
  ],
  facts: () => ({ needs: [], probes: [] }),
  files: ({ file }) => (file === null ? [] : [file]),
  embed: (settings, contents) => {
    const { file } = settings
    const bytes = file === null ? undefined : contents.get(file)
    if (bytes === undefined) return { settings, problems: [] }
    const decoded = decodeSchedule(new TextDecoder().decode(bytes))
    return decoded._tag === 'Left'
      ? { settings, problems: decoded.left.map((problem) => ({ ...problem, path: problem.path === '' ? 'file' : `file: ${problem.path}` })) }
      : { settings: { ...settings, file: null, rows: decoded.right.rows }, problems: [] }
  },
  build: ({ settings: { rows, interpolation }, learner }) =>
    schedule({ rows: rows.map(({ step, hyper }) => ({ step, hyper: { ...learner.hyper, ...hyper } })), interpolation, space: learner.space }),
})
