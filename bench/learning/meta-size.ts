/**
 * Does a small meta network do worse than the authors' of millions of parameters?
 *
 *     npm run build && nice -n 10 node dist/bench/learning/meta-size.js [--into runs/bench-meta-size]
 *
 * BiERL-PM follows the best sigma of a moving ring with an LSTM of width 32, 64 and 1024 (the authors', readout 32): the same seeds,
 * meta updates and evaluations for all. The noise ω of the meta level has no value that suits every width (the more parameters, the
 * more it moves the answer), so each width gets the best of three by a run with a seed of its own; then come five other seeds.
 * Fixed sigmas and a random one show what errors mean. A cell that is finished is left alone, so the command may
 * be stopped and repeated; what a meta update costs is measured anew each time, in processes of its own.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207; statistics of Agarwal et al. 2021, arXiv 2108.13264. *Deviations:* none.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rootKey } from '../../src/core/rng.ts'
import type { Interval } from '../../src/core/stats.ts'
import { defaultBootstrap, drawRunIndices, improvement, iqm, mean, pooled, quantile, stratifiedBootstrap } from '../../src/core/stats.ts'
import { scriptResult } from '../system/command.ts'
import { describeMachine, machineLine } from '../system/machine.ts'
import type { Arm, CellResult, CellSpec, UpdateCost } from './meta-size-cell.ts'
import { burnIn, episodes, generations, interval, metaPopsize, runCell, updateCost } from './meta-size-cell.ts'

/** Widths with the values of ω that are tried: around the default for small networks, smaller ones for the large network. */
const widths: readonly Readonly<{ hidden: number; metaSigmas: readonly number[] }>[] = [
  { hidden: 32, metaSigmas: [0.2, 0.1, 0.05] },
  { hidden: 64, metaSigmas: [0.2, 0.1, 0.05] },
  { hidden: 1024, metaSigmas: [0.1, 0.05, 0.02] },
]
const tuningSeed = 'tuning'
const seeds = ['1', '2', '3', '4', '5'] as const
const fixedSigmas = [0.03, 0.04, 0.05, 0.06] as const
const results = 'bench/results'

const armName = (arm: Arm): string =>
  arm.kind === 'network' ? `hidden ${arm.hidden}, ω ${arm.metaSigma}` : arm.kind === 'fixed' ? `fixed ${arm.sigma}` : 'random'

/** The result of a cell, kept in `directory`. */
const cell = async (directory: string, spec: CellSpec): Promise<CellResult> => {
  const file = join(directory, `${armName(spec.arm).replaceAll(/[^a-z0-9.]+/gi, '-')}-seed-${spec.seed}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as CellResult
  const start = performance.now()
  const result = (await scriptResult(new URL(import.meta.url), ['--cell', JSON.stringify(spec)])) as CellResult
  writeFileSync(file, `${JSON.stringify(result)}\n`)
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${armName(spec.arm)}  seed ${spec.seed}  error ${result.error.toFixed(3)}  ${seconds.toFixed(0)} s\n`)
  return result
}

type ArmResult = Readonly<{ arm: Arm; cells: readonly CellResult[] }>

const armResult = async (directory: string, arm: Arm): Promise<ArmResult> => {
  const cells: CellResult[] = []
  for (const seed of arm.kind === 'fixed' ? seeds.slice(0, 1) : seeds) cells.push(await cell(directory, { arm, seed }))
  return { arm, cells }
}

type Tuned = Readonly<{
  hidden: number
  metaSigma: number
  tried: readonly Readonly<{ metaSigma: number; error: number }>[]
  chosen: ArmResult
  cost: UpdateCost
}>

const tunedWidth = async (directory: string, { hidden, metaSigmas }: (typeof widths)[number]): Promise<Tuned> => {
  const tried: { metaSigma: number; error: number }[] = []
  for (const metaSigma of metaSigmas) {
    const { error } = await cell(directory, { arm: { kind: 'network', hidden, metaSigma }, seed: tuningSeed })
    tried.push({ metaSigma, error })
  }
  const best = tried.reduce((leader, candidate) => (candidate.error < leader.error ? candidate : leader))
  const arm: Arm = { kind: 'network', hidden, metaSigma: best.metaSigma }
  const cost = (await scriptResult(new URL(import.meta.url), ['--cost', JSON.stringify(arm)])) as UpdateCost
  return { hidden, metaSigma: best.metaSigma, tried, chosen: await armResult(directory, arm), cost }
}

const errorsOf = ({ cells }: ArmResult): readonly number[] => cells.map(({ error }) => error)

const iqmInterval = (arm: ArmResult): Interval =>
  stratifiedBootstrap(rootKey(armName(arm.arm)), errorsOf(arm).map((error) => [error]), (scores) => iqm(pooled(scores)))

/** Probability that a run of `first` has a smaller error than one of `second`; seeds of both sides are resampled. */
const lowerError = (first: ArmResult, second: ArmResult): Interval => {
  const [a, b] = [first, second].map((arm) => errorsOf(arm).map((error) => -error))
  const { level, resamples } = defaultBootstrap
  const draws = (use: string, values: readonly number[]) =>
    drawRunIndices(rootKey(use), values.length, 1, resamples).map((runs) => runs.map(([i]) => values[i]))
  const right = draws('second', b)
  const samples = draws('first', a).map((values, r) => improvement(values, right[r]))
  return { estimate: improvement(a, b), low: quantile(samples, (1 - level) / 2), high: quantile(samples, (1 + level) / 2) }
}

const verdict = ({ low, high }: Interval): string => {
  if (low > 0.5) return 'the smaller is better'
  return high < 0.5 ? 'the smaller is worse' : 'undecided: the interval holds 1/2'
}

const three = (value: number): string => value.toFixed(3)
const shown = ({ estimate, low, high }: Interval): string => `${three(estimate)} [${three(low)}, ${three(high)}]`
/** An arm without randomness has one run and no interval. */
const errorText = (arm: ArmResult): string => (arm.cells.length === 1 ? three(arm.cells[0].error) : shown(iqmInterval(arm)))
const time = (seconds: number): string => (seconds < 1 ? `${(1000 * seconds).toPrecision(2)} ms` : `${seconds.toPrecision(2)} s`)

const networkRow = ({ hidden, metaSigma, chosen, cost }: Tuned): string => {
  const { metaUpdates, evaluations, parameters } = chosen.cells[0]
  const size = `${hidden} | ${parameters.toLocaleString('en')} | ${metaSigma}`
  const error = `${shown(iqmInterval(chosen))} | ${three(mean(errorsOf(chosen)))}`
  return `| ${size} | ${error} | ${time(cost.seconds)} | ${cost.peakMB.toFixed(0)} MB | ${metaUpdates} | ${evaluations} |`
}

const tuningRow = ({ hidden, tried }: Tuned): string =>
  `| ${hidden} | ${tried.map(({ metaSigma, error }) => `${metaSigma}: ${three(error)}`).join(' | ')} |`

const comparison = (small: Tuned, large: Tuned): string => {
  const chance = lowerError(small.chosen, large.chosen)
  return `| ${small.hidden} against ${large.hidden} | ${shown(chance)} | ${verdict(chance)} |`
}

const report = (networks: readonly Tuned[], others: readonly ArmResult[]): string =>
  [
    '# Size of the meta network',
    '',
    'Made by `node dist/bench/learning/meta-size.js`.',
    'BiERL-PM moves sigma after the best sigma of `moving-ring`, which is known at every generation and takes all of them for one period.',
    `Error of a run: mean |log(sigma/sigma*)| over generations ${burnIn} to ${generations - 1}.`,
    `A meta update every ${interval} generations: ${metaPopsize} networks, ${episodes} evaluations of each; β = ω².`,
    `Seeds ${seeds.join(', ')} for every arm; 95 % bootstrap intervals over seeds.`,
    'Time per meta update is time of one processor, readings of the history until the next update included.',
    'Memory is the most that the whole process held.',
    machineLine(describeMachine()),
    '',
    '| hidden | parameters | ω | error, IQM [95 %] | mean error | time per meta update | memory | meta updates | evaluations |',
    '|---|---|---|---|---|---|---|---|---|',
    ...networks.map(networkRow),
    '',
    '| comparison | probability of a smaller error [95 %] | verdict |',
    '|---|---|---|',
    ...networks.slice(0, -1).map((small) => comparison(small, networks[networks.length - 1])),
    '',
    'For scale:',
    '',
    '| sigma | error, IQM [95 %] |',
    '|---|---|',
    ...others.map((other) => `| ${armName(other.arm)} | ${errorText(other)} |`),
    '',
    `Error with each ω that was tried, on the seed that chose it (\`${tuningSeed}\`, used for nothing else):`,
    '',
    '| hidden | ω: error | ω: error | ω: error |',
    '|---|---|---|---|',
    ...networks.map(tuningRow),
    '',
  ].join('\n')

const main = async (directory: string): Promise<void> => {
  mkdirSync(directory, { recursive: true })
  mkdirSync(results, { recursive: true })
  const others: ArmResult[] = []
  for (const sigma of fixedSigmas) others.push(await armResult(directory, { kind: 'fixed', sigma }))
  others.push(await armResult(directory, { kind: 'random' }))
  const networks: Tuned[] = []
  for (const width of widths) networks.push(await tunedWidth(directory, width))
  const record = { machine: describeMachine(), generations, burnIn, interval, metaPopsize, episodes, seeds, networks, others }
  writeFileSync(join(results, 'meta-size.json'), `${JSON.stringify(record, null, 1)}\n`)
  const text = report(networks, others)
  writeFileSync(join(results, 'meta-size.md'), text)
  process.stdout.write(text)
}

const { values } = parseArgs({
  options: { into: { type: 'string', default: 'runs/bench-meta-size' }, cell: { type: 'string' }, cost: { type: 'string' } },
})

if (values.cell !== undefined) process.stdout.write(JSON.stringify(await runCell(JSON.parse(values.cell) as CellSpec)))
else if (values.cost !== undefined) process.stdout.write(JSON.stringify(await updateCost(JSON.parse(values.cost) as Arm)))
else await main(values.into)
