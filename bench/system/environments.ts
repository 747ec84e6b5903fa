/**
 * Speed of the MuJoCo environments against a bare loop that only steps their simulator, in one process on one core.
 *
 * Both loops run the same episodes: the same starts, actions and lengths. The bare loop restores a start, writes controls and
 * integrates; contact forces are physics, so it computes them where the robot reads them. The environment is `LiveEnv`: resets with
 * their noise, checks of actions, observations, rewards, health and ends, but no policy. Bursts of both alternate, and the verdict is
 * the median of the rounds' ratios.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import { openRobot, type OpenedRobot } from '../../envs/mujoco/robot-simulator.ts'
import type { Robot, RobotOptions } from '../../envs/mujoco/robot.ts'
import { ant } from '../../envs/mujoco/robots/ant.ts'
import { halfCheetah } from '../../envs/mujoco/robots/half-cheetah.ts'
import { hopper } from '../../envs/mujoco/robots/hopper.ts'
import { humanoid } from '../../envs/mujoco/robots/humanoid.ts'
import { humanoidStandup } from '../../envs/mujoco/robots/humanoid-standup.ts'
import { invertedDoublePendulum } from '../../envs/mujoco/robots/inverted-double-pendulum.ts'
import { invertedPendulum } from '../../envs/mujoco/robots/inverted-pendulum.ts'
import { pusher } from '../../envs/mujoco/robots/pusher.ts'
import { reacher } from '../../envs/mujoco/robots/reacher.ts'
import { swimmer } from '../../envs/mujoco/robots/swimmer.ts'
import { walker2d } from '../../envs/mujoco/robots/walker-2d.ts'
import type { LiveEnv } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { sample, sizeOf } from '../../src/core/space.ts'
import type { Measured, Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'

/** A robot to measure; `isHeavy` from Hopper up, where a step costs enough that the target is due. */
type Subject = Readonly<{ id: string; frameSkip: number; readsContactForces: boolean; isHeavy: boolean; open: () => Promise<OpenedRobot> }>

const subject = <O extends RobotOptions>(robot: Robot<O>, { readsContactForces = false, isHeavy = false } = {}): Subject =>
  ({ id: robot.id, frameSkip: robot.options.frameSkip, readsContactForces, isHeavy, open: () => openRobot(robot) })

/** From light to heavy. */
const subjects: readonly Subject[] = [
  subject(reacher),
  subject(invertedPendulum),
  subject(invertedDoublePendulum),
  subject(pusher),
  subject(halfCheetah),
  subject(swimmer),
  subject(hopper, { isHeavy: true }),
  subject(walker2d, { isHeavy: true }),
  subject(ant, { isHeavy: true, readsContactForces: true }),
  subject(humanoid, { isHeavy: true, readsContactForces: true }),
  subject(humanoidStandup, { isHeavy: true, readsContactForces: true }),
]

const targetRatio = 0.95
/** A burst is long enough to time and short enough that both loops see the same machine. */
const burstMs = 40
const warmUpMs = 600

/** One episode as both loops run it: the key of its reset, the engine's state after it, and its length. */
type Episode = Readonly<{ keyReset: Key; start: Float64Array; steps: number }>

/** Milliseconds of processor time that this process has used: unlike the clock, it stands still while others have the core. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const speedOf = (loop: () => void, steps: number): number => {
  const start = cpuMs()
  loop()
  return (1000 * steps) / (cpuMs() - start)
}

/** Measures one robot. */
const measure = async ({ id, frameSkip, readsContactForces, isHeavy, open }: Subject, rounds: number): Promise<readonly Measured[]> => {
  const { model, spec, simulator } = await open()
  const key = foldIn(rootKey('environment speed'), subjects.findIndex((each) => each.id === id))
  const env = simulatedEnv({ spec, simulator, release: () => model.handle.delete() })
  const live: LiveEnv = env.live()
  const bare = simulator()
  const { simulation } = bare
  const { engine, handle } = model
  const obs = new Float64Array(sizeOf(spec.observationSpace))
  const actions = Array.from({ length: 256 }, (_, i) => sample(foldIn(key, i), spec.actionSpace))

  const runEnv = (episodes: readonly Episode[]): void => {
    let t = 0
    for (const { keyReset, steps } of episodes) {
      live.reset(keyReset, obs)
      for (let s = 0; s < steps; s++) live.step(key, actions[t++ % actions.length], obs)
    }
  }
  const runBare = (episodes: readonly Episode[]): void => {
    let t = 0
    for (const { start, steps } of episodes) {
      simulation.restore(start)
      const { ctrl } = simulation.views
      for (let s = 0; s < steps; s++) {
        const action = actions[t++ % actions.length]
        for (let i = 0; i < ctrl.length; i++) ctrl[i] = action[i]
        for (let f = 0; f < frameSkip; f++) engine.mj_step(handle, simulation.data)
        if (readsContactForces) engine.mj_rnePostConstraint(handle, simulation.data)
      }
    }
  }
  /** The episodes of `total` steps with those actions. */
  const episodesOf = (total: number): readonly Episode[] => {
    const episodes: Episode[] = []
    for (let t = 0; t < total; ) {
      const keyReset = foldIn(key, 1000 + t)
      const start = new Float64Array(simulation.stateSize)
      bare.reset(keyReset, obs)
      simulation.save(start)
      live.reset(keyReset, obs)
      let steps = 0
      for (; t < total && !live.terminated && !live.truncated; t++, steps++) live.step(key, actions[t % actions.length], obs)
      episodes.push({ keyReset, start, steps })
    }
    return episodes
  }

  const trial = episodesOf(500)
  for (const end = cpuMs() + warmUpMs; cpuMs() < end; ) {
    runBare(trial)
    runEnv(trial)
  }
  const steps = Math.ceil((burstMs / 1000) * speedOf(() => runBare(trial), 500))
  const episodes = episodesOf(steps)
  const speeds = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) {
      const bareFirst = speedOf(() => runBare(episodes), steps)
      return { bare: bareFirst, env: speedOf(() => runEnv(episodes), steps) }
    }
    const envFirst = speedOf(() => runEnv(episodes), steps)
    return { bare: speedOf(() => runBare(episodes), steps), env: envFirst }
  })
  bare.close()
  env.close()
  return [
    measured({ what: `${id}: env / bare`, unit: 'ratio', rounds: speeds.map((each) => each.env / each.bare), target: isHeavy ? { atLeast: targetRatio } : null }),
    untargeted(`${id}: bare`, 'steps/s', speeds.map((each) => each.bare)),
    untargeted(`${id}: env`, 'steps/s', speeds.map((each) => each.env)),
  ]
}

/** Measures every robot in `rounds` rounds, or those whose id contains `only`. */
export const environmentSpeed = async (rounds = 25, only = ''): Promise<Section> => {
  const figures: Measured[] = []
  for (const each of subjects.filter(({ id }) => id.includes(only))) figures.push(...(await measure(each, rounds)))
  return {
    title: 'Environments against the bare simulator',
    remarks: [
      'Control steps per second of processor time, without a policy; both loops run the same episodes in one process, in alternating bursts.',
      'The bare loop restores starts, writes controls, integrates, and computes contact forces where the robot reads them.',
    ],
    figures,
  }
}
