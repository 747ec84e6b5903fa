/**
 * Speed of every environment against a bare loop that only steps its simulator, in one process on one core.
 *
 * Both loops run the same episodes: the same starts, actions and lengths. The environment is `LiveEnv`: resets with their noise, checks of
 * actions, observations, rewards, health and ends, but no policy. What a bare loop does is told by `mujoco-loops.ts`, `box2d-loops.ts`
 * and `classic-loops.ts`. Bursts of the loops alternate, and the verdict is the median of the rounds' ratios.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import { box2dSubjects } from './box2d-loops.ts'
import { classicSubjects } from './classic-loops.ts'
import { envRun, scripts, type Subject } from './env-loops.ts'
import type { Measured, Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'
import { mujocoSubjects } from './mujoco-loops.ts'
import { cpuMsOf, warmUp } from './processor-time.ts'

const subjects: readonly Subject[] = [...mujocoSubjects, ...box2dSubjects, ...classicSubjects]

/** A burst is long enough to time and short enough that all loops see the same machine. */
const burstMs = 40
const warmUpMs = 600
const trialSteps = 500

/** Runs each loop once per round, in turning order, and answers its speeds in steps per second. */
const speeds = (loops: readonly (() => void)[], steps: number, rounds: number): readonly (readonly number[])[] => {
  const found = loops.map(() => new Array<number>(rounds))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < loops.length; i++) {
      const loop = (i + round) % loops.length
      found[loop][round] = (1000 * steps) / cpuMsOf(loops[loop])
    }
  }
  return found
}

/** Measures one environment. */
const measure = async ({ id, target, open }: Subject, rounds: number): Promise<readonly Measured[]> => {
  const { live, bare, close } = await open()
  const names = Object.keys(bare)
  const loopsOver = (steps: number): readonly (() => void)[] => {
    const episodes = scripts(live, steps)
    const prepared = names.map((name) => episodes.map((episode) => bare[name](episode)))
    return [envRun(live, episodes), ...prepared.map((runs) => () => runs.forEach((run) => run()))]
  }
  const trial = loopsOver(trialSteps)
  trial.forEach((loop) => warmUp(loop, warmUpMs))
  const steps = Math.ceil((trialSteps * burstMs) / Math.max(0.1, cpuMsOf(trial[1])))
  const [env, ...bares] = speeds(loopsOver(steps), steps, rounds)
  close()
  return [
    ...names.map((name, i) =>
      measured({
        what: `${id}: env / ${name}`,
        unit: 'ratio',
        rounds: env.map((speed, round) => speed / bares[i][round]),
        target: i === 0 && target !== null ? { atLeast: target } : null,
      }),
    ),
    ...names.map((name, i) => untargeted(`${id}: ${name}`, 'steps/s', bares[i])),
    untargeted(`${id}: env`, 'steps/s', env),
  ]
}

/** Measures every environment in `rounds` rounds, or those whose id contains `only`. */
export const environmentSpeed = async (rounds = 25, only = ''): Promise<Section> => {
  const figures: Measured[] = []
  for (const each of subjects.filter(({ id }) => id.includes(only))) figures.push(...(await measure(each, rounds)))
  return {
    title: 'Environments against the bare simulator',
    remarks: [
      'Control steps per second of processor time, without a policy; all loops run the same episodes in one process, in alternating bursts.',
      'The bare loop of a robot restores starts, writes controls, integrates, and computes contact forces where the robot reads them.',
      'That of a lander or walker resets, applies impulses or sets motors, and simulates a period; `planck` does so by planck as it is published.',
      'That of a classic environment is its arithmetic alone: a few dozen nanoseconds, against which checks of actions and ends weigh.',
    ],
    figures,
  }
}
