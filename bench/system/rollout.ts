/**
 * Speed of policy rollouts against a bare loop that only steps the simulator, in one process.
 *
 * Both loops are timed in turn, one burst each per round, so that they see the same machine; the verdict is the median of the
 * rounds' ratios. The bare loop writes random controls and integrates, nothing else; the rollout is `runEpisode` with a gaussian
 * policy of two hidden layers: network, action noise, checks, observation and reward.
 *
 * *Source:* house goal for rollouts. *Deviations:* none.
 */
import { openSimd } from '../../backends/simd/index.ts'
import { openRobot } from '../../envs/mujoco/robot-simulator.ts'
import { halfCheetah } from '../../envs/mujoco/robots/half-cheetah.ts'
import type { Backend } from '../../src/core/backend.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { foldIn, rootKey, uniforms } from '../../src/core/rng.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { sizeOf } from '../../src/core/space.ts'
import { esScaling } from '../../src/nn/normaliser.ts'
import { compilePolicy, initPolicy } from '../../src/nn/policy.ts'
import { runEpisode } from '../../src/rl/episode.ts'
import type { Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'

const policySpec: PolicySpec = {
  kind: 'gaussian',
  hidden: [64, 64],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -0.5,
  init: 'torch',
  action: 'raw',
}

const stepsPerSecond = (steps: number, startMs: number): number => (1000 * steps) / (performance.now() - startMs)

/** Measures HalfCheetah on a backend (the default one), `rounds` times 1000 control steps for each loop, after a warm-up. */
export const rolloutSpeed = async (rounds = 25, open: () => Promise<Backend> = openSimd): Promise<Section> => {
  const backend = await open()
  const { model, spec, simulator } = await openRobot(halfCheetah)
  const steps = spec.timeLimit ?? 1000
  const key = rootKey('rollout speed')
  const env = simulatedEnv({ spec, simulator, release: () => model.handle.delete() })
  const live = env.live()
  const obsSize = sizeOf(spec.observationSpace)
  const policy = compilePolicy(policySpec, obsSize, spec.actionSpace, backend)
  const parameters = initPolicy(foldIn(key, 0), policySpec, obsSize, spec.actionSpace)

  const bare = simulator()
  const { simulation } = bare
  const { frameSkip } = halfCheetah.options
  const scratchObs = new Float64Array(obsSize)
  const controls = uniforms(foldIn(key, 1), 6 * steps).map((u) => 2 * u - 1)

  const bareLoop = (round: number): number => {
    bare.reset(foldIn(key, 100 + round), scratchObs)
    const { ctrl } = simulation.views
    const start = performance.now()
    for (let t = 0; t < steps; t++) {
      for (let i = 0; i < ctrl.length; i++) ctrl[i] = controls[6 * t + i]
      for (let s = 0; s < frameSkip; s++) model.engine.mj_step(model.handle, simulation.data)
    }
    return stepsPerSecond(steps, start)
  }
  const rollout = (round: number): number => {
    const start = performance.now()
    const { envSteps } = runEpisode(live, policy, parameters, null, foldIn(key, 200 + round), { scaling: esScaling, collectMoments: false })
    return stepsPerSecond(envSteps, start)
  }

  const warmUpRounds = 10
  const speeds = Array.from({ length: warmUpRounds + rounds }, (_, round) => ({ bare: bareLoop(round), rollout: rollout(round) })).slice(warmUpRounds)
  bare.close()
  env.close()
  return {
    title: 'Rollouts against the bare simulator',
    remarks: [
      `${spec.id}, ${steps} control steps per round and loop, one process, ${policySpec.hidden.join('-')} gaussian policy, backend ${backend.name}.`,
      'The bare loop sets controls and steps the simulator, nothing else.',
    ],
    figures: [
      measured({ what: 'rollout / bare loop', unit: 'ratio', rounds: speeds.map((each) => each.rollout / each.bare), target: { atLeast: 0.8 } }),
      untargeted('bare loop', 'steps/s', speeds.map((each) => each.bare)),
      untargeted('rollout', 'steps/s', speeds.map((each) => each.rollout)),
    ],
  }
}
