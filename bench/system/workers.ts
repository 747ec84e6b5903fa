/**
 * Two workers against one: the same generations of vanilla ES, through the pools that runs use.
 *
 * Rounds alternate between the pools, so that both see the same machine; the verdict is the median of the rounds' ratios. Every episode
 * has 1000 steps, so that only the pool can waste time. A generation is timed whole: its jobs, its evaluation and its update.
 *
 * *Source:* house goal for workers. *Deviations:* none.
 */
import { invariant } from '../../src/core/invariant.ts'
import { rootKey } from '../../src/core/rng.ts'
import { cheetahConfig, resolved, workplaceOf } from './cheetah.ts'
import { scriptResult } from './command.ts'
import type { Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'

const popsize = 80

/** A run on a pool of its own; `generation` takes one and answers its seconds. */
const lane = async (workers: number, generations: number) => {
  const config = resolved(cheetahConfig(popsize, { kind: 'fixed' }, generations))
  const workplace = await workplaceOf(config, workers)
  const experiment = workplace.compose(config)
  let state = experiment.init(rootKey(config.seed))
  const generation = async (): Promise<number> => {
    const start = performance.now()
    const outcomes = await workplace.host.evaluate(experiment.jobs(state))()
    invariant(outcomes._tag === 'Right', 'an evaluation of the bench failed')
    const [next] = experiment.absorb(state, outcomes.right)
    state = next
    return (performance.now() - start) / 1000
  }
  return { generation, close: workplace.close }
}

/** Time for a process to start and to compile what it runs, and time of the measurement. */
const WARM_UP_MS = 3000
const MEASURED_MS = 2000

/** Control steps per second of `count` independent processes that run episodes at the same time. */
const independent = async (count: number): Promise<number> => {
  const args = [String(Date.now() + WARM_UP_MS), String(MEASURED_MS)]
  const rates = await Promise.all(Array.from({ length: count }, () => scriptResult(new URL('./episodes.js', import.meta.url), args)))
  return (rates as readonly number[]).reduce((sum, rate) => sum + rate, 0)
}

/** What the machine itself gives: two processes that share nothing against one, `rounds` times. */
const machineGain = async (rounds: number): Promise<readonly number[]> => {
  const gains: number[] = []
  for (let round = 0; round < rounds; round++) {
    const one = await independent(1)
    gains.push((await independent(2)) / one)
  }
  return gains
}

/** Measures `rounds` generations on each pool, after one on each as warm-up. */
export const workerGain = async (rounds = 7): Promise<Section> => {
  const one = await lane(1, rounds + 1)
  const two = await lane(2, rounds + 1)
  await one.generation()
  await two.generation()
  const times: Readonly<{ one: number; two: number }>[] = []
  for (let round = 0; round < rounds; round++) {
    // who is first changes, so that a machine that slows down favours nobody
    const first = round % 2 === 0 ? await one.generation() : await two.generation()
    const second = round % 2 === 0 ? await two.generation() : await one.generation()
    times.push(round % 2 === 0 ? { one: first, two: second } : { one: second, two: first })
  }
  await one.close()
  await two.close()
  const gain = await machineGain(3)
  return {
    title: 'Two workers against one',
    remarks: [
      `A generation of vanilla ES on HalfCheetah, popsize ${popsize} and one evaluation episode, all of 1000 steps.`,
      'Needs two idle cores: see the load, and what two independent processes got.',
    ],
    figures: [
      measured({ what: 'one worker / two workers', unit: 'ratio', rounds: times.map((time) => time.one / time.two), target: { atLeast: 1.9 } }),
      untargeted('what the machine gives: two independent processes / one', 'ratio', gain),
      untargeted('generation with one worker', 's', times.map((time) => time.one)),
      untargeted('generation with two workers', 's', times.map((time) => time.two)),
    ],
  }
}
