/**
 * How cost grows: time with popsize × steps and with parameters, memory with parameters + popsize.
 *
 * Every row is a process of its own, so that its memory can be told. Ratios of 1 mean linear growth.
 *
 * *Source:* house goal for cost. *Deviations:* none.
 */
import { median } from '../../src/core/stats.ts'
import { scriptResult } from './command.ts'
import type { Section } from './figure.ts'
import { untargeted as figure } from './figure.ts'
import type { GenerationsResult, GenerationsSpec } from './generations.ts'

const script = new URL('./generations.js', import.meta.url)

const cell = async (spec: GenerationsSpec): Promise<GenerationsResult> => (await scriptResult(script, [JSON.stringify(spec)])) as GenerationsResult

/** Each value over the median of `base`. */
const against = (values: readonly number[], base: readonly number[]): readonly number[] => values.map((value) => value / median(base))

/** Nanoseconds per env step, and per parameter of a candidate. */
const perStep = ({ ms, envSteps }: GenerationsResult): readonly number[] => ms.map((each) => (1e6 * each) / envSteps)
const perNumber = ({ ms, evaluations, parameters }: GenerationsResult): readonly number[] =>
  ms.map((each) => (1e6 * each) / (evaluations * parameters))

const thousands = (count: number): string => (count < 1000 ? String(count) : `${Math.round(count / 1000)} k`)

/** Measures popsizes on Pendulum and parameter counts on the sphere. */
export const scaling = async (): Promise<Section> => {
  const bySize: Readonly<{ popsize: number; result: GenerationsResult }>[] = []
  for (const popsize of [40, 200, 1000]) {
    bySize.push({ popsize, result: await cell({ task: 'Pendulum-v1', parameters: 0, popsize, generations: Math.max(3, 400 / popsize) }) })
  }
  const byParameters: Readonly<{ parameters: number; result: GenerationsResult }>[] = []
  for (const parameters of [5_000, 50_000, 500_000]) {
    byParameters.push({ parameters, result: await cell({ task: 'sphere', parameters, popsize: 40, generations: 3 }) })
  }
  const manyOfMany = await cell({ task: 'sphere', parameters: 500_000, popsize: 200, generations: 1 })
  const [smallest] = bySize
  const [fewest, , most] = byParameters
  return {
    title: 'Growth',
    remarks: [
      'A generation of vanilla ES in one thread: Pendulum (200 steps per episode, 64-64 policy) for popsizes, the analytic sphere for parameters.',
      'Cost per env step and cost per parameter of a candidate stay the same where time grows linearly.',
    ],
    figures: [
      ...bySize.map(({ popsize, result }) => figure(`generation, popsize ${popsize}`, 'ms', result.ms)),
      ...bySize.map(({ popsize, result }) => figure(`per env step, popsize ${popsize}`, 'ns', perStep(result))),
      figure('per env step, popsize 1000 / popsize 40', 'ratio', against(perStep(bySize[2].result), perStep(smallest.result))),
      ...byParameters.map(({ parameters, result }) => figure(`generation of 40, ${thousands(parameters)} parameters`, 'ms', result.ms)),
      ...byParameters.map(({ parameters, result }) => figure(`per parameter, ${thousands(parameters)} parameters`, 'ns', perNumber(result))),
      figure('per parameter, 500 k / 5 k parameters', 'ratio', against(perNumber(most.result), perNumber(fewest.result))),
      figure('peak memory, 5 k parameters, popsize 40', 'MB', [fewest.result.peakMB]),
      figure('peak memory, 500 k parameters, popsize 40', 'MB', [most.result.peakMB]),
      figure('peak memory, 500 k parameters, popsize 200 (the population itself: 800 MB)', 'MB', [manyOfMany.peakMB]),
    ],
  }
}
