/**
 * Whole pieces of work against Python: a control step of HalfCheetah with its policy, and a generation of evolution strategies.
 *
 * *Source:* house goals for benches; the scheme of a process per individual is that of the program of Wang et al. 2023, BiERL,
 * arXiv 2308.01207. *Deviations:* none.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSimd } from '../../backends/simd/index.ts'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { sizeOf } from '../../src/core/space.ts'
import { esScaling } from '../../src/nn/normaliser.ts'
import { compilePolicy, initPolicy } from '../../src/nn/policy.ts'
import { runEpisode } from '../../src/rl/episode.ts'
import { cheetahConfig, resolved, workplaceOf } from '../system/cheetah.ts'
import type { Measured, Section, Target } from '../system/figure.ts'
import { measured, notRun, untargeted } from '../system/figure.ts'
import { cpuMsOf, warmUp } from '../system/processor-time.ts'
import { burstMs, openPeer, outputOf, type Peer, python } from './peer.ts'

const scriptOf = (name: string): string => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url))

const policySpec: PolicySpec = {
  kind: 'gaussian',
  hidden: [64, 64],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -0.5,
  init: 'torch',
  action: 'raw',
}
const obsSize = 17

/** Starts a script of ours that needs Gymnasium with MuJoCo; null where that is not installed. */
const openScript = async (script: string, ...args: readonly string[]): Promise<(Peer & Readonly<{ greeting: string }>) | null> => {
  if (!existsSync(scriptOf(script)) || outputOf(python, ['-c', 'import gymnasium.envs.mujoco']) === null) return null
  return openPeer({ program: python, args: [scriptOf(script), ...args] })
}

/** Gives `work` a file with the initial parameters of the policy. */
const withParameters = async <T>(parameters: Float64Array, work: (file: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-peers-'))
  try {
    const file = join(folder, 'parameters.f64')
    writeFileSync(file, Buffer.from(parameters.buffer, parameters.byteOffset, parameters.byteLength))
    return await work(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const absent = `Not run: ${python} has no gymnasium[mujoco].`

/** One episode of ours and 1000 steps of Gymnasium per round, in turn, in processor time. */
export const controlStep = async (rounds = 25): Promise<Section> => {
  const entry = mujocoEntries.find(({ id }) => id === 'HalfCheetah-v5')
  invariant(entry !== undefined, 'the cheetah is missing')
  const env = await entry.open({})
  const backend = await openSimd()
  const { actionSpace, timeLimit } = env.spec
  const steps = timeLimit ?? 1000
  const key = rootKey('control step')
  const policy = compilePolicy(policySpec, obsSize, actionSpace, backend)
  const parameters = initPolicy(foldIn(key, 0), policySpec, obsSize, actionSpace)
  const live = env.live()
  let episodes = 0
  const episode = (): void => {
    const { envSteps } = runEpisode(live, policy, parameters, null, foldIn(key, ++episodes), { scaling: esScaling, collectMoments: false })
    invariant(envSteps === steps, 'an episode of the cheetah ended early')
  }
  warmUp(episode, 1500)
  const own: number[] = []
  const theirs: number[] = []
  const greeting = await withParameters(parameters, async (file) => {
    const peer = await openScript('control_step.py', file)
    if (peer !== null) await burstMs(peer, `run ${steps}`)
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) own.push(cpuMsOf(episode))
      if (peer !== null) theirs.push(await burstMs(peer, `run ${steps}`))
      if (round % 2 === 1) own.push(cpuMsOf(episode))
    }
    peer?.close()
    return peer?.greeting
  })
  env.close()
  const ns = (ms: readonly number[]): readonly number[] => ms.map((each) => (1e6 * each) / steps)
  const what = `control step with policy: ours / Gymnasium with NumPy`
  const target: Target = { atMost: 1 }
  return {
    title: 'A control step of HalfCheetah with its policy against Gymnasium',
    remarks: [
      `Policy ${obsSize}-${policySpec.hidden.join('-')}-${sizeOf(actionSpace)} with gaussian noise, checks and rewards on both sides, ${steps} steps per round, processor time; backend ${backend.name}.`,
      greeting === undefined ? absent : `Against ${greeting}.`,
    ],
    figures: [
      theirs.length === 0 ? notRun(what, 'ratio', target) : measured({ what, unit: 'ratio', rounds: own.map((ms, i) => ms / theirs[i]), target, limit: 'nine tenths of it are the physics, see MuJoCo in WebAssembly against C' }),
      untargeted('control step: ours', 'ns', ns(own)),
      ...(theirs.length === 0 ? [] : [untargeted('control step: Gymnasium with NumPy', 'ns', ns(theirs))]),
    ],
  }
}

const popsize = 40

/** Generations of ours, of Python with a pool, and of Python with a process per individual, in turn, by the clock. */
export const esGeneration = async (rounds = 5): Promise<Section> => {
  const cores = availableParallelism()
  const config = resolved(cheetahConfig(popsize, { kind: 'fixed' }, rounds + 2))
  const workplace = await workplaceOf(config, cores)
  const experiment = workplace.compose(config)
  let state = experiment.init(rootKey(config.seed))
  const ours = async (): Promise<void> => {
    const outcomes = await workplace.host.evaluate(experiment.jobs(state))()
    invariant(outcomes._tag === 'Right', 'an evaluation of the bench failed')
    const [next] = experiment.absorb(state, outcomes.right)
    state = next
  }
  const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now()
    await work()
    return (performance.now() - start) / 1000
  }
  const times = { ours: [] as number[], pool: [] as number[], fork: [] as number[] }
  const greeting = await withParameters(experiment.policy(state).parameters, async (file) => {
    const [pool, fork] = await Promise.all(['pool', 'fork'].map((scheme) => openScript('es_generation.py', scheme, String(popsize), String(cores), file)))
    await ours()
    await pool?.ask('generation')
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) times.ours.push(await secondsOf(ours))
      if (pool !== null) times.pool.push(await secondsOf(() => pool.ask('generation')))
      if (fork !== null) times.fork.push(await secondsOf(() => fork.ask('generation')))
      if (round % 2 === 1) times.ours.push(await secondsOf(ours))
    }
    pool?.close()
    fork?.close()
    return pool?.greeting
  })
  await workplace.close()
  const against = (what: string, theirs: readonly number[]): Measured =>
    theirs.length === 0 ? notRun(what, 'ratio') : measured({ what, unit: 'ratio', rounds: times.ours.map((time, i) => time / theirs[i]), target: null })
  return {
    title: 'A generation of evolution strategies against Python',
    remarks: [
      `HalfCheetah, popsize ${popsize} and one evaluation episode of 1000 steps each, policy 64-64, ${cores} cores, by the clock.`,
      'Python: Gymnasium with NumPy, as a pool of one process per core, and as one process per individual, which is how the authors of BiERL run it.',
      greeting === undefined ? absent : `Against ${greeting}.`,
    ],
    figures: [
      against('generation: ours / Python, a process per core', times.pool),
      against('generation: ours / Python, a process per individual', times.fork),
      untargeted('generation: ours', 's', times.ours),
      ...(times.pool.length === 0 ? [] : [untargeted('generation: Python, a process per core', 's', times.pool), untargeted('generation: Python, a process per individual', 's', times.fork)]),
    ],
  }
}
