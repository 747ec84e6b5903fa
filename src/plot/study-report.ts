/**
 * What came of a study: a page of Markdown with tables and findings, its figures, and the numbers behind them.
 *
 * The final return of a run is the mean of its last ten returns; an arm's is the IQM over seeds with a 95 % bootstrap interval. Every figure says
 * how much of the paper's env steps and seeds it shows.
 *
 * *Source:* Agarwal et al. 2021, arXiv 2108.13264, sections 3-4. *Deviations:* none.
 */
import { rootKey } from '../core/rng.ts'
import { mean, std } from '../core/stats.ts'
import { finalInterval } from '../run/aggregate.ts'
import { finalReturn } from '../run/curve.ts'
import type { ArmRuns, Extent, Finding, Study, StudyArena } from '../run/studies/study.ts'
import { findingsOf } from '../run/studies/study.ts'
import { learningCurves } from './learning-curves.ts'
import { counted, countText, percentText } from './number-text.ts'
import type { SeedGroup } from './series.ts'

/** The runs of an arena that are finished, and how much of it they were to be. */
export type ArenaRuns = Readonly<{ arena: StudyArena; extent: Extent; arms: readonly ArmRuns[] }>

/** `page` is Markdown that shows the figures by the names of their files, `<name>.svg`; `record` is plain JSON. */
export type StudyReport = Readonly<{ page: string; figures: readonly Readonly<{ name: string; svg: string }>[]; record: object }>

/** Seeds whose schedules are drawn, and updates over which they are averaged, as in the paper. */
const SCHEDULE_SEEDS = 3
const SCHEDULE_WINDOW = 100

const POINTS = 81

const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1))

/** Mean of each value and those before it, at most `window` of them. */
const running = (values: Float64Array, window: number): Float64Array => {
  let sum = 0
  return values.map((value, i) => {
    sum += value - (i >= window ? values[i - window] : 0)
    return sum / Math.min(i + 1, window)
  })
}

/** Groups to be drawn; an arm keeps its colour in all figures of its `arena`. */
const groups = (arena: StudyArena, arms: readonly ArmRuns[], seeds: number, values: (run: ArmRuns['runs'][number]) => Float64Array): readonly SeedGroup[] =>
  arms.map(({ label, runs }) => ({
    label,
    ink: arena.arms.findIndex((arm) => arm.label === label),
    runs: runs.slice(0, seeds).map((run) => ({ seed: run.seed, points: Array.from(values(run), (value, i) => ({ envSteps: run.curve.envSteps[i], value })) })),
  }))

/** `20 k env steps (all of the paper's), 10 of 10 seeds`. */
const extentText = ({ envSteps, seeds }: StudyArena, extent: Extent): string => {
  const share = extent.envSteps >= envSteps ? "all of the paper's" : `${percentText(extent.envSteps / envSteps)} of the paper's ${countText(envSteps)}`
  return `${countText(extent.envSteps)} env steps (${share}), ${extent.seeds} of ${counted(seeds, 'seed')}`
}

/** Arms of which some hyperparameter moves. */
const moving = (arms: readonly ArmRuns[], name: string): readonly ArmRuns[] =>
  arms.filter(({ runs }) => runs.some(({ curve }) => curve.hyper[name]?.some((value) => value !== curve.hyper[name][0]) === true))

const figuresOf = (study: Study, { arena, extent, arms }: ArenaRuns): StudyReport['figures'] => {
  const stem = `${study.name}-${arena.name}`
  const title = `${arena.title}, ${extentText(arena, extent)}`
  return [
    { name: stem, svg: learningCurves(groups(arena, arms, extent.seeds, ({ curve }) => curve.meanReturn), { title, points: POINTS }) },
    ...arena.schedules.flatMap((name) => {
      const shown = moving(arms, name)
      if (shown.length === 0) return []
      const values = groups(arena, shown, SCHEDULE_SEEDS, ({ curve }) => running(curve.hyper[name], SCHEDULE_WINDOW))
      return [
        {
          name: `${stem}-${name}`,
          svg: learningCurves(values, { title: `${arena.title}: ${name}`, valueLabel: `mean of ${SCHEDULE_WINDOW} steps, first ${SCHEDULE_SEEDS} seeds`, points: POINTS, height: 300 }),
        },
      ]
    }),
  ]
}

const armRow = ({ label, runs }: ArmRuns): string => {
  const finals = Float64Array.from(runs, ({ curve }) => finalReturn(curve)).filter(Number.isFinite)
  const { estimate, low, high } = finalInterval(
    rootKey('final'),
    runs.map(({ curve }) => curve),
  )
  const average = finals.length === 0 ? '–' : finals.length === 1 ? number(finals[0]) : `${number(mean(finals))} ± ${number(std(finals, 1))}`
  const seeds = [...finals].map(number).join(', ')
  return `| ${label} | ${runs.length} | ${number(estimate)} [${number(low)}, ${number(high)}] | ${average} | ${seeds} |`
}

const findingRow = ({ claim, finding, improvement: { estimate, low, high }, reason }: Finding): string =>
  `| ${claim.text} (${claim.better} against ${claim.than}) | ${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] | **${finding}**${reason === '' ? '' : ` (${reason})`} |`

const arenaText = (study: Study, runs: ArenaRuns): readonly string[] => {
  const { arena, extent, arms } = runs
  const missing = arena.arms.filter(({ label }) => !arms.some((arm) => arm.label === label)).map(({ label }) => label)
  const findings = findingsOf(arena, extent, arms)
  return [
    `## ${arena.title}`,
    '',
    `${extentText(arena, extent)}.`,
    '',
    ...figuresOf(study, runs).flatMap(({ name }) => [`![${name}](${name}.svg)`, '']),
    '| arm | seeds | final return, IQM [95 %] | mean ± deviation | each seed |',
    '|---|---|---|---|---|',
    ...arms.map(armRow),
    '',
    ...(findings.length === 0
      ? []
      : ['| claim | probability of improvement [95 %] | finding |', '|---|---|---|', ...findings.map(findingRow), '']),
    ...(missing.length === 0 ? [] : [`Not run: ${missing.join(', ')}.`, '']),
  ]
}

const rounded = (value: number): number => Number(value.toPrecision(6))

const arenaRecord = ({ arena, extent, arms }: ArenaRuns) => ({
  arena: arena.name,
  env: arena.env,
  ...extent,
  arms: arms.map(({ label, runs }) => ({
    label,
    runs: runs.map(({ seed, curve, digest }) => ({ seed, digest, finalReturn: rounded(finalReturn(curve)), envSteps: curve.spent.total })),
  })),
  findings: findingsOf(arena, extent, arms).map(({ claim, finding, improvement, reason }) => ({ ...claim, finding, improvement: rounded(improvement.estimate), reason })),
})

/** The report of what was run of a study; arenas and arms without a finished run are left out and named. `made` says how to make it. */
export const studyReport = (study: Study, arenas: readonly ArenaRuns[], made: string): StudyReport => {
  const present = arenas.map((runs) => ({ ...runs, arms: runs.arms.filter((arm) => arm.runs.length > 0) })).filter(({ arms }) => arms.length > 0)
  const absent = study.arenas.filter((arena) => !present.some((runs) => runs.arena.name === arena.name)).map(({ title }) => title)
  const page = [
    `# ${study.title}`,
    '',
    `${study.paper}. Made by ${made}.`,
    'The final return of a run is the mean of its last ten returns. A finding is undecided by itself below the paper’s seeds or half of its env steps.',
    '',
    ...present.flatMap((runs) => arenaText(study, runs)),
    ...(absent.length === 0 ? [] : [`Not run: ${absent.join(', ')}.`, '']),
    ...(study.outOfReach.length === 0 ? [] : ['## Out of reach', '', ...study.outOfReach.map((text) => `- ${text}`), '']),
  ].join('\n')
  return { page, figures: present.flatMap((runs) => figuresOf(study, runs)), record: { study: study.name, arenas: present.map(arenaRecord) } }
}
