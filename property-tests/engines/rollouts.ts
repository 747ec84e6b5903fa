/**
 * Long rollouts of every environment, each reduced to a chain of digests: the numbers that every engine must agree on.
 *
 * A rollout takes 1,000 steps, a new episode starting where one ends, and digests every observation, reward and flag. Actions are
 * drawn at random, or taken by a policy with tanh units, so that a digest depends on the network's arithmetic as well.
 * All keys come from the subject's name.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import { analyticEntries } from '../../envs/analytic/index.ts'
import { box2dEntries } from '../../envs/box2d/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { envEntries } from '../../envs/index.ts'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import { taskEntries, taskFamilies } from '../../envs/tasks/index.ts'
import { wrapperEntries } from '../../envs/wrappers/index.ts'
import type { Env, EnvEntry, EnvRef, Json, LiveEnv } from '../../src/core/env.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import type { Key } from '../../src/core/key.ts'
import type { ProblemEntry } from '../../src/core/problem.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { sample, sizeOf } from '../../src/core/space.ts'
import { openEnv } from '../../src/core/wrapper.ts'
import { compilePolicy, initPolicy } from '../../src/nn/policy.ts'
import { digestChain, type Subject } from './digest-chain.ts'

const steps = 1000
/** Steps per digest of a chain. */
const stepsPerPart = 100
/** Dimension at which the analytic problems are asked. */
const dimension = 4

/** Writes the action for `obs` at a step whose key is `key`. */
type Driver = (key: Key, obs: Float64Array, action: Float64Array) => void
type DriverOf = (key: Key, env: Env) => Driver

const atRandom: DriverOf = (_key, { spec }) => (key, _obs, action) => action.set(sample(key, spec.actionSpace))

const policyFor = (env: Env): PolicySpec => ({
  kind: env.spec.actionSpace.kind === 'box' ? 'gaussian' : 'categorical',
  hidden: [16, 16],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -0.5,
  init: 'torch',
  action: 'clip',
})

const byPolicy: DriverOf = (key, env) => {
  const { observationSpace, actionSpace } = env.spec
  const policy = compilePolicy(policyFor(env), sizeOf(observationSpace), actionSpace, reference)
  const parameters = initPolicy(key, policyFor(env), sizeOf(observationSpace), actionSpace)
  policy.load(parameters)
  return (keyNoise, obs, action) => policy.act(obs, normals(keyNoise, policy.noiseSize), action)
}

const partsOf = <T>(count: number, part: (from: number) => T): readonly T[] => Array.from({ length: count / stepsPerPart }, (_, i) => part(i * stepsPerPart))

const rollout = (env: Env, live: LiveEnv, drive: Driver, root: Key): readonly string[] => {
  const [keyResets, keySteps, keyActions] = [1, 2, 3].map((use) => foldIn(root, use))
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  const action = new Float64Array(sizeOf(env.spec.actionSpace))
  let ended = true
  const parts = partsOf(steps, (from) => {
    const numbers: number[] = []
    for (let t = from; t < from + stepsPerPart; t++) {
      if (ended) {
        live.reset(foldIn(keyResets, t), obs)
        numbers.push(...obs)
      }
      drive(foldIn(keyActions, t), obs, action)
      live.step(foldIn(keySteps, t), action, obs)
      ended = live.terminated || live.truncated
      numbers.push(...obs, live.reward, Number(live.terminated), Number(live.truncated), Number(live.unstable))
    }
    return numbers
  })
  return digestChain(parts)
}

/** What a part of a chain is made of, for the report. */
const part = { what: 'steps', size: stepsPerPart }

const rolloutOf = (name: string, group: string, ref: EnvRef, driverOf: DriverOf): Subject => ({
  name,
  group,
  golden: group,
  part,
  chain: async () => {
    const root = rootKey(`rollout of ${name}`)
    const env = await openEnv({ envs: envEntries, wrappers: wrapperEntries }, ref)
    const chain = rollout(env, env.live(), driverOf(foldIn(root, 0), env), root)
    env.close()
    return chain
  },
})

const problemOf = (entry: ProblemEntry): Subject => ({
  name: entry.id,
  group: 'analytic',
  golden: 'analytic',
  part,
  chain: async () => {
    const problem = entry.open({ dimension })
    const root = rootKey(`values of ${entry.id}`)
    const [keyPlaces, keyNoise] = [0, 1].map((use) => foldIn(root, use))
    const numbersAt = (t: number): readonly number[] => {
      const x = normals(foldIn(keyPlaces, t), dimension).map((z) => z / 2)
      return [problem.value(foldIn(keyNoise, t), x, t), ...problem.gradient(x, t), problem.optimum(t).value]
    }
    return digestChain(partsOf(steps, (from) => Array.from({ length: stepsPerPart }, (_, i) => numbersAt(from + i)).flat()))
  },
})

const groupOf: readonly (readonly [string, readonly EnvEntry[]])[] = [
  ['classic', classicEntries],
  ['box2d', box2dEntries],
  ['mujoco', mujocoEntries],
  ['tasks', taskEntries],
]

/** Options that take other paths through an environment than its defaults do. */
const variants: readonly EnvRef[] = [
  { id: 'LunarLander-v3', options: { enableWind: true } },
  { id: 'LunarLanderContinuous-v3', options: { enableWind: true, windPower: 20, gravity: -6 } },
  { id: 'HalfCheetah-v5', options: { excludeCurrentPositionsFromObservation: false, frameSkip: 2 } },
  { id: 'Hopper-v5', options: { inertials: 'legacyCapsule', margins: 'max' } },
  { id: 'Ant-v5', options: { terminateWhenUnhealthy: false, resetNoiseScale: 0.5 } },
]

/** Tasks that are drawn, not given. */
const drawnTasks: readonly EnvRef[] = taskFamilies.map((family) => family.ref(family.sample(rootKey(`a task of ${family.id}`))))

/** Every wrapper, alone or on others. */
const wrapped: readonly EnvRef[] = [
  { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'time-limit', steps: 30 }, { kind: 'rescale-action', low: -1, high: 1 }, { kind: 'frame-stack', size: 3 }] },
  { id: 'HalfCheetah-v5', options: {}, wrappers: [{ kind: 'clip-action' }, { kind: 'normalise-reward', frozen: [100, 0.5, 40] }] },
  { id: 'MountainCarContinuous-v0', options: {}, wrappers: [{ kind: 'normalise-observation', frozen: [50, -0.5, 0.01, 2, 0.3] }] },
]

/** The name of a reference that is more than an id. */
const nameOf = ({ id, options, wrappers }: EnvRef): string => {
  const parts: readonly Json[] = [...(Object.keys(options).length > 0 ? [options] : []), ...(wrappers ?? [])]
  return [id, ...parts.map((each) => JSON.stringify(each))].join(' ')
}

const refsIn = (group: string, refs: readonly EnvRef[]): readonly Subject[] => refs.map((ref) => rolloutOf(nameOf(ref), group, ref, atRandom))

const driven = ['CartPole-v1', 'Pendulum-v1', 'Acrobot-v1', 'LunarLanderContinuous-v3', 'BipedalWalker-v3', 'HalfCheetah-v5', 'Hopper-v5', 'Humanoid-v5']

const bare = (id: string): EnvRef => ({ id, options: {} })

/** Every environment of the package, and those that a policy drives, in a fixed order. */
export const rolloutSubjects: readonly Subject[] = [
  ...analyticEntries.map(problemOf),
  ...groupOf.flatMap(([group, entries]) => refsIn(group, entries.map(({ id }) => bare(id)))),
  ...refsIn('options', variants),
  ...refsIn('wrappers', wrapped),
  ...refsIn('drawn tasks', drawnTasks),
  ...driven.map((id) => rolloutOf(`${id} by a policy`, 'policies', bare(id), byPolicy)),
]
