/**
 * The learning bench of A2C, PPO and ACKTR: five seeds each, beside published returns.
 *
 *     npm run build && node dist/bench/learning/policy-gradients.js run [--jobs 2] [--into runs/bench-policy-gradients]
 *     node dist/bench/learning/policy-gradients.js summarise [--from runs/bench-policy-gradients]
 *
 * The final return of a run is the mean of its last 100 training episodes, as in the published logs; an arm's is mean ± deviation (for the
 * comparison) and IQM with a 95 % interval over seeds, of the last ten such means.
 *
 * *Source:* `policy-gradients-plan.ts`; Agarwal et al. 2021, arXiv 2108.13264. *Deviations:* none.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rootKey } from '../../src/core/rng.ts'
import { mean, median, std } from '../../src/core/stats.ts'
import { learningCurves } from '../../src/plot/learning-curves.ts'
import { countText } from '../../src/plot/number-text.ts'
import { TIME_PARTS } from '../../src/plot/time-spent.ts'
import { finalInterval } from '../../src/run/aggregate.ts'
import { finalReturn } from '../../src/run/curve.ts'
import type { FinishedCell, LearningCell } from './cells.ts'
import { readCell, runCells } from './cells.ts'
import type { PgArm } from './policy-gradients-plan.ts'
import { pgArms, pgConfig, pgPlace, pgSeeds } from './policy-gradients-plan.ts'

const results = 'bench/results'

type Found = Readonly<{ arm: PgArm; cells: readonly (FinishedCell & Readonly<{ seed: number }>)[] }>

const cells: readonly LearningCell[] = pgArms.flatMap((arm) =>
  pgSeeds.map((seed) => ({ place: pgPlace(arm, seed), label: `${arm.env}  ${arm.label}  seed ${seed}`, config: pgConfig(arm, seed) })),
)

const text = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1))

/** The last value of `policyReturn` is already the mean of 100 episodes. */
const finals = ({ cells: found }: Found): Float64Array => Float64Array.from(found, ({ curve }) => finalReturn(curve, 1))

const row = (found: Found): string => {
  const { arm, cells: runs } = found
  const values = finals(found)
  const spread = values.length > 1 ? ` ± ${text(std(values, 1))}` : ''
  const { estimate, low, high } = finalInterval(rootKey('final'), runs.map(({ curve }) => curve))
  return `| ${arm.env} | ${arm.label} | ${countText(arm.envSteps)} | ${runs.length} | ${text(mean(values))}${spread} | ${text(estimate)} [${text(low)}, ${text(high)}] | ${[...values].map(text).join(', ')} | ${arm.published ?? '–'} |`
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

/** How long runs took, and the share of each part: medians over the seeds. */
const timeRow = ({ arm, cells: runs }: Found): string => {
  const times = runs.flatMap(({ time }) => (time === null ? [] : [time]))
  if (times.length === 0) return `| ${arm.env} | ${arm.label} |${' – |'.repeat(1 + TIME_PARTS.length)}`
  const shares = TIME_PARTS.map((_, part) => percent(median(times.map(({ seconds, total }) => seconds[part] / total))))
  return `| ${arm.env} | ${arm.label} | ${(median(times.map(({ total }) => total)) / 60).toFixed(1)} | ${shares.join(' | ')} |`
}

const figureOf = (env: string, found: readonly Found[]): string =>
  learningCurves(
    found.map(({ arm, cells: runs }) => ({
      label: arm.label,
      runs: runs.map(({ seed, curve }) => ({ seed, points: Array.from(curve.meanReturn, (value, i) => ({ envSteps: curve.envSteps[i], value })) })),
    })),
    { title: `${env}: mean return of the last 100 episodes`, points: 61 },
  )

const record = ({ arm, cells: runs }: Found) => ({
  ...arm,
  runs: runs.map(({ seed, curve, digest }) => ({ seed, digest, finalReturn: Number(finalReturn(curve, 1).toPrecision(6)), envSteps: curve.spent.total })),
})

/** Reads what lies under `root` and writes `bench/results/policy-gradients*`. */
const summarise = (root: string): void => {
  mkdirSync(results, { recursive: true })
  const read: readonly Found[] = pgArms
    .map((arm) => ({
      arm,
      cells: pgSeeds.flatMap((seed) => {
        const cell = readCell(root, pgPlace(arm, seed))
        return cell === null ? [] : [{ seed, ...cell }]
      }),
    }))
    .filter((found) => found.cells.length > 0)
  const envs = [...new Set(read.map(({ arm }) => arm.env))]
  envs.forEach((env) => writeFileSync(join(results, `policy-gradients-${env}.svg`), figureOf(env, read.filter(({ arm }) => arm.env === env))))
  writeFileSync(join(results, 'policy-gradients.json'), `${JSON.stringify(read.map(record))}\n`)
  const page = [
    '# Policy gradients beside published returns',
    '',
    'Made by `node dist/bench/learning/policy-gradients.js run` and `… summarise` (plan: `bench/learning/policy-gradients-plan.ts`).',
    'The final return of a run is the mean of its last 100 training episodes.',
    '',
    '| environment | learner | env steps | seeds | final return, mean ± deviation | IQM [95 %] | each seed | published |',
    '|---|---|---|---|---|---|---|---|',
    ...read.map(row),
    '',
    'Time of a run in one thread, two runs at a time on two shared cores; medians over the seeds. Updates belong to the state machine.',
    '',
    `| environment | learner | minutes | ${TIME_PARTS.join(' | ')} |`,
    `|---|---|---|${'---|'.repeat(TIME_PARTS.length)}`,
    ...read.map(timeRow),
    '',
    ...envs.flatMap((env) => [`![${env}](policy-gradients-${env}.svg)`, '']),
  ].join('\n')
  writeFileSync(join(results, 'policy-gradients.md'), page)
  process.stdout.write(page)
}

const directory = 'runs/bench-policy-gradients'
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' }, into: { type: 'string', default: directory }, from: { type: 'string', default: directory } },
})

switch (positionals[0]) {
  case 'run':
    await runCells(values.into, cells, Number(values.jobs))
    break
  case 'summarise':
    summarise(values.from)
    break
  default:
    process.stderr.write('usage: policy-gradients.js run [--jobs N] [--into DIR] | summarise [--from DIR]\n')
    process.exitCode = 2
}
